"""`copydesk venue check-vectors`: what holds is counted, what differs is named and ends it with 1 (N21)."""

from __future__ import annotations

import json
from pathlib import Path

from tests.serve.cli.conftest import Typed

AMOUNTS = [
    {
        "kind": "limit",
        "side": "BUY",
        "tick_size": "0.01",
        "price": "0.52",
        "size": "10",
        "polymarket-client 0.14.0": {"makerAmount": "5200000", "takerAmount": "10000000"},
        "same": True,
    }
]


def a_file(folder: Path, maker: str) -> Path:
    AMOUNTS[0]["polymarket-client 0.14.0"] = {"makerAmount": maker, "takerAmount": "10000000"}
    path = folder / "amounts.json"
    path.write_text(json.dumps(AMOUNTS))
    return path


def test_what_holds_is_counted(typed: Typed, tmp_path: Path) -> None:
    answer = typed("venue", "check-vectors", a_file(tmp_path, "5200000"))
    assert answer.exit_code == 0
    assert answer.stdout == "✓ amounts.json\n        1 limit amounts\n1 checks hold, 0 differ.\n"


def test_what_differs_is_named(typed: Typed, tmp_path: Path) -> None:
    answer = typed("venue", "check-vectors", a_file(tmp_path, "5200001"), "--json")
    assert answer.exit_code == 1
    (checked,) = json.loads(answer.stdout)
    assert checked["held"] == {}
    assert "ours ('5200000', '10000000'), theirs ('5200001', '10000000')" in checked["differs"][0]
    assert "0 checks hold, 1 differ." in typed("venue", "check-vectors", a_file(tmp_path, "5200001")).stdout


def test_a_file_that_is_no_json_says_so(typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "vectors.json"
    path.write_text("{")
    answer = typed("venue", "check-vectors", path)
    assert answer.exit_code == 7
    assert "it is no JSON" in answer.stderr
    assert typed("venue", "check-vectors", tmp_path / "none").exit_code == 7
