"""The guards of ``conftest.py`` and of ``make bench`` see what they are there for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bench import complaint, run
from tests.architecture.tree import REPO

OUTSIDE = "import socket\n\n\ndef test_it():\n    socket.create_connection(('192.0.2.1', 9), timeout=1)\n"
SWALLOWED = """
import socket

def test_it():
    try:
        socket.getaddrinfo("host.example", 80)
    except OSError:
        return
"""
LOOPBACK = """
import socket

def test_it():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
"""
RECORDED = "def test_it(recorded_data):\n    assert recorded_data.is_dir()\n"
WARNS = "import warnings\n\n\ndef test_it():\n    warnings.warn('old', DeprecationWarning)\n"
UNKNOWN_MARK = "import pytest\n\n\n@pytest.mark.slwo\ndef test_it():\n    return\n"


def outcome(top: Path, source: str, **env: str) -> str:
    """Run one test file under our conftest and settings, and give the last line of the report."""
    (top / "tests").mkdir()
    (top / "tests" / "test_planted.py").write_text(source)
    shutil.copy(REPO / "tests" / "conftest.py", top / "tests")
    shutil.copy(REPO / "pyproject.toml", top)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST") and name != "CI"}
    asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    answer = subprocess.run(asked, cwd=top, env={**kept, **env}, capture_output=True, text=True, check=False)
    return answer.stdout.strip().splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("source", [OUTSIDE, SWALLOWED, WARNS, UNKNOWN_MARK])
def test_what_a_test_must_not_do_fails_it(tmp_path: Path, source: str) -> None:
    last = outcome(tmp_path, source)
    assert "failed" in last or "error" in last


@pytest.mark.slow
def test_a_test_may_use_this_machine(tmp_path: Path) -> None:
    assert outcome(tmp_path, LOOPBACK).startswith("1 passed")


@pytest.mark.slow
def test_without_recorded_data_a_test_is_skipped_and_in_ci_it_fails(tmp_path: Path) -> None:
    for name, env, said in [("a", {}, "1 skipped"), ("b", {"CI": "true"}, "1 error")]:
        (tmp_path / name).mkdir()
        assert outcome(tmp_path / name, RECORDED, RECORDED_DATA="/nowhere", **env).startswith(said)


@pytest.mark.slow
def test_with_recorded_data_the_test_runs(tmp_path: Path) -> None:
    assert outcome(tmp_path, RECORDED, RECORDED_DATA=str(tmp_path), CI="true").startswith("1 passed")


def test_a_figure_over_its_limit_fails_the_bench() -> None:
    assert complaint('{"name": "ledger", "ok": true}\n') is None
    assert complaint('{"name": "ledger", "note": "no limit"}\n') is None
    assert complaint('{"name": "ledger", "ok": false}\n') == 'over its limit: {"name": "ledger", "ok": false}'
    assert complaint("done\n") == "not a JSON line: done"
    assert complaint("[1]\n") == "not a JSON object: [1]"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("print('{}')", None),
        ("", "printed no figure"),
        ("print('{}'); raise SystemExit(3)", "exit code 3"),
        ("print('{\"ok\": false}')", "over its limit"),
    ],
)
def test_a_bench_that_fails_or_says_nothing_is_seen(tmp_path: Path, source: str, why: str | None) -> None:
    bench = tmp_path / "bench_planted.py"
    bench.write_text(source)
    failures = run(bench)
    assert [why in failure for failure in failures] == [True] if why else failures == []
