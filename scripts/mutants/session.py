"""One pytest session that knows which test runs which line, and tries a mutant in a fork of itself."""

from __future__ import annotations

import ast
import gc
import importlib
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import pytest
from _pytest.runner import runtestprotocol

from scripts.mutants.planting import Mutant, mutants_of
from scripts.mutants.surgery import plant

WORKERS = 2
PATIENCE_S = 2
"""A test that computes for longer than this hangs in a loop that the mutant made endless, which is noticed."""


class Verdict(Protocol):
    """Somebody who hears what came of each mutant."""

    def __call__(self, mutant: Mutant, *, is_killed: bool) -> None: ...


class Session:
    """A pytest plugin that runs every mutant instead of the tests. `told` hears of each: whether it was killed."""

    def __init__(self, files: dict[str, Path], told: Verdict) -> None:
        self._files, self._told = files, told
        self._by_line: dict[tuple[str, int], list[pytest.Item]] = defaultdict(list)
        self._quickest: list[pytest.Item] = []
        self._running: dict[int, Mutant] = {}
        self.broken: list[str] = []

    def pytest_configure(self) -> None:
        """The same examples each time, none remembered, and none made small: that one fails is enough."""
        import hypothesis  # noqa: PLC0415  (pytest warns of plugins' modules that are there before it)

        quick = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
        profile = hypothesis.settings(
            database=None,
            derandomize=True,
            deadline=None,
            phases=quick,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        hypothesis.settings.register_profile("mutants", profile)
        hypothesis.settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all tests once and watch them, then the mutants."""
        self._watch(session.items)
        gc.freeze()
        if not self.broken and _in_a_fork(self._unchanged, self._quickest) != 0:
            self.broken.append("any of them, after every module was replaced by itself")
        if not self.broken:
            for file, path in self._files.items():
                for mutant, tree in mutants_of(file, path.read_text(encoding="utf-8")):
                    self._try(mutant, partial(plant, _module(file), tree, is_in_function=mutant.is_in_function))
            while self._running:
                self._reap()
        return True

    def _unchanged(self) -> None:
        for file, path in self._files.items():
            for is_in_function in (True, False):
                plant(_module(file), ast.parse(path.read_text(encoding="utf-8")), is_in_function=is_in_function)

    def _watch(self, items: list[pytest.Item]) -> None:
        names = {str(path): file for file, path in self._files.items()}
        took: dict[str, float] = {}
        for item in items:
            lines: set[tuple[str, int]] = set()
            began = time.perf_counter()
            if _fails(item, _tracer(names, lines)):
                self.broken.append(item.nodeid)
            took[item.nodeid] = time.perf_counter() - began
            for line in lines:
                self._by_line[line].append(item)
        for reached in (self._quickest, *self._by_line.values()):
            reached.sort(key=lambda item: took[item.nodeid])
        self._quickest = sorted(items, key=lambda item: took[item.nodeid])

    def _tests_of(self, mutant: Mutant) -> list[pytest.Item]:
        """The tests that run a line of the mutant, quickest first; what is made at import time, all of them run."""
        if not mutant.is_in_function:
            return self._quickest
        found = {id(item): item for line in mutant.lines for item in self._by_line[mutant.file, line]}
        return [item for item in self._quickest if id(item) in found]

    def _try(self, mutant: Mutant, planted: Callable[[], None]) -> None:
        while len(self._running) >= WORKERS:
            self._reap()
        tests = self._tests_of(mutant)
        if not tests:
            self._told(mutant, is_killed=False)
            return
        self._running[_forked(planted, tests)] = mutant

    def _reap(self) -> None:
        child, status = os.waitpid(-1, 0)
        mutant = self._running.pop(child, None)
        if mutant is not None:
            self._told(mutant, is_killed=status != 0)


def _forked(planted: Callable[[], None], tests: list[pytest.Item]) -> int:
    """The process that runs `tests` with the mutant in it; it exits with 1 at the first that fails."""
    child = os.fork()
    if child:
        return child
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        planted()
        os._exit(any(_fails_or_hangs(test) for test in tests))
    finally:
        os._exit(1)


def _fails_or_hangs(test: pytest.Item) -> bool:
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE_S)
    return _fails(test)


def _in_a_fork(planted: Callable[[], None], tests: list[pytest.Item]) -> int:
    return os.waitpid(_forked(planted, tests), 0)[1]


def _module(file: str) -> Any:
    return importlib.import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def _fails(item: pytest.Item, tracer: Any = None) -> bool:
    sys.settrace(tracer)
    try:
        reports = runtestprotocol(item, log=False, nextitem=None)
    finally:
        sys.settrace(None)
    return any(report.failed for report in reports)


def _tracer(names: dict[str, str], lines: set[tuple[str, int]]) -> Any:
    def trace(frame: FrameType, event: str, _: object) -> Any:
        file = names.get(frame.f_code.co_filename)
        if file is None:
            return None
        lines.add((file, frame.f_lineno))
        return trace

    return trace


def modules_in(root: Path, package: Path) -> Iterator[tuple[str, Path]]:
    """The modules below `package`, by their path from `root`."""
    for path in sorted(package.rglob("*.py")):
        yield path.relative_to(root).as_posix(), path
