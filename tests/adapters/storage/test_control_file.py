"""Commands and the halt file beside a ledger: read once, read whole, and never read as nothing when in doubt."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from copydesk.adapters.storage import desk_lock
from copydesk.adapters.storage.control_file import ControlFile, control_path, give, given
from copydesk.domain.control import Command, Verb
from copydesk.domain.errors import BadInput
from copydesk.domain.ids import EventId
from tests.builders import NOON


def a_command(number: int = 1, verb: Verb = Verb.HALT) -> Command:
    return Command(id=EventId(f"{number:064x}"), verb=verb, given_at=NOON, words=f"number {number}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return control_path(tmp_path / "desk.db")


@pytest.fixture
def control(path: Path) -> ControlFile:
    return ControlFile(path, path.with_name("copydesk.halt"))


def test_each_command_is_shown_once_and_in_order(path: Path, control: ControlFile) -> None:
    assert control.commands() == []
    give(path, a_command(1))
    give(path, a_command(2))
    assert control.commands() == [a_command(1), a_command(2)]
    assert control.commands() == []
    give(path, a_command(3))
    assert control.commands() == [a_command(3)]


def test_a_desk_that_starts_sees_all_there_ever_was(path: Path) -> None:
    """S2.36: what was given while no desk ran is taken over at the next start; the ledger knows what it has."""
    give(path, a_command(1))
    assert ControlFile(path, path.with_name("none")).commands() == given(path) == [a_command(1)]


def test_half_a_line_is_not_a_command_yet(path: Path, control: ControlFile) -> None:
    path.write_bytes(b'{"id":"1", "verb":"ha')
    path.chmod(0o600)
    assert control.commands() == []


def test_a_line_nobody_can_read_halts_once(path: Path, control: ControlFile) -> None:
    """C28: whoever died while writing it may have wanted to halt."""
    path.write_bytes(b'{"id":"1", "verb":"ha')
    path.chmod(0o600)
    give(path, a_command(2, Verb.RESUME))
    garbled, resume = control.commands()
    assert (garbled.verb, resume) == (Verb.HALT, a_command(2, Verb.RESUME))
    assert ControlFile(path, path.with_name("none")).commands()[0].id == garbled.id


def test_the_file_is_its_owners_alone(path: Path, control: ControlFile) -> None:
    give(path, a_command())
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o622)
    assert control.commands() == []
    assert "others may write" in str(control.halt_words())
    path.chmod(0o600)
    os.utime(path)
    assert (control.commands(), control.halt_words()) == ([a_command()], None)


def test_the_halt_file_says_where_it_is_and_what_it_says(control: ControlFile, path: Path) -> None:
    """S2.37."""
    assert control.halt_words() is None
    file = path.with_name("copydesk.halt")
    file.touch()
    assert control.halt_words() == str(file)
    file.write_text("maintenance\nuntil noon")
    assert control.halt_words() == f"{file}: maintenance"
    file.unlink()
    assert control.halt_words() is None


def test_a_halt_file_that_cannot_be_looked_at_halts(tmp_path: Path) -> None:
    """I19: cannot answer means no."""
    (tmp_path / "a file").touch()
    control = ControlFile(tmp_path / "desk.db.control", tmp_path / "a file" / "copydesk.halt")
    assert "cannot be looked at" in str(control.halt_words())


def test_one_desk_at_a_time_and_others_see_that_it_runs(tmp_path: Path) -> None:
    ledger = tmp_path / "desk.db"
    assert not desk_lock.is_held(ledger)
    with desk_lock.held(ledger):
        assert desk_lock.is_held(ledger)
        with pytest.raises(BadInput, match="one desk at a time"), desk_lock.held(ledger):
            raise AssertionError("two desks on one ledger")
    assert not desk_lock.is_held(ledger)
