"""The linter, with our settings, sees what the house forbids."""

import subprocess
import sys

import pytest

from tests.architecture.tree import REPO

BANNED_CALLS = {
    "import time\n\ntime.time()": "TID251",
    "import time\n\ntime.time_ns()": "TID251",
    "import time\n\ntime.monotonic()": "TID251",
    "import time\n\ntime.perf_counter_ns()": "TID251",
    "import time\n\ntime.sleep(1)": "TID251",
    "from time import sleep\n\nsleep(1)": "TID251",
    "import asyncio\n\n\nasync def f() -> None:\n    await asyncio.sleep(1)": "TID251",
    "import datetime\n\ndatetime.datetime.now(datetime.UTC)": "TID251",
    "from datetime import datetime\n\ndatetime.utcnow()": "TID251",
    "import random": "TID251",
    "from random import choice": "TID251",
    "import secrets": "TID251",
    "import uuid\n\nuuid.uuid4()": "TID251",
    "import os\n\nos.environ['X']": "TID251",
    "import os\n\nos.getenv('X')": "TID251",
}

FORBIDDEN = {
    "from . import order": "TID252",
    "try:\n    print()\nexcept Exception:\n    raise_alarm()": "BLE001",
    "try:\n    f()\nexcept KeyError:\n    pass": "S110",
    "assert f()": "S101",
    "import datetime\n\ndatetime.datetime.fromtimestamp(1)": "DTZ006",
    "def f(is_open: bool) -> None: ...": "FBT001",
    "print(1)": "T201",
    "# x = f(1)": "ERA001",
    "def f(a: int, b: int, c: int, d: int, e: int, g: int, h: int) -> None: ...": "PLR0913",
    "def f(a: int) -> None:\n" + "    if a:\n        a += 1\n" * 8: "C901",
    "def f(a: int) -> None:\n" + "    if a:\n        a += 1\n" * 9: "PLR0912",
    "class C: ...": "D101",
    "x = '" + "x" * 120 + "'": "E501",
}


def codes_found(snippet: str, path: str) -> set[str]:
    """Lint a snippet as if it stood at ``path``, and give the codes reported."""
    linter = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise"]
    asked = [*linter, "--config", str(REPO / "pyproject.toml"), "--stdin-filename", str(REPO / path), "-"]
    answer = subprocess.run(asked, cwd=REPO, input=snippet, capture_output=True, text=True, check=False)
    if answer.returncode not in {0, 1}:
        raise RuntimeError(answer.stderr)
    lines = [line for line in answer.stdout.splitlines() if line.count(":") >= 3]  # path:line:column: code message
    return {line.split(": ", 1)[1].split()[0] for line in lines}


@pytest.mark.parametrize(("snippet", "code"), [*BANNED_CALLS.items(), *FORBIDDEN.items()])
def test_what_is_forbidden_is_seen(snippet: str, code: str) -> None:
    assert code in codes_found(snippet, "src/copydesk/flow/decide/planted.py")


@pytest.mark.parametrize("path", ["src/copydesk/adapters/clocks/planted.py", "src/copydesk/settings/layers.py"])
def test_the_edges_may_touch_time_and_the_environment(path: str) -> None:
    assert "TID251" not in codes_found("import os\nimport time\n\ntime.time()\nos.environ['X']", path)


@pytest.mark.parametrize("folder", ["domain", "flow/clean", "run", "settings", "serve/cli"])
def test_everyone_else_takes_a_clock(folder: str) -> None:
    assert "TID251" in codes_found("import time\n\ntime.time()", f"src/copydesk/{folder}/planted.py")


def test_a_module_without_a_docstring_is_seen() -> None:
    assert "D100" in codes_found("x = 1\n", "src/copydesk/flow/decide/planted.py")
    assert "D104" in codes_found("x = 1\n", "src/copydesk/flow/decide/planted/__init__.py")
