"""What every plug behind `Venue` must keep, whatever it fills against: one suite, run on each plug (S2.17).

I13 and I20 rest on it: an order ends exactly once and its fills never exceed it. I36: the same story, the same events.
"""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.paper.dry import DryVenue
from copydesk.adapters.paper.exact import ExactVenue
from copydesk.adapters.paper.prints import PrintBook
from copydesk.adapters.paper.venue import PaperVenue
from copydesk.domain.ids import (
    AccountId,
    ActionId,
    EventId,
    IntentId,
    MarketId,
    OrderId,
    SignalId,
    TimeMs,
    TokenId,
    Wallet,
)
from copydesk.domain.market import Market
from copydesk.domain.money import MICROS, Price, Shares, Usdc, amount_traded, cost, taker_fee
from copydesk.domain.order import Ending, Fill, Order, OrderClosed, OrderEvent
from copydesk.domain.trade import LeaderTrade, Side, Token
from copydesk.ports import Venue

START = 1_760_000_000_000
CENT = 10_000
FEE_BPS = 700
TOKENS = tuple(Token(id=TokenId(str(n)), market=MarketId(f"0x{n:064x}")) for n in range(3))


class OneRuleForAll:
    """A directory where every market trades by the same rules."""

    def market(self, token: Token) -> Market:
        return Market(
            id=token.market,
            category="crypto",
            tick=Price(CENT),
            lot=Shares(CENT),
            shares_min=Shares(5 * MICROS),
            notional_min=Usdc(MICROS),
            taker_fee_bps=FEE_BPS,
            ends_at=None,
        )


def paper() -> Venue:
    markets = OneRuleForAll()
    return PaperVenue(PrintBook(markets), markets)


def dry() -> Venue:
    return DryVenue(PrintBook(OneRuleForAll()))


PLUGS: dict[str, Callable[[], Venue]] = {"paper": paper, "exact": ExactVenue, "dry": dry}


def a_trade(number: int, *, token: int = 0, side: Side = Side.BUY, cents: int = 50, shares: int = 400) -> LeaderTrade:
    price, lots = Price(cents * CENT), Shares(shares * MICROS)
    return LeaderTrade(
        event_id=EventId(f"{number:064x}"),
        content_id=EventId(f"{number:064x}"),
        action_id=ActionId(f"a{number:063x}"),
        leader=Wallet("0x" + "1" * 40),
        token=TOKENS[token],
        side=side,
        shares=lots,
        notional=amount_traded(lots, price),
        happened_at=TimeMs(START + number * 1_000),
        source="test",
    )


def an_order(trade: LeaderTrade, number: int, *, shares: int | None = None, slip_cents: int = 5) -> Order:
    """An order that copies `trade`: the same shares and a limit `slip_cents` worse, unless told otherwise."""
    worse = slip_cents * CENT if trade.side is Side.BUY else -slip_cents * CENT
    limit = Price(min(99 * CENT, max(CENT, int(trade.price) + worse)))
    wanted = trade.shares if shares is None else Shares(shares * MICROS)
    buys = trade.side is Side.BUY
    return Order(
        id=OrderId(f"{number:064x}"),
        intent=IntentId(f"{number:064x}"),
        account=AccountId("a"),
        signal=SignalId("s"),
        leader=trade.leader,
        token=trade.token,
        category="crypto",
        side=trade.side,
        shares=wanted,
        limit=limit,
        reserve=cost(wanted, limit) + taker_fee(wanted, limit, FEE_BPS) if buys else Usdc(0),
        leader_price=trade.price,
        taker_fee_bps=FEE_BPS,
        causes=(trade.event_id,),
        placed_at=TimeMs(trade.happened_at + 100),
    )


class Story(msgspec.Struct, frozen=True):
    """Trades in order of time; each is copied when `copied` says so."""

    trades: tuple[LeaderTrade, ...]
    copied: tuple[bool, ...]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    trades = [
        a_trade(
            number,
            token=draw(st.integers(0, 2)),
            side=draw(st.sampled_from(Side)),
            cents=draw(st.integers(1, 99)),
            shares=draw(st.integers(5, 5_000)),
        )
        for number in range(draw(st.integers(1, 12)))
    ]
    return Story(tuple(trades), tuple(draw(st.booleans()) for _ in trades))


def told(venue: Venue, story: Story) -> tuple[list[Order], list[OrderEvent]]:
    """Run the story the way the pipeline does: print, order, then time passes."""
    orders: list[Order] = []
    events: list[OrderEvent] = []
    for number, (trade, is_copied) in enumerate(zip(story.trades, story.copied, strict=True)):
        events += venue.events(trade.happened_at)
        venue.observe(trade)
        if is_copied:
            orders.append(an_order(trade, number))
            venue.submit(orders[-1])
    events += venue.events(TimeMs(START + 1_000_000))
    return orders, events


def fills_of(order: Order, events: list[OrderEvent]) -> list[Fill]:
    return [event for event in events if isinstance(event, Fill) and event.order == order.id]


def ends_of(order: Order, events: list[OrderEvent]) -> list[OrderClosed]:
    return [event for event in events if isinstance(event, OrderClosed) and event.order == order.id]


def at(event: OrderEvent) -> TimeMs:
    return event.filled_at if isinstance(event, Fill) else event.closed_at


each_plug = pytest.mark.parametrize("plug", PLUGS.values(), ids=PLUGS)


@each_plug
@given(story=stories())
def test_every_order_is_closed_exactly_once_and_nothing_follows(plug: Callable[[], Venue], story: Story) -> None:
    orders, events = told(plug(), story)
    for order in orders:
        assert len(ends_of(order, events)) == 1
        last = max(n for n, event in enumerate(events) if event.order == order.id)
        assert isinstance(events[last], OrderClosed)
    assert {event.order for event in events} == {order.id for order in orders}


@each_plug
@given(story=stories())
def test_fills_never_exceed_the_order_and_the_end_says_how_far_they_went(
    plug: Callable[[], Venue], story: Story
) -> None:
    orders, events = told(plug(), story)
    for order in orders:
        filled = sum(int(fill.shares) for fill in fills_of(order, events))
        assert 0 <= filled <= int(order.shares)
        (end,) = ends_of(order, events)
        allowed = {
            Ending.FILLED: filled == int(order.shares),
            Ending.PART_FILLED: 0 < filled < int(order.shares),
            Ending.UNFILLED: not filled,
            Ending.REJECTED: not filled,
        }
        assert allowed[end.ending]


@each_plug
@given(story=stories())
def test_events_come_in_order_of_time_and_never_before_their_order(plug: Callable[[], Venue], story: Story) -> None:
    orders, events = told(plug(), story)
    times = [at(event) for event in events]
    assert times == sorted(times)
    placed = {order.id: order.placed_at for order in orders}
    assert all(at(event) >= placed[event.order] for event in events)


@each_plug
@given(story=stories())
def test_fill_keys_are_unique_and_the_same_in_a_second_run(plug: Callable[[], Venue], story: Story) -> None:
    """I10, I11, I36: a fill key is a function of what happened."""
    first, second = told(plug(), story)[1], told(plug(), story)[1]
    assert first == second
    keys = [event.key for event in first if isinstance(event, Fill)]
    assert len(keys) == len(set(keys))


@each_plug
@given(story=stories())
def test_the_due_time_is_honest(plug: Callable[[], Venue], story: Story) -> None:
    """Before it nothing happens, at it something does, and None means that nothing is on its way."""
    venue = plug()
    assert venue.due_at() is None
    for number, trade in enumerate(story.trades):
        venue.observe(trade)
        venue.submit(an_order(trade, number))
        due = venue.due_at()
        assert due is not None
        assert not venue.events(TimeMs(due - 1))
        assert venue.events(due)
        assert venue.due_at() is None


@each_plug
def test_each_event_is_given_once(plug: Callable[[], Venue]) -> None:
    venue = plug()
    trade = a_trade(1)
    venue.observe(trade)
    venue.submit(an_order(trade, 1))
    late = TimeMs(START + 60_000)
    assert venue.events(late)
    assert not venue.events(late)


@each_plug
@given(story=stories())
def test_money_is_positive_and_a_buy_stays_within_its_reserve(plug: Callable[[], Venue], story: Story) -> None:
    """I13, I17: what is set aside covers amount and fee."""
    orders, events = told(plug(), story)
    for order in orders:
        fills = fills_of(order, events)
        assert all(fill.shares > Shares(0) and fill.amount >= Usdc(0) and fill.fee >= Usdc(0) for fill in fills)
        if order.side is Side.BUY:
            assert sum(int(fill.amount) + int(fill.fee) for fill in fills) <= int(order.reserve)
