"""The book guessed from prints: every rule of docs/paper.md, by example."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.paper.model import FillModel
from copydesk.adapters.paper.prints import PrintBook
from copydesk.domain.book import Book
from copydesk.domain.ids import ActionId, EventId, MarketId, TimeMs, TokenId, Wallet
from copydesk.domain.market import Market
from copydesk.domain.money import MICROS, Price, Shares, Usdc, amount_traded
from copydesk.domain.trade import LeaderTrade, Side, Token

START = 1_760_000_000_000
CENT = 10_000
TOKEN = Token(id=TokenId("7"), market=MarketId("0x" + "7" * 64))


class Markets(msgspec.Struct):
    """A directory where every market has the same tick."""

    tick: int = CENT

    def market(self, token: Token) -> Market:
        return Market(
            id=token.market,
            category="unknown",
            tick=Price(self.tick),
            lot=Shares(CENT),
            shares_min=Shares(5 * MICROS),
            notional_min=Usdc(MICROS),
            taker_fee_bps=0,
            ends_at=None,
        )


def a_print(
    cents: str, *, at_s: float = 0, shares: int = 400, side: Side = Side.BUY, token: Token = TOKEN
) -> LeaderTrade:
    price = Price(int(cents.replace(".", "").ljust(2 + 2 * ("." in cents), "0")) * (CENT if "." not in cents else 100))
    at_ms = round(at_s * 1_000)
    amount = Shares(shares * MICROS)
    event = EventId(f"{token.id}/{cents}/{at_s}/{shares}/{side}")
    return LeaderTrade(
        event_id=event,
        content_id=event,
        action_id=ActionId(event),
        leader=Wallet("0x" + "1" * 40),
        token=token,
        side=side,
        shares=amount,
        notional=amount_traded(amount, price),
        happened_at=TimeMs(START + at_ms),
        source="test",
    )


def after(*prints: LeaderTrade, at_s: float = 1, model: FillModel | None = None, tick: int = CENT) -> Book | None:
    source = PrintBook(Markets(tick), model or FillModel())
    for each in prints:
        source.observe(each)
    return source.book(TOKEN, TimeMs(START + round(at_s * 1_000)))


def touch(book: Book | None) -> tuple[int, int]:
    """Best bid and best ask in cents."""
    assert book is not None
    return int(book.bids[0].price) // CENT, int(book.asks[0].price) // CENT


def offered(book: Book | None) -> list[int]:
    """Whole shares on the ask side, best first."""
    assert book is not None
    return [int(level.shares) // MICROS for level in book.asks]


def test_a_lone_print_has_a_tick_on_either_side() -> None:
    assert touch(after(a_print("50"))) == (49, 51)


def test_the_ask_is_at_least_the_highest_recent_price_and_the_bid_at_most_the_lowest() -> None:
    assert touch(after(a_print("53"), a_print("47"), a_print("50"))) == (47, 53)


def test_a_range_widens_the_spread_around_the_last_print() -> None:
    """Half the range on either side of the last price: what just moved may move again."""
    assert touch(after(a_print("40"), a_print("50"))) == (40, 55)


def test_prices_older_than_the_recent_window_do_not_count_for_the_touch() -> None:
    assert touch(after(a_print("60"), a_print("50", at_s=20), at_s=21)) == (49, 51)


def test_an_old_print_looks_back_twice_its_age() -> None:
    """The longer nothing printed, the more of the past says how far it may have moved."""
    assert touch(after(a_print("60"), a_print("50", at_s=20), at_s=41)) == (45, 60)


def test_each_minute_of_age_adds_a_tick_on_either_side() -> None:
    assert touch(after(a_print("50"), at_s=185)) == (46, 54)


def test_off_grid_prices_are_rounded_away_from_us() -> None:
    """Average prices lie between ticks: the ask goes up and the bid goes down."""
    assert touch(after(a_print("50.50"))) == (49, 52)


def test_depth_is_a_quarter_of_what_printed_most_at_the_touch() -> None:
    assert offered(after(a_print("50", shares=600))) == [50, 40, 30, 20, 10]


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 5_000)), min_size=1, max_size=200))
def test_depth_never_exceeds_its_part_of_what_printed(prints: list[tuple[int, int]]) -> None:
    book = after(*(a_print(f"{cents:02d}", shares=shares) for cents, shares in prints))
    printed = sum(shares for _, shares in prints) * MICROS
    for side in (book.bids, book.asks) if book else ():
        assert 4 * sum(int(level.shares) for level in side) <= printed


def test_a_last_print_that_is_too_old_is_no_book() -> None:
    strict = FillModel(age_max_ms=60_000)
    assert after(a_print("50"), at_s=60, model=strict) is not None
    assert after(a_print("50"), at_s=61, model=strict) is None


def test_volume_older_than_the_window_is_no_depth() -> None:
    assert sum(offered(after(a_print("50", shares=9_000), a_print("50", at_s=601, shares=600), at_s=602))) == 150


def test_levels_beyond_the_grid_are_left_out_rather_than_made_better() -> None:
    """An ask at 1.01 does not exist; moving it to 0.99 would be a gift."""
    book = after(a_print("97"))
    assert book is not None
    assert [int(level.price) // CENT for level in book.asks] == [98, 99]
    assert len(book.bids) == 5


def test_above_the_last_tick_there_is_nothing_to_buy() -> None:
    book = after(a_print("99.50"))
    assert book is not None
    assert not book.asks
    assert book.bids


def test_a_finer_tick_makes_a_finer_book() -> None:
    book = after(a_print("50"), tick=1_000)
    assert book is not None
    assert [int(level.price) for level in book.asks][:2] == [501_000, 502_000]


def test_too_little_volume_for_a_lot_is_no_book() -> None:
    assert after(a_print("50", shares=1), model=FillModel(depth_bps=1)) is None


def test_a_print_given_twice_counts_once() -> None:
    """A caller that tells both the venue and its books must not double the depth."""
    once = a_print("50", shares=600)
    assert offered(after(once, once)) == offered(after(once))


def test_a_late_print_is_left_out() -> None:
    assert after(a_print("50", at_s=9), a_print("90", at_s=8), at_s=10) == after(a_print("50", at_s=9), at_s=10)


def test_tokens_that_printed_least_recently_are_forgotten_first() -> None:
    """I26: memory is bounded."""
    source = PrintBook(Markets(), FillModel(tokens_max=2))
    others = [Token(id=TokenId(name), market=MarketId(name)) for name in "abc"]
    for number, other in enumerate([others[0], others[1], others[0], others[2]]):
        source.observe(a_print("50", at_s=number, token=other))
    known = [source.book(other, TimeMs(START + 5_000)) is not None for other in others]
    assert known == [True, False, True]


def test_tokens_without_a_book_are_let_go_of() -> None:
    """I26: what printed too long ago makes no book and takes no memory, however few tokens there are."""
    source = PrintBook(Markets(), FillModel())
    for number in range(100):
        token = Token(id=TokenId(str(number)), market=MarketId(str(number)))
        source.observe(a_print("50", at_s=number * 300, token=token))
    assert len(source._tapes) <= 4


def test_prints_of_a_token_are_bounded() -> None:
    few = FillModel(prints_max=3)
    prints = [a_print("50", at_s=number, shares=600) for number in range(9)]
    assert sum(offered(after(*prints, at_s=9, model=few))) == 450


@pytest.mark.parametrize("at_s", [0, 1, 599])
def test_the_book_is_of_the_moment_asked_for(at_s: int) -> None:
    book = after(a_print("50"), at_s=at_s)
    assert book is not None
    assert book.at == START + at_s * 1_000
    assert book.origin == "modelled"
