"""The entry point: `status` takes a short way in, and nobody can tell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from copydesk.serve.cli.main import Asked, plain_status
from tests.serve.cli.conftest import Typed, home

SOURCES = Path(__file__).parents[3] / "src"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["status"], Asked(None, as_json=False)),
        (["status", "--json"], Asked(None, as_json=True)),
        (["status", "--ledger", "a.db"], Asked(Path("a.db"), as_json=False)),
        (["status", "--json", "--ledger=a.db"], Asked(Path("a.db"), as_json=True)),
    ],
)
def test_a_plain_status_is_understood(words: list[str], asked: Asked) -> None:
    assert plain_status(words) == asked


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["report"],
        ["--debug", "status"],
        ["status", "--help"],
        ["status", "--ledger"],
        ["status", "--ledger="],
        ["status", "--leger", "a.db"],
        ["status", "a.db"],
    ],
)
def test_everything_else_is_left_to_the_parser(words: list[str]) -> None:
    assert plain_status(words) is None


def in_a_process(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    variables = {**home(folder), "PYTHONPATH": str(SOURCES)}
    asked = [sys.executable, "-m", "copydesk", *words]
    return subprocess.run(asked, capture_output=True, text=True, check=False, cwd=folder, env=variables)


@pytest.mark.parametrize(
    "words", [("status",), ("status", "--json"), ("status", "--ledger", "missing.db")], ids=" ".join
)
def test_both_ways_in_answer_the_same(typed: Typed, tmp_path: Path, words: tuple[str, ...]) -> None:
    short, long = in_a_process(tmp_path, *words), typed(*words)
    assert (short.returncode, short.stdout, short.stderr) == (long.exit_code, long.stdout, long.stderr)


def test_both_ways_in_read_a_ledger_alike(typed: Typed, tmp_path: Path, kept: Path) -> None:
    short = in_a_process(tmp_path, "status", "--ledger", str(kept))
    assert (short.returncode, short.stdout) == (0, typed("status", "--ledger", kept).stdout)


def test_status_starts_without_the_heavy_libraries(tmp_path: Path, kept: Path) -> None:
    """What a status need not draw or parse, it does not import."""
    heavy = "{'aiohttp', 'pydantic', 'rich', 'typer', 'structlog', 'yaml'}"
    script = (
        "import sys; from copydesk.serve.cli.main import main;"
        " sys.argv = ['copydesk', 'status', '--ledger', sys.argv[1]]; main();"
        f" print(sorted({heavy} & sys.modules.keys()))"
    )
    variables = {**home(tmp_path), "PYTHONPATH": str(SOURCES)}
    asked = [sys.executable, "-c", script, str(kept)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, env=variables)
    assert done.stdout.splitlines()[-1] == "[]"
