"""What one answer of the venue means: a document, or one of the four kinds of trouble."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import msgspec

from copydesk.adapters.polymarket.http.trouble import Busy, Forbidden, Refused, Unreachable

NOT_NOW: Final = frozenset({425, 429, 503})
NOT_HERE: Final = frozenset({403, 451})
_CLIENTS_FAULT: Final = range(300, 500)
_FINE: Final = range(200, 300)
_WORDS_MAX: Final = 300
_CLOSING: Final = {ord("{"): ord("}"), ord("["): ord("]"), ord('"'): ord('"')}
_SCALARS: Final = frozenset(b"-0123456789tfn")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer as it came: `retry_after` and `date` are headers, empty if they were not there."""

    status: int
    content_type: str
    body: bytes
    retry_after: str = ""
    date: str = ""


class _Said(msgspec.Struct):
    """The words of a refusal, under whichever name they come."""

    error: object = None
    message: object = None
    retry_after_seconds: object = None


_read_said: Final = msgspec.json.Decoder(_Said).decode


def document(answer: Answer, now_ms: int) -> bytes:
    """Give the JSON body of a good answer. Raises the trouble that any other answer is."""
    status = answer.status
    if status in _FINE:
        if is_json(answer):
            return answer.body
        raise Unreachable(f"{status} with {_described(answer)}, not JSON", was_sent=True, status=status)
    if status in NOT_NOW:
        raise Busy(retry_after_ms(answer, now_ms) or 0, words(answer), status=status)
    if status in NOT_HERE:
        raise Forbidden(status, words(answer))
    if status in _CLIENTS_FAULT:
        raise Refused(status, words(answer))
    raise Unreachable(f"{status}: {words(answer)}", was_sent=True, status=status)


def is_json(answer: Answer) -> bool:
    """Whether the answer says that it is JSON and is not obviously cut off or something else (F53)."""
    body = answer.body.strip()
    if "json" not in answer.content_type:
        return answer.content_type.startswith("text/plain") and body.isdigit()
    if not body:
        return False
    closing = _CLOSING.get(body[0])
    return body[0] in _SCALARS if closing is None else len(body) > 1 and body[-1] == closing


def retry_after_ms(answer: Answer, now_ms: int) -> int | None:
    """How long the venue asks us to wait: seconds or a date in the header, or seconds in the body; None if unsaid.

    A date is taken from the answer's own `Date`, so that a wrong clock of ours does no harm.
    """
    text = answer.retry_after.strip()
    if text.isdecimal():
        return int(text) * 1_000
    then = _read_date(text)
    if then is not None:
        said_at = _read_date(answer.date)
        return max(0, then - (now_ms if said_at is None else said_at))
    seconds = _said(answer).retry_after_seconds
    return seconds * 1_000 if isinstance(seconds, int) and seconds >= 0 else None


def words(answer: Answer) -> str:
    """What the venue said, in its own words where it has any, on one line and not too long."""
    said = _said(answer)
    for text in (said.error, said.message):
        if isinstance(text, str) and text:
            return _one_line(text)
    if "html" in answer.content_type or not answer.body:
        return _described(answer)
    return _one_line(answer.body[: 4 * _WORDS_MAX].decode(errors="replace"))


def _said(answer: Answer) -> _Said:
    try:
        return _read_said(answer.body)
    except msgspec.DecodeError:
        return _Said()


def _read_date(text: str) -> int | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware: datetime = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp()) * 1_000


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:_WORDS_MAX].strip()


def _described(answer: Answer) -> str:
    return f"{len(answer.body)} bytes of {answer.content_type or 'no declared type'}"
