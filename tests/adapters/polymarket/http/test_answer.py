"""What an answer means: how long to wait, and in whose words."""

from __future__ import annotations

import pytest

from copydesk.adapters.polymarket.http.answer import Answer, document, is_json, retry_after_ms, words
from copydesk.adapters.polymarket.http.trouble import Busy

NOW_MS = 1_795_132_800_000  # Fri, 20 Nov 2026 00:00:00 GMT
JSON = "application/json; charset=utf-8"


def an_answer(
    body: bytes = b"{}", *, status: int = 429, kind: str = JSON, retry_after: str = "", date: str = ""
) -> Answer:
    return Answer(status=status, content_type=kind, body=body, retry_after=retry_after, date=date)


@pytest.mark.parametrize(
    ("retry_after", "date", "expected"),
    [
        ("79", "", 79_000),
        (" 0 ", "", 0),
        ("Fri, 20 Nov 2026 00:00:30 GMT", "", 30_000),
        ("Fri, 20 Nov 2026 00:00:30 GMT", "Fri, 20 Nov 2026 00:00:10 GMT", 20_000),
        ("Fri, 20 Nov 2020 00:00:30 GMT", "", 0),
        ("soon", "", None),
        ("-5", "", None),
        ("", "", None),
    ],
)
def test_the_wait_is_in_seconds_or_until_a_date(retry_after: str, date: str, expected: int | None) -> None:
    """F50; a date is compared with the venue's own clock where it shows it."""
    assert retry_after_ms(an_answer(retry_after=retry_after, date=date), NOW_MS) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"error": "post-only", "code": "post_only_mode", "retry_after_seconds": 79}', 79_000),
        (b'{"retry_after_seconds": "79"}', None),
        (b'{"retry_after_seconds": -1}', None),
        (b"[]", None),
        (b"\xff", None),
    ],
)
def test_the_wait_may_be_in_the_body(body: bytes, expected: int | None) -> None:
    """F49."""
    assert retry_after_ms(an_answer(body), NOW_MS) == expected


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b'{"error": "order not found"}', JSON, "order not found"),
        (b'{"message": "too many"}', JSON, "too many"),
        (b'{"error": {"a": 1}}', JSON, '{"error": {"a": 1}}'),
        (b"plain\x1b[31m\nwords", "text/plain", "plain [31m words"),
        (b"<html>...</html>", "text/html", "16 bytes of text/html"),
        (b"", "", "0 bytes of no declared type"),
        (b"x" * 5_000, "text/plain", "x" * 300),
    ],
)
def test_the_words_are_the_venues_short_and_harmless(body: bytes, kind: str, expected: str) -> None:
    assert words(an_answer(body, kind=kind)) == expected


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b' {"a": 1}\n', JSON, True),
        (b"[]", "application/json", True),
        (b"1795132800", "application/json", True),
        (b"1795132800", "text/plain; charset=utf-8", True),
        (b"1795132800", "text/html", False),
        (b'{"a": [1, 2', JSON, False),
        (b"{", JSON, False),
        (b"<html>", JSON, False),
        (b"", JSON, False),
    ],
)
def test_json_is_what_says_so_and_looks_like_it(body: bytes, kind: str, *, expected: bool) -> None:
    """F53."""
    assert is_json(an_answer(body, status=200, kind=kind)) is expected


def test_a_date_in_a_strange_zone_is_read() -> None:
    with pytest.raises(Busy) as caught:
        document(an_answer(retry_after="Fri, 20 Nov 2026 01:00:05 +0100"), NOW_MS)
    assert caught.value.retry_after_ms == 5_000
