"""The import contracts, with our settings, see each import the house forbids (S1.31, S0.6)."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import REPO, STAGES

MODULES = (
    *("__init__", "__main__", "ports", "settings", "wiring", "domain/__init__", "domain/money"),
    *("flow/__init__", "flow/live", "flow/heeding", "flow/pipeline", "flow/own_exits", "flow/reconciling", "flow/desk"),
    *(f"flow/{stage}/__init__" for stage in STAGES),
    *("adapters/__init__", "adapters/paper/__init__", "adapters/storage/__init__"),
    *("run/__init__", "run/replay", "serve/__init__", "serve/cli/__init__"),
)

PLANTED = [
    ("domain/money", "import copydesk.ports", "Imports point inward"),
    ("ports", "import copydesk.run.replay", "Imports point inward"),
    ("adapters/paper/__init__", "import copydesk.run.replay", "Imports point inward"),
    ("run/replay", "import copydesk.settings", "Imports point inward"),
    ("settings", "import copydesk.wiring.replay", "Imports point inward"),
    ("extra", "", "Imports point inward"),
    ("flow/clean/__init__", "import copydesk.flow.decide", "Stages meet only in the pipeline"),
    ("flow/ledger/__init__", "import copydesk.flow.pipeline", "Stages meet only in the pipeline"),
    ("flow/extra", "", "Stages meet only in the pipeline"),
    ("serve/cli/__init__", "import copydesk.adapters.paper", "Only wiring plugs adapters in"),
    ("adapters/paper/__init__", "import copydesk.flow.decide", "Adapters never reach into the flow"),
    ("adapters/paper/__init__", "import copydesk.adapters.storage", "Adapters are independent"),
    ("flow/decide/__init__", "import copydesk.ports", "Decisions are pure"),
    ("flow/portfolio/__init__", "import time", "Decisions are pure"),
    ("flow/ledger/__init__", "import sqlite3", "Decisions are pure"),
    ("domain/money", "import os.path", "Decisions are pure"),
    ("run/replay", "import sqlite3", "Wire libraries stay outside"),
    ("flow/capture/__init__", "import pydantic", "Wire libraries stay outside"),
]


def contracts_broken(top: Path, planted: dict[str, str]) -> set[str]:
    """Build a package of empty modules with lines planted in them, and name the contracts that are broken."""
    shutil.copy(REPO / "pyproject.toml", top)
    for module in (*MODULES, *planted):
        path = top / "copydesk" / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(planted.get(module, "") + "\n")
    answer = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=top,
        env={**os.environ, "PYTHONPATH": str(top), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = set(re.findall(r"^(.+?) BROKEN", answer.stdout, re.MULTILINE))
    if (answer.returncode == 0) == bool(broken):
        raise RuntimeError(answer.stdout + answer.stderr)
    return broken


@pytest.mark.slow
def test_a_tree_that_keeps_the_contracts_passes(tmp_path: Path) -> None:
    allowed = {
        "wiring": "import copydesk.adapters.paper, copydesk.run.replay",
        "adapters/storage/__init__": "import sqlite3, copydesk.ports",
        "flow/pipeline": "import copydesk.flow.clean, copydesk.flow.decide",
        "__main__": "import copydesk.serve.cli",
    }
    assert contracts_broken(tmp_path, allowed) == set()


@pytest.mark.slow
@pytest.mark.parametrize(("module", "line", "contract"), PLANTED)
def test_a_planted_import_breaks_its_contract(tmp_path: Path, module: str, line: str, contract: str) -> None:
    assert contract in contracts_broken(tmp_path, {module: line})
