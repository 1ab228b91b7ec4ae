"""``python -m scripts.mutants``: plant every small bug in `flow/decide` and say which ones no test noticed.

Exits with 1 if fewer than 95 % are noticed, or if `equivalent.txt` lists what is noticed or no longer there.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from scripts.mutants.planting import Mutant
from scripts.mutants.session import Session, modules_in

REPO = Path(__file__).resolve().parents[2]
SRC = REPO / "src"
FOLDER = "copydesk/flow/decide/"
TESTS = ("tests/flow/decide",)
EQUIVALENT = Path(__file__).with_name("equivalent.txt")
KILLED_MIN_PERCENT = 95


def main(words: list[str]) -> int:
    """Try the mutants of every file whose path holds one of `words`; all of them if none is said."""
    began = time.perf_counter()
    files = {
        name: path for name, path in modules_in(SRC, SRC / FOLDER) if not words or any(word in name for word in words)
    }
    killed: list[Mutant] = []
    survived: list[Mutant] = []

    def told(mutant: Mutant, *, is_killed: bool) -> None:
        (killed if is_killed else survived).append(mutant)

    session = Session(files, told)
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow", *TESTS]
    pytest.main(options, plugins=[session])
    if session.broken or not killed:
        print("no mutant was tried, these tests fail without one:", *session.broken, sep="\n  ", file=sys.stderr)
        return 1
    listed = equivalent()
    left = [mutant for mutant in survived if mutant.name.removeprefix(FOLDER) not in listed]
    for mutant in sorted(left, key=lambda mutant: (mutant.file, mutant.lines.start)):
        print(f"SURVIVED {mutant.file}:{mutant.lines.start} {mutant.place}: {mutant.before} -> {mutant.after}")
    stale = [] if words else sorted(listed.keys() - {mutant.name.removeprefix(FOLDER) for mutant in survived})
    for name in stale:
        print(f"listed as equivalent, but killed or gone: {name}")
    counted = len(killed) + len(left)
    percent = 100 * len(killed) / counted
    took = time.perf_counter() - began
    print(f"{len(killed)} of {counted} mutants killed, {percent:.1f} %, {len(listed)} equivalent, in {took:.0f} s")
    return 1 if percent < KILLED_MIN_PERCENT or stale else 0


def equivalent() -> dict[str, str]:
    """The mutants that do the same as what they replace, each with the reason, which is indented below it."""
    lines = [line for line in EQUIVALENT.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    names = [line for line in lines if not line.startswith(" ")]
    reasons = [line.strip() for line in lines if line.startswith(" ")]
    return dict(zip(names, reasons, strict=True))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
