"""`copydesk config` says which settings apply and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.serve.cli.conftest import Typed


def test_show_lists_every_setting(typed: Typed) -> None:
    document = json.loads(typed("config", "show", "--json").stdout)
    assert document["settings"]["gates.price_max"] == "0.97"
    assert document["settings"]["preset"] == "balanced"
    assert "origins" not in document
    drawn = typed("config", "show").stdout
    assert all(path in drawn for path in document["settings"])


def test_origin_names_the_layer_each_value_comes_from(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "copydesk.yaml").write_text("preset: selective\ngates: {price_min: 0.1}\n")
    (tmp_path / ".env").write_text("COPYDESK_GATES__TTL_S=200\n")
    monkeypatch.setenv("COPYDESK_SLIP_MAX_BPS", "100")
    result = typed("config", "show", "--origin", "--json", "--set", "gates.price_max=0.9")
    origins = json.loads(result.stdout)["origins"]
    wanted = {
        "gates.price_max": "flag",
        "slip_max_bps": "environment",
        "gates.ttl_s": ".env",
        "gates.price_min": "project file",
        "gates.depth_min_usdc": "preset selective",
        "gates.age_max_s": "default",
    }
    assert {path: origins[path] for path in wanted} == wanted
    drawn = typed("config", "show", "--origin", "--set", "gates.price_max=0.9").stdout
    (line,) = [line for line in drawn.splitlines() if line.startswith("gates.price_max")]
    assert line.split() == ["gates.price_max", "0.9", "flag"]


def test_validate_accepts_good_settings_and_refuses_others(typed: Typed, tmp_path: Path) -> None:
    good = typed("config", "validate", "--preset", "mirror")
    assert (good.exit_code, good.stdout.startswith("settings are valid: preset mirror")) == (0, True)
    assert json.loads(typed("config", "validate", "--json").stdout)["ok"] is True
    (tmp_path / "copydesk.yaml").write_text("gates: {price_maximum: 0.9}\n")
    bad = typed("config", "validate")
    assert bad.exit_code == 2
    assert "gates.price_maximum (from project file)" in bad.stderr
