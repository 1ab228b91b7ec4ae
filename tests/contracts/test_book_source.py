"""What every plug behind `BookSource` must keep: one suite, run on each plug (S0.43, K12)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.paper.prints import PrintBook
from copydesk.adapters.paper.recorded import FirstKnown, RecordedBooks
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.venue_http import VenueHttp
from copydesk.adapters.polymarket.live.books import LiveBooks
from copydesk.adapters.polymarket.live.market_channel import MarketChannel
from copydesk.adapters.polymarket.live.order_book import Snapshot, sorted_sides
from copydesk.domain.book import Book
from copydesk.domain.ids import ActionId, EventId, MarketId, TimeMs, TokenId, Wallet
from copydesk.domain.market import Market
from copydesk.domain.money import MICROS, Price, Shares, Usdc, amount_traded
from copydesk.domain.trade import LeaderTrade, Side, Token
from copydesk.ports import BookSource

START = 1_760_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CENT = 10_000
TOKEN = Token(id=TokenId("7"), market=MarketId("0x" + "7" * 64))
STRANGER = Token(id=TokenId("8"), market=MarketId("0x" + "8" * 64))


class OneRuleForAll:
    """A directory where every market trades by the same rules."""

    def market(self, token: Token) -> Market:
        return Market(
            id=token.market,
            category="unknown",
            tick=Price(CENT),
            lot=Shares(CENT),
            shares_min=Shares(5 * MICROS),
            notional_min=Usdc(MICROS),
            taker_fee_bps=0,
            ends_at=None,
        )


class Seen(msgspec.Struct, frozen=True):
    """One print, which a recorder also turns into a book around its price."""

    after_ms: int
    cents: int
    shares: int
    side: Side


seen = st.builds(Seen, st.integers(1, 9_000), st.integers(1, 99), st.integers(1, 9_999), st.sampled_from(Side))


def trades_of(prints: list[Seen]) -> list[LeaderTrade]:
    made: list[LeaderTrade] = []
    now = START
    for number, each in enumerate(prints):
        now += each.after_ms
        shares = Shares(each.shares * MICROS)
        made.append(
            LeaderTrade(
                event_id=EventId(f"{number:064x}"),
                content_id=EventId(f"{number:064x}"),
                action_id=ActionId(f"{number:064x}"),
                leader=Wallet("0x" + "1" * 40),
                token=TOKEN,
                side=each.side,
                shares=shares,
                notional=amount_traded(shares, Price(each.cents * CENT)),
                happened_at=TimeMs(now),
                source="test",
            )
        )
    return made


def a_recording(path: Path, trades: list[LeaderTrade]) -> Path:
    """A file of books as a recorder would have written them just after each print."""
    rows = []
    for trade in trades:
        cents = int(trade.price) // CENT
        when = (EPOCH + timedelta(milliseconds=trade.happened_at)).isoformat()
        bids = [[f"{max(1, cents - n) / 100:.2f}", 10 * n] for n in range(1, 4) if cents - n >= 1]
        asks = [[f"{(cents + n) / 100:.2f}", 10 * n] for n in range(1, 4) if cents + n <= 99]
        rows.append(
            f'{{"type":"sample","ts_utc":"{when}","token_id":"{TOKEN.id}",'
            f'"bids":{str(bids).replace(chr(39), "")},"asks":{str(asks).replace(chr(39), "")}}}'
        )
    path.write_text("\n".join(rows))
    return path


def modelled(folder: Path, trades: list[LeaderTrade]) -> BookSource:
    return PrintBook(OneRuleForAll())


def recorded(folder: Path, trades: list[LeaderTrade]) -> BookSource:
    return RecordedBooks([a_recording(folder / "books.jsonl", trades)])


def first_known(folder: Path, trades: list[LeaderTrade]) -> BookSource:
    half = a_recording(folder / "half.jsonl", trades[: len(trades) // 2])
    return FirstKnown(RecordedBooks([half]), PrintBook(OneRuleForAll()))


class HandClock:
    """A clock that stands where it was put."""

    def __init__(self) -> None:
        self.at = TimeMs(START)

    def now(self) -> TimeMs:
        return self.at

    def elapsed_ms(self) -> int:
        return self.at - START

    async def sleep(self, ms: int) -> None:
        raise NotImplementedError


class Streamed:
    """Live books that hear of every print as the stream would tell it: by the whole book after it."""

    def __init__(self) -> None:
        self._clock = HandClock()
        dice, hosts = SeededDice(1), Hosts()
        self._books = LiveBooks(
            MarketChannel(hosts.ws_market, self._clock, dice), VenueHttp(hosts, self._clock, dice), self._clock
        )
        self._books.keep([TOKEN])

    def observe(self, trade: LeaderTrade) -> None:
        self._clock.at = trade.happened_at
        self._books.observe(trade)
        cents = int(trade.price) // CENT
        below = [(Price((cents - n) * CENT), Shares(n * MICROS)) for n in range(1, 4) if cents - n >= 1]
        above = [(Price((cents + n) * CENT), Shares(n * MICROS)) for n in range(1, 4) if cents + n <= 99]
        sides = sorted_sides(below, above)
        self._books.hear(Snapshot(token=TOKEN.id, market=TOKEN.market, at=trade.happened_at, sides=sides))

    def book(self, token: Token, at: TimeMs) -> Book | None:
        self._clock.at = max(self._clock.at, at)
        return self._books.book(token, at)


def live(folder: Path, trades: list[LeaderTrade]) -> BookSource:
    return Streamed()


Plug = Callable[[Path, list[LeaderTrade]], BookSource]
each_plug = pytest.mark.parametrize("plug", [modelled, recorded, first_known, live])
each_that_knows_the_past = pytest.mark.parametrize("plug", [modelled, recorded, first_known])
with_a_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@each_plug
@with_a_folder
@given(prints=st.lists(seen, min_size=1, max_size=12))
def test_books_are_sound(plug: Plug, tmp_path: Path, prints: list[Seen]) -> None:
    """Best level first, not crossed, on the grid, nothing empty, never from the future."""
    trades = trades_of(prints)
    source = plug(tmp_path, trades)
    for trade in trades:
        source.observe(trade)
        now = TimeMs(trade.happened_at + 700)
        book = source.book(TOKEN, now)
        if book is None:
            continue
        assert book.token == TOKEN.id
        assert book.at <= now
        assert book.origin in {"recorded", "modelled", "live"}
        assert all(upper.price > lower.price for upper, lower in pairwise(book.bids))
        assert all(lower.price < upper.price for lower, upper in pairwise(book.asks))
        assert book.spread is None or book.spread > Price(0)
        for level in (*book.bids, *book.asks):
            assert Price(CENT) <= level.price <= Price(99 * CENT)
            assert int(level.price) % CENT == 0
            assert level.shares > Shares(0)


@each_that_knows_the_past
@with_a_folder
@given(prints=st.lists(seen, min_size=2, max_size=12), cut=st.integers(1, 11))
def test_nothing_later_than_the_moment_is_used(plug: Plug, tmp_path: Path, prints: list[Seen], cut: int) -> None:
    """A source that has seen the future answers for the past as one that has not."""
    trades = trades_of(prints)
    cut = min(cut, len(trades) - 1)
    at = TimeMs(trades[cut].happened_at - 1)
    knows_all, knows_past = plug(tmp_path, trades), plug(tmp_path, trades)
    for trade in trades:
        knows_all.observe(trade)
    for trade in trades[:cut]:
        knows_past.observe(trade)
    assert knows_all.book(TOKEN, at) == knows_past.book(TOKEN, at)


@each_plug
def test_a_token_nobody_saw_has_no_book(plug: Plug, tmp_path: Path) -> None:
    trades = trades_of([Seen(1, 50, 100, Side.BUY)])
    source = plug(tmp_path, trades)
    source.observe(trades[0])
    assert source.book(STRANGER, TimeMs(START + 1_000)) is None


@each_plug
def test_old_knowledge_is_no_book(plug: Plug, tmp_path: Path) -> None:
    """S0.43 in spirit: what is too old is not shown as if it were true."""
    trades = trades_of([Seen(1, 50, 100, Side.BUY)])
    source = plug(tmp_path, trades)
    source.observe(trades[0])
    assert source.book(TOKEN, TimeMs(START + 601_000)) is None


@each_that_knows_the_past
def test_before_anything_happened_there_is_no_book(plug: Plug, tmp_path: Path) -> None:
    trades = trades_of([Seen(5_000, 50, 100, Side.BUY)])
    source = plug(tmp_path, trades)
    source.observe(trades[0])
    assert source.book(TOKEN, TimeMs(START)) is None
