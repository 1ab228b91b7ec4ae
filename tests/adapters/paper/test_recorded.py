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


def test_of_two_books_of_one_moment_the_last_counts(tmp_path: Path) -> None:
    books = RecordedBooks([a_file(tmp_path, a_sample(0, asks=[]), a_sample(0), a_sample(0, asks=[[0.6, 1]]))])
    assert shown(books.book(TOKEN, at(0)))[1] == [(60, 100)]
    assert books.books == 1
    assert not +books.untrusted


def test_a_book_that_comes_late_is_left_out(tmp_path: Path) -> None:
    books = RecordedBooks([a_file(tmp_path, a_sample(5), a_sample(3, asks=[[0.6, 1]]))])
    assert books.book(TOKEN, at(4)) is None
    assert shown(books.book(TOKEN, at(6)))[1] == [(50, 2000), (51, 4000)]
    assert books.untrusted == {"not_later": 1}


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
        json.dumps(a_sample(0, ts_utc="2025-10-09T08:53:20")),
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
    assert [refusal.reason for refusal in books.refused][-1] == "truncated_file"


def test_a_file_that_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        RecordedBooks([tmp_path / "nowhere.jsonl"])
    path = tmp_path / "text.jsonl.gz"
    path.write_text("not compressed")
    with pytest.raises(Unreadable):
        RecordedBooks([path])


# --- the market channel ----------------------------------------------------------------------------------------------

COLUMNS = "market_slug,asset_id,event_type,price,side,size,hash,timestamp"


def a_row(
    kind: str, price: str, side: str, size: str, at_ms: int = 0, *, mark: str = "a", token: str = TOKEN.id
) -> str:
    return f"slug,{token},{kind},{price},{side},{size},{mark},{START + at_ms}"


def a_channel(folder: Path, *rows: str, header: str = COLUMNS) -> Path:
    path = folder / "channel.csv"
    path.write_text("\n".join((header, *rows)) + "\n")
    return path


FIRST_BOOK = (
    a_row("book", "0.99", "ask", "500"),
    a_row("book", "0.50", "ask", "20"),
    a_row("book", "0.01", "bid", "700"),
    a_row("book", "0.48", "bid", "30.5"),
)


def test_a_book_of_the_channel_is_sorted_best_first(tmp_path: Path) -> None:
    """Fact sheet, trap 20: the venue sends the worst level first."""
    books = RecordedBooks([a_channel(tmp_path, *FIRST_BOOK)])
    assert shown(books.book(TOKEN, at(0))) == ([(48, 3050), (1, 70000)], [(50, 2000), (99, 50000)])


def test_a_change_is_the_new_total_of_its_level_and_zero_takes_it_away(tmp_path: Path) -> None:
    """Trap 21."""
    changes = (
        a_row("price_change", "0.50", "ask", "0", 700),
        a_row("price_change", "0.49", "SELL", "7", 700),
        a_row("price_change", "0.48", "BUY", "3", 900),
    )
    books = RecordedBooks([a_channel(tmp_path, *FIRST_BOOK, *changes)])
    assert shown(books.book(TOKEN, TimeMs(START + 699)))[1][0] == (50, 2000)
    assert shown(books.book(TOKEN, TimeMs(START + 700)))[1] == [(49, 700), (99, 50000)]
    assert shown(books.book(TOKEN, TimeMs(START + 900)))[0] == [(48, 300), (1, 70000)]


def test_a_new_snapshot_replaces_the_book(tmp_path: Path) -> None:
    second = (a_row("book", "0.60", "ask", "5", 900, mark="b"), a_row("book", "0.58", "bid", "6", 900, mark="b"))
    books = RecordedBooks([a_channel(tmp_path, *FIRST_BOOK, *second)])
    assert shown(books.book(TOKEN, at(1))) == ([(58, 600)], [(60, 500)])


def test_a_change_between_two_snapshots_of_one_hash_starts_the_book_anew(tmp_path: Path) -> None:
    change = a_row("price_change", "0.55", "ask", "9", 100)
    again = (a_row("book", "0.60", "ask", "5", 200), a_row("book", "0.58", "bid", "6", 200))
    books = RecordedBooks([a_channel(tmp_path, *FIRST_BOOK, change, *again)])
    assert shown(books.book(TOKEN, at(1))) == ([(58, 600)], [(60, 500)])


def test_each_token_has_its_own_book(tmp_path: Path) -> None:
    other = (a_row("book", "0.30", "ask", "5", token="8"), a_row("book", "0.20", "bid", "6", token="8"))
    books = RecordedBooks([a_channel(tmp_path, FIRST_BOOK[1], *other, *FIRST_BOOK[2:])])
    assert shown(books.book(Token(id=TokenId("8"), market=TOKEN.market), at(0))) == ([(20, 600)], [(30, 500)])
    assert shown(books.book(TOKEN, at(0)))[1] == [(50, 2000)]


@pytest.mark.parametrize(
    "bad",
    [
        a_row("book", "1.00", "ask", "5"),
        a_row("book", "abc", "ask", "5"),
        a_row("book", "0.4", "ask", "NaN"),
        a_row("book", "0.4", "ask", "-1"),
        a_row("book", "0.4", "middle", "5"),
        a_row("trade", "0.4", "ask", "5"),
        a_row("book", "0.4", "ask", "5", token="0x12"),
        a_row("book", "0.4", "ask", "5").replace(str(START), str(START // 1_000)),
        "a,b,c",
    ],
)
def test_a_bad_level_is_refused_with_its_line_and_the_rest_goes_on(tmp_path: Path, bad: str) -> None:
    """F34."""
    books = RecordedBooks([a_channel(tmp_path, *FIRST_BOOK[:2], bad, *FIRST_BOOK[2:])])
    (refusal,) = books.refused
    assert refusal.line == 4
    assert shown(books.book(TOKEN, at(0)))[0] == [(48, 3050), (1, 70000)]


def test_a_table_of_something_else_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="columns"):
        RecordedBooks([a_channel(tmp_path, "1,2", header="a,b")])


@pytest.mark.recorded
def test_a_recorded_game_gives_sound_books(recorded_data: Path) -> None:
    """Both sides of a baseball game of June 2025, and hardly a book that is crossed."""
    folder = recorded_data / "clob" / "MinesJA_SignalDrift"
    books = RecordedBooks([folder / "mlb-cle-sf-2025-06-17.csv.gz", folder / "mlb-min-cin-2025-06-19.csv.gz"])
    assert books.books > 5_000
    assert not books.refused
    assert books.untrusted.total() < books.books // 50


# --- which source goes first -----------------------------------------------------------------------------------------


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
