"""When a rebuilt book is believed: K12, S0.42, F46, F47."""

from copydesk.adapters.polymarket.live.order_book import Change, Changes, Sides, Snapshot, sorted_sides
from copydesk.adapters.polymarket.live.watched_book import GRACE_MS, Trouble, WatchedBook
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.money import Price, Shares
from copydesk.domain.trade import Side

CENT = 10_000


def sides(bid: int = 40, ask: int = 60) -> Sides:
    return sorted_sides([(Price(bid * CENT), Shares(5))], [(Price(ask * CENT), Shares(5))])


def a_snapshot(at: int, bid: int = 40, ask: int = 60) -> Snapshot:
    return Snapshot(token=TokenId("7"), market=MarketId("0x7"), at=TimeMs(at), sides=sides(bid, ask))


def a_bid(at: int, cents: int, best: int | None = None, shares: int = 5) -> Changes:
    return Changes(
        token=TokenId("7"),
        at=TimeMs(at),
        changes=(Change(Side.BUY, Price(cents * CENT), Shares(shares)),),
        best=None if best is None else (Price(best * CENT), Price(60 * CENT)),
    )


def a_book() -> WatchedBook:
    book = WatchedBook()
    assert book.heard_book(a_snapshot(100), now_ms=0) is None
    return book


def test_a_frame_and_an_agreeing_witness_confirm_the_book() -> None:
    book = a_book()
    assert book.witnessed(a_snapshot(100), 5_000, is_streaming=True) is None
    assert book.shown is not None
    assert (book.shown.sides, book.shown.confirmed_ms) == (sides(), 5_000)
    book.heard_changes(a_bid(101, 41), 6_000)
    assert book.shown.confirmed_ms == 6_000


def test_a_witness_that_is_behind_proves_nothing() -> None:
    book = a_book()
    book.heard_changes(a_bid(101, 41), 1_000)
    book.witnessed(a_snapshot(100), 5_000, is_streaming=True)
    assert book.shown is not None
    assert book.shown.confirmed_ms == 1_000
    assert book.judge(5_000 + GRACE_MS) is None


def test_a_witness_that_is_ahead_is_believed_once_the_frames_say_so_too() -> None:
    book = a_book()
    book.witnessed(a_snapshot(101, bid=41), 5_000, is_streaming=True)
    told = Changes(
        token=TokenId("7"),
        at=TimeMs(101),
        changes=(
            Change(Side.BUY, Price(41 * CENT), Shares(5)),
            Change(Side.BUY, Price(40 * CENT), Shares(0)),
        ),
    )
    book.heard_changes(told, 5_100)
    assert book.judge(5_000 + GRACE_MS) is None
    assert book.shown is not None


def test_a_token_without_frames_is_starved_and_goes_by_the_witness() -> None:
    """F46."""
    book = a_book()
    book.witnessed(a_snapshot(101, bid=41), 5_000, is_streaming=True)
    assert book.judge(5_000 + GRACE_MS - 1) is None
    assert book.judge(5_000 + GRACE_MS) is Trouble.STARVED
    assert book.is_starved
    assert book.shown == (sides(bid=41), 5_000)
    book.witnessed(a_snapshot(102, bid=42), 15_000, is_streaming=True)
    assert book.shown == (sides(bid=42), 15_000)
    book.heard_book(a_snapshot(103, bid=43), 16_000)
    assert not book.is_starved


def test_a_book_that_lacks_a_change_among_others_is_nothing_until_it_is_whole() -> None:
    book = a_book()
    book.witnessed(a_snapshot(101, bid=41), 5_000, is_streaming=True)
    book.heard_changes(a_bid(102, 30), 5_500)
    assert book.judge(5_000 + GRACE_MS) is Trouble.DIFFERS
    assert book.shown is None
    book.heard_changes(a_bid(103, 31), 8_000)
    assert book.shown is None
    book.heard_book(a_snapshot(104), 9_000)
    assert book.shown == (sides(), 9_000)


def test_a_frame_that_knows_another_best_price_takes_the_book_away() -> None:
    """F47: a change before it was missed."""
    book = a_book()
    assert book.heard_changes(a_bid(101, 30, best=41), 1_000) is Trouble.WRONG_BEST
    assert book.shown is None
    assert book.is_suspect
    book.heard_changes(a_bid(102, 31), 1_100)
    assert book.shown is None
    book.heard_changes(a_bid(103, 41, best=41), 1_200)
    assert book.shown is not None


def test_a_crossed_book_is_an_alarm_and_no_book() -> None:
    """K12."""
    book = a_book()
    assert book.heard_changes(a_bid(101, 60), 1_000) is Trouble.CROSSED
    assert book.shown is None
    assert book.heard_changes(a_bid(102, 60, best=40, shares=0), 1_100) is None
    assert book.shown is not None


def test_without_a_stream_the_witness_is_all_there_is() -> None:
    """S4.24."""
    book = a_book()
    book.witnessed(a_snapshot(101, bid=41), 5_000, is_streaming=False)
    assert book.shown == (sides(bid=41), 5_000)


def test_after_a_gap_changes_count_for_nothing_before_a_snapshot() -> None:
    """F47: what was confirmed stands, unconfirmed, until then."""
    book = a_book()
    book.lost_touch()
    book.heard_changes(a_bid(105, 41), 3_000)
    assert book.shown == (sides(), 0)
    book.heard_book(a_snapshot(104), 4_000)
    assert book.shown is not None
    assert book.shown.sides.best == (Price(41 * CENT), Price(60 * CENT))
