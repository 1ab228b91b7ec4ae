"""Recorded books: what is trusted, what is refused, and what printed since."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from copydesk.adapters.paper.recorded import FirstKnown, RecordedBooks
from copydesk.domain.book import Book
from copydesk.domain.errors import Unreadable
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.money import MICROS
from copydesk.domain.trade import LeaderTrade, Token

START = 1_760_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOKEN = Token(id=TokenId("7"), market=MarketId("0x" + "7" * 64))
Row = dict[str, Any]


def a_sample(at_s: int = 0, **changed: object) -> Row:
    moment = EPOCH + timedelta(milliseconds=START + at_s * 1_000)
    row: Row = {
        "type": "sample",
        "ts_utc": moment.isoformat(),
        "token_id": TOKEN.id,
        "bids": [[0.48, 30.5], [0.47, 10]],
        "asks": [[0.50, 20], [0.51, 40]],
        "data_ready": True,
    }
    return row | changed


def a_printed_row(at_s: int, size: float, side: str = "BUY") -> Row:
    stamp = str(START + at_s * 1_000)
    return {
        "type": "trade",
        "token_id": TOKEN.id,
        "price": 0.5,
        "size": size,
        "side": side,
        "exchange_timestamp": stamp,
    }


def a_file(folder: Path, *rows: Row | str) -> Path:
    path = folder / "books.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def shown(book: Book | None) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Levels as (cents, hundredths of a share)."""
    assert book is not None
    sides = [
        [(int(lv.price) // 10_000, int(lv.shares) * 100 // MICROS) for lv in side] for side in (book.bids, book.asks)
    ]
    return sides[0], sides[1]


def at(seconds: int) -> TimeMs:
    return TimeMs(START + seconds * 1_000)


def test_the_latest_book_at_or_before_the_moment_is_given(tmp_path: Path) -> None:
    books = RecordedBooks([a_file(tmp_path, a_sample(0), a_sample(2, asks=[[0.6, 1]]), a_sample(4))])
    assert shown(books.book(TOKEN, at(3)))[1] == [(60, 100)]
    assert shown(books.book(TOKEN, at(2)))[1] == [(60, 100)]
    assert shown(books.book(TOKEN, at(1))) == ([(48, 3050), (47, 1000)], [(50, 2000), (51, 4000)])
    book = books.book(TOKEN, at(3))
    assert book is not None
    assert (book.at, book.origin) == (at(2), "recorded")


def test_a_book_older_than_25_seconds_is_none(tmp_path: Path) -> None:
    """S0.43."""
    books = RecordedBooks([a_file(tmp_path, a_sample(0))])
    assert books.book(TOKEN, at(25)) is not None
    assert books.book(TOKEN, TimeMs(at(25) + 1)) is None


@pytest.mark.parametrize(
    ("doubt", "changed"),
    [
        ("crossed", {"bids": [[0.51, 1]]}),
        ("crossed", {"bids": [[0.50, 1]]}),
        ("empty", {"asks": []}),
        ("empty", {"bids": []}),
        ("not_ready", {"data_ready": False}),
        ("unsorted", {"asks": [[0.51, 1], [0.50, 1]]}),
    ],
)
def test_a_doubtful_book_is_none_and_the_one_before_it_is_not_used(
    tmp_path: Path, doubt: str, changed: dict[str, object]
) -> None:
    books = RecordedBooks([a_file(tmp_path, a_sample(0), a_sample(1, **changed))])
    assert books.book(TOKEN, at(0)) is not None
    assert books.book(TOKEN, at(2)) is None
    assert books.untrusted == {doubt: 1}


def test_what_printed_since_the_book_is_gone_from_its_best_levels(tmp_path: Path) -> None:
    """Without this the paper fills were 0.24 cents kinder than the prints of May 2026 (docs/paper.md)."""
    rows = [a_sample(0), a_printed_row(1, 25), a_printed_row(2, 30, "SELL"), a_printed_row(5, 1_000)]
    books = RecordedBooks([a_file(tmp_path, *rows)])
    assert shown(books.book(TOKEN, at(0)))[1] == [(50, 2000), (51, 4000)]
    assert shown(books.book(TOKEN, at(1))) == ([(48, 3050), (47, 1000)], [(51, 3500)])
    assert shown(books.book(TOKEN, at(2)))[0] == [(48, 50), (47, 1000)]
    assert books.book(TOKEN, at(5)) is None


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        '{"type":"sample"}',
        json.dumps(a_sample(0, asks=[[1.0, 5]])),
        json.dumps(a_sample(0, bids=[[0, 5]])),
        json.dumps(a_sample(0, bids=[[0.4, -5]])),
        json.dumps(a_sample(0)).replace("30.5", "NaN"),
        json.dumps(a_sample(0)).replace("30.5", "1e999999"),
        json.dumps(a_sample(0, ts_utc="1970-01-01T00:00:00+00:00")),
        json.dumps(a_printed_row(0, 1) | {"exchange_timestamp": str(START // 1_000)}),
        json.dumps(a_printed_row(0, 0)),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_rest_goes_on(tmp_path: Path, bad: str) -> None:
    """F34."""
    books = RecordedBooks([a_file(tmp_path, a_sample(0), bad, a_sample(2))])
    (refusal,) = books.refused
    assert (refusal.reason, refusal.line) == ("not_a_book_row", 2)
    assert books.books == 2


def test_a_truncated_file_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = gzip.compress("\n".join(json.dumps(a_sample(n)) for n in range(2_000)).encode())
    path = tmp_path / "books.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    books = RecordedBooks([path])
    assert books.books > 0
    assert [refusal.reason for refusal in books.refused][-1] == "truncated"


def test_a_file_that_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        RecordedBooks([tmp_path / "nowhere.jsonl"])
    path = tmp_path / "text.jsonl.gz"
    path.write_text("not compressed")
    with pytest.raises(Unreadable):
        RecordedBooks([path])


class OneBook:
    """A source that always shows the same book."""

    def __init__(self, book: Book | None) -> None:
        self._book = book
        self.prints = 0

    def observe(self, trade: LeaderTrade) -> None:
        self.prints += 1

    def book(self, token: Token, at: TimeMs) -> Book | None:
        return self._book


def test_the_recorded_book_comes_first_and_the_model_fills_the_gaps() -> None:
    seen = Book(token=TOKEN.id, at=at(0), bids=(), asks=(), origin="recorded")
    guessed = Book(token=TOKEN.id, at=at(0), bids=(), asks=(), origin="modelled")
    assert FirstKnown(OneBook(seen), OneBook(guessed)).book(TOKEN, at(0)) is seen
    assert FirstKnown(OneBook(None), OneBook(guessed)).book(TOKEN, at(0)) is guessed
    assert FirstKnown(OneBook(None), OneBook(None)).book(TOKEN, at(0)) is None
