"""`copydesk init` writes a settings file that is valid, private, commented, whole, and never over another (S2.18)."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copydesk.serve.cli import init as module
from copydesk.serve.cli.app import app
from copydesk.settings.layers import load_file, presets
from tests.serve.cli.conftest import Typed

WALLET = "0x" + "1E" * 20
GIVEN = ("init", "--leader", WALLET, "--leader", "kestrel", "--preset", "mirror", "--bankroll", "2500.50")


def test_the_file_says_what_was_asked_for(typed: Typed, tmp_path: Path) -> None:
    result = typed(*GIVEN)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("wrote copydesk.yaml: preset mirror, 2 leaders, 2500.50 dollars on paper\n")
    settings = load_file(tmp_path / "copydesk.yaml").settings
    assert (settings.preset, str(settings.account.bankroll_usdc)) == ("mirror", "2500.50")
    assert [leader.wallet for leader in settings.leaders] == [WALLET, "kestrel"]


def test_without_options_and_without_a_person_it_asks_nothing(typed: Typed, tmp_path: Path) -> None:
    result = typed("init")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "no leaders yet" in result.stdout
    assert "Name whom to copy in copydesk.yaml." in result.stdout
    assert load_file(tmp_path / "copydesk.yaml").settings.leaders == ()


def test_a_person_is_asked_and_enter_takes_what_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "is_somebody_there", lambda: True)
    result = CliRunner().invoke(app, ["init"], input="kestrel\n\n\n700\n")
    assert result.exit_code == 0, result.stderr
    settings = load_file(tmp_path / "copydesk.yaml").settings
    assert ([each.wallet for each in settings.leaders], settings.preset) == (["kestrel"], "balanced")
    assert settings.account.bankroll_usdc == 700


@pytest.mark.parametrize("preset", sorted(presets()))
def test_every_comment_is_a_setting_with_the_value_that_holds_anyway(typed: Typed, tmp_path: Path, preset: str) -> None:
    """What a person finds there can be switched on by removing each `#`, and changes nothing until it is edited."""
    assert typed("init", "--preset", preset, "--leader", "kestrel").exit_code == 0
    path = tmp_path / "copydesk.yaml"
    as_it_is = load_file(path)
    text = path.read_text()
    switched_on, times = re.subn(r"^#(?=\w+:$|  \w)", "", text, flags=re.MULTILINE)
    assert times > 15
    path.write_text(switched_on)
    assert load_file(path).version == as_it_is.version
    assert "gates.price_min" in load_file(path).origins
    assert load_file(path).origins["gates.price_min"] == "copydesk.yaml"


def test_the_comments_of_a_leader_are_settings_too(typed: Typed, tmp_path: Path) -> None:
    typed("init", "--leader", "kestrel")
    path = tmp_path / "copydesk.yaml"
    path.write_text(re.sub(r"^#(?=    \w)", "", path.read_text(), flags=re.MULTILINE))
    (leader,) = load_file(path).settings.leaders
    assert (leader.wallet, str(leader.bankroll_usdc), leader.copy_existing) == ("kestrel", "50000", True)


def test_only_its_owner_reads_the_file(typed: Typed, tmp_path: Path) -> None:
    typed("init")
    assert stat.S_IMODE((tmp_path / "copydesk.yaml").stat().st_mode) == 0o600


def test_a_file_that_is_there_stays_as_it_is_unless_forced(typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "copydesk.yaml"
    path.write_text("preset: equal\n")
    refused = typed(*GIVEN)
    assert refused.exit_code == 2
    assert "edit it, or give --force" in refused.stderr
    assert path.read_text() == "preset: equal\n"
    assert typed(*GIVEN, "--force").exit_code == 0
    assert load_file(path).settings.preset == "mirror"
    assert [each.name for each in tmp_path.iterdir()] == ["copydesk.yaml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--preset", "wild"), "preset: found 'wild'"),
        (("--bankroll", "much"), "bankroll: found 'much'"),
        (("--bankroll", "-1"), "bankroll: found '-1'"),
        (("--bankroll", "1.0000001"), "account.bankroll_usdc"),
        (("--leader", "0x12"), "leaders.0.wallet"),
    ],
)
def test_what_is_not_valid_is_not_written(typed: Typed, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """Nothing half-written: also with --force the old file stays whole."""
    path = tmp_path / "copydesk.yaml"
    path.write_text("preset: equal\n")
    result = typed("init", "--force", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert path.read_text() == "preset: equal\n"
    assert [each.name for each in tmp_path.iterdir()] == ["copydesk.yaml"]


def test_a_leader_cannot_write_settings(typed: Typed, tmp_path: Path) -> None:
    """A name is text, whatever it looks like."""
    typed("init", "--leader", 'x"\nhalted: true #')
    assert load_file(tmp_path / "copydesk.yaml").settings.halted is False


def test_a_program_gets_a_document(typed: Typed, tmp_path: Path) -> None:
    document = json.loads(typed(*GIVEN, "--json").stdout)
    assert document.pop("version") == load_file(tmp_path / "copydesk.yaml").version
    assert document == {"file": "copydesk.yaml", "preset": "mirror", "leaders": [WALLET, "kestrel"]}
