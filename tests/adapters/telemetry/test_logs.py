"""Logs: a line on the terminal, a JSON line in the file, and no secret in either (S1.35, S4.16, S4.29, I29,
T21).
"""

import base64
import io
import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copydesk.adapters.telemetry.logs import Logs, logger
from copydesk.domain.errors import BadInput
from copydesk.domain.secret import Secret

CANARY = "5eed" * 16
TOKEN_ID = "7" * 77
EVENT_ID = "ab" * 32


class Desk:
    """Logs under test: what the terminal and the file were told."""

    def __init__(self, folder: Path, level: str = "info", terminal_level: str | None = None) -> None:
        self.terminal = io.StringIO()
        self.file = folder / "state" / "copydesk.log"
        self.logs = Logs(level=level, file=self.file, terminal=self.terminal, terminal_level=terminal_level)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def everything(self) -> str:
        return self.terminal.getvalue() + self.file.read_text()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.logs.close()


def shows_the_canary(text: str) -> bool:
    raw = bytes.fromhex(CANARY)
    forms = (CANARY, CANARY.upper(), base64.b64encode(raw).decode(), str(int(CANARY, 16)), repr(raw))
    return any(form in text for form in forms)


def test_an_event_is_a_line_on_the_terminal_and_a_json_line_in_the_file(desk: Desk) -> None:
    logger("replay").info("replay started", sources=2, preset="balanced", title="Fed cuts rates?")
    assert desk.terminal.getvalue() == "· replay started sources=2 preset=balanced title='Fed cuts rates?'\n"
    (line,) = desk.lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "replay started",
        "level": "info",
        "logger": "copydesk.replay",
        "sources": 2,
        "preset": "balanced",
        "title": "Fed cuts rates?",
    }


def test_the_level_keeps_lower_events_out_of_both(desk: Desk) -> None:
    logger("replay").debug("a detail")
    assert desk.everything() == ""


def test_the_terminal_can_be_quieter_than_the_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path, terminal_level="error")
    with desk.logs:
        logger("replay").warning("row refused", line=3)
        logger("replay").error("stopped")
    assert desk.terminal.getvalue() == "✗ stopped\n"
    assert [line["event"] for line in desk.lines()] == ["row refused", "stopped"]


def test_the_file_is_for_its_owner_only_and_is_appended_to(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with desk.logs:
        logger("x").info("first")
    with Desk(tmp_path).logs:
        logger("x").info("second")
    assert [line["event"] for line in desk.lines()] == ["first", "second"]
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600


def test_a_log_file_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="log file"):
        Logs(level="info", file=tmp_path, terminal=io.StringIO())


def test_after_closing_nothing_is_written(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.logs.close()
    desk.logs.close()
    logging.getLogger("copydesk.x").error("too late")
    assert desk.everything() == ""


def test_a_library_is_heard_from_info_upwards(tmp_path: Path) -> None:
    desk = Desk(tmp_path, level="debug")
    with desk.logs:
        logging.getLogger("httplib").debug("Authorization: Bearer abc")
        logging.getLogger("httplib").info("connected")
        logger("x").debug("ours")
    assert [line["event"] for line in desk.lines()] == ["connected", "ours"]


def test_no_event_and_no_field_can_command_the_terminal(desk: Desk) -> None:
    logger("x").info("a\x1b[2Jb", title="\x1b]0;owned\x07", line="a\nb", wrong_way="\u202eabc")
    told = desk.terminal.getvalue()
    assert told.endswith("\n")
    assert told[:-1].isprintable()


SECRET_FIELDS: list[dict[str, Any]] = [
    {"anything": Secret(CANARY)},
    {"api_key": CANARY},
    {"apiKey": CANARY},
    {"API_KEY": "0x" + CANARY},
    {"private_key": int(CANARY, 16)},
    {"secret": bytes.fromhex(CANARY)},
    {"clientSecret": CANARY},
    {"access_token": CANARY},
    {"token": CANARY},
    {"passphrase": CANARY},
    {"password": [CANARY]},
    {"mnemonic": f"abandon {CANARY}"},
    {"signer": "0x" + CANARY},
    {"private": CANARY},
    {"seed": [CANARY]},
    {"headers": {"Authorization": f"Bearer {CANARY}"}},
    {"deep": {"a": [{"b": {"key": CANARY}}]}},
    {"deeper": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"key": CANARY}}}}}}}}},
    {"note": f"the private key is 0x{CANARY}"},
    {"note": f'{{"apiKey": "{CANARY[:20]}", "secret": "{CANARY}"}}'},
]


@pytest.mark.parametrize("fields", SECRET_FIELDS)
def test_no_secret_reaches_terminal_or_file(desk: Desk, fields: dict[str, Any]) -> None:
    """I29, T21: the canary is searched raw, in capitals, as base64, as a number and as bytes."""
    logger("x").info("signing", **fields)
    assert "signing" in desk.everything()
    assert not shows_the_canary(desk.everything())


def test_a_secret_in_the_message_itself_is_hidden(desk: Desk) -> None:
    logger("x").info(f"signing with key {CANARY}")
    logger("x").info("signing with %s", Secret(CANARY))
    logging.getLogger("some.package").warning("private_key=%s", CANARY)
    logging.getLogger("some.package").warning("with extra", extra={"api_secret": CANARY})
    assert not shows_the_canary(desk.everything())
    assert len(desk.lines()) == 4


PUBLIC_FIELDS: list[dict[str, Any]] = [
    {"event_id": EVENT_ID},
    {"token": TOKEN_ID},
    {"token_id": TOKEN_ID},
    {"fill_key": EVENT_ID},
    {"tx_hash": "0x" + EVENT_ID},
    {"is_key": True},
    {"tokens_left": None},
    {"keyboard": "qwerty"},
]


@pytest.mark.parametrize("fields", PUBLIC_FIELDS)
def test_ids_and_hashes_stay_readable(desk: Desk, fields: dict[str, Any]) -> None:
    logger("x").info("seen", **fields)
    (line,) = desk.lines()
    assert {name: line[name] for name in fields} == fields


def crash_with(secret: str) -> None:
    local_variable = secret
    raise RuntimeError("the venue refused the order" if local_variable else "")


def test_a_traceback_goes_to_the_file_without_local_variables(desk: Desk) -> None:
    """T21: a crash next to a secret, logged by us and by a library, with the root logger at DEBUG."""
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        crash_with(CANARY)
    except RuntimeError:
        logger("x").exception("crashed")
        logging.getLogger("some.package").exception("crashed too")
    ours, theirs = desk.lines()
    assert "crash_with" in ours["exception"]
    assert "crash_with" in theirs["exception"]
    assert "Traceback" not in desk.terminal.getvalue()
    assert not shows_the_canary(desk.everything())


def test_an_exception_that_names_a_key_is_hidden_in_the_traceback(desk: Desk) -> None:
    try:
        raise ValueError(f"not a valid private key: {CANARY}")
    except ValueError:
        logger("x").exception("crashed")
    assert "not a valid private key" in desk.file.read_text()
    assert not shows_the_canary(desk.everything())


def test_a_line_that_cannot_be_written_is_not_printed_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(tmp_path)
    desk.terminal.close()
    with desk.logs:
        logger("x").info("signing", key=CANARY)
    assert capsys.readouterr() == ("", "")
    assert len(desk.lines()) == 1
