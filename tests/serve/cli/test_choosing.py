"""Which settings a run has, and that a change of their files is seen while it runs (S0.16, S1.39)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from copydesk.domain.errors import BadInput
from copydesk.serve.cli.choosing import Reloading, chosen
from copydesk.settings.layers import files_read

WALLET = "0x" + "1E" * 20


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, text: str, at: int) -> None:
    """Write the settings, as of a second of their own: the clock of a file system may be coarse."""
    path = folder / "copydesk.yaml"
    path.write_text(text)
    os.utime(path, (at, at))


def test_a_leader_named_by_flag_keeps_what_the_file_says_of_it(folder: Path) -> None:
    written(folder, f"leaders: [{{wallet: '{WALLET}', copy_existing: true}}, {{wallet: other}}]", 1)
    (leader,) = chosen({}, [WALLET.lower()], {}).settings.leaders
    assert (leader.wallet, leader.copy_existing) == (WALLET, True)
    assert [each.wallet for each in chosen({}, ["kestrel"], {}).settings.leaders] == ["kestrel"]
    assert len(chosen({}, [], {}).settings.leaders) == 2


def test_a_change_of_the_settings_is_told_once(folder: Path) -> None:
    reloading = Reloading(lambda: chosen({}, [], {}), files_read())
    assert reloading() is None
    written(folder, "leaders: [{wallet: kestrel}]", 1)
    loaded = reloading()
    assert loaded is not None
    assert [leader.wallet for leader in loaded.settings.leaders] == ["kestrel"]
    assert reloading() is None


def test_a_change_that_says_the_same_is_no_change(folder: Path) -> None:
    written(folder, "slip_max_bps: 100", 1)
    reloading = Reloading(lambda: chosen({}, [], {}), files_read())
    written(folder, "slip_max_bps:    100", 2)
    assert reloading() is None


def test_settings_that_cannot_be_used_are_told_once_and_their_repair_is_a_change(folder: Path) -> None:
    """The desk goes on with the old ones meanwhile."""
    written(folder, "slip_max_bps: 100", 1)
    reloading = Reloading(lambda: chosen({}, [], {}), files_read())
    written(folder, "slip_max: 100", 2)
    with pytest.raises(BadInput, match="slip_max"):
        reloading()
    assert reloading() is None
    written(folder, "slip_max_bps: 100", 3)
    repaired = reloading()
    assert repaired is not None
    assert repaired.settings.slip_max_bps == 100


def test_the_environment_file_and_the_users_file_are_watched_too(folder: Path) -> None:
    reloading = Reloading(lambda: chosen({}, [], {}), files_read())
    (folder / ".env").write_text("COPYDESK_SLIP_MAX_BPS=77\n")
    loaded = reloading()
    assert loaded is not None
    assert loaded.settings.slip_max_bps == 77
    (folder / "config" / "copydesk").mkdir(parents=True)
    (folder / "config" / "copydesk" / "copydesk.yaml").write_text("halted: true\n")
    loaded = reloading()
    assert loaded is not None
    assert loaded.settings.halted
