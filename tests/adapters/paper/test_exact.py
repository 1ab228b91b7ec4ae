"""The audit venue: the leader's own fills, to the micro."""

import msgspec
import pytest

from copydesk.adapters.paper.exact import ExactVenue
from copydesk.domain.errors import Broken
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
from copydesk.domain.money import Price, Shares, Usdc
from copydesk.domain.order import Ending, Fill, Order, OrderClosed
from copydesk.domain.trade import LeaderTrade, Side, Token

START = 1_760_000_000_000
TOKEN = Token(id=TokenId("7"), market=MarketId("0x" + "7" * 64))


def a_trade(name: str, shares: int, notional: int) -> LeaderTrade:
    return LeaderTrade(
        event_id=EventId(name),
        content_id=EventId(name),
        action_id=ActionId("one"),
        leader=Wallet("0x" + "1" * 40),
        token=TOKEN,
        side=Side.BUY,
        shares=Shares(shares),
        notional=Usdc(notional),
        happened_at=TimeMs(START),
        source="test",
    )


def an_order(*causes: str, shares: int, account: str = "a") -> Order:
    return Order(
        id=OrderId(account + "/" + "+".join(causes)),
        intent=IntentId(account),
        account=AccountId(account),
        signal=SignalId("s"),
        leader=Wallet("0x" + "1" * 40),
        token=TOKEN,
        category="unknown",
        side=Side.BUY,
        shares=Shares(shares),
        limit=Price(990_000),
        reserve=Usdc(0),
        leader_price=Price(333_333),
        taker_fee_bps=700,
        causes=tuple(EventId(cause) for cause in causes),
        placed_at=TimeMs(START + 5),
    )


def test_each_cause_is_one_fill_with_its_own_shares_and_amount_and_no_fee() -> None:
    venue = ExactVenue()
    venue.observe(a_trade("x", 3_000_001, 1_000_000))
    venue.observe(a_trade("y", 7, 3))
    venue.submit(an_order("x", "y", shares=3_000_008))
    first, second, end = venue.events(TimeMs(START + 5))
    assert isinstance(first, Fill)
    assert isinstance(second, Fill)
    assert isinstance(end, OrderClosed)
    assert (first.shares, first.amount, first.fee) == (Shares(3_000_001), Usdc(1_000_000), Usdc(0))
    assert first.filled_at == START + 5
    assert (second.shares, second.amount) == (Shares(7), Usdc(3))
    assert end.ending is Ending.FILLED


def test_several_accounts_can_copy_the_same_trade() -> None:
    venue = ExactVenue()
    venue.observe(a_trade("x", 10, 5))
    venue.submit(an_order("x", shares=10, account="a"))
    venue.submit(an_order("x", shares=10, account="b"))
    endings = [event.ending for event in venue.events(TimeMs(START + 5)) if isinstance(event, OrderClosed)]
    assert endings == [Ending.FILLED, Ending.FILLED]


def test_a_cause_that_was_never_seen_is_a_bug() -> None:
    venue = ExactVenue()
    venue.submit(an_order("x", shares=10))
    with pytest.raises(Broken, match="never observed"):
        venue.events(TimeMs(START + 5))


def test_filling_more_than_the_order_is_a_bug() -> None:
    venue = ExactVenue()
    venue.observe(a_trade("x", 10, 5))
    venue.submit(an_order("x", shares=9))
    with pytest.raises(Broken, match="would be filled"):
        venue.events(TimeMs(START + 5))


def test_memory_is_bounded() -> None:
    """I26."""
    venue = ExactVenue(remembered_max=2)
    for name in "xyz":
        venue.observe(a_trade(name, 10, 5))
    venue.submit(an_order("x", shares=10))
    with pytest.raises(Broken):
        venue.events(TimeMs(START + 5))


def test_a_later_order_waits_for_its_time() -> None:
    venue = ExactVenue()
    venue.observe(a_trade("x", 10, 5))
    later = msgspec.structs.replace(an_order("x", shares=10), id=OrderId("later"), placed_at=TimeMs(START + 9))
    venue.submit(later)
    venue.submit(an_order("x", shares=10))
    assert venue.due_at() == START + 5
    assert len(venue.events(TimeMs(START + 5))) == 2
    assert venue.due_at() == START + 9


def test_orders_are_met_in_the_order_they_were_placed() -> None:
    venue = ExactVenue()
    venue.observe(a_trade("x", 10, 5))
    for name, placed_at in (("late", START + 9), ("early", START + 5)):
        venue.submit(msgspec.structs.replace(an_order("x", shares=10), id=OrderId(name), placed_at=TimeMs(placed_at)))
    assert [event.order for event in venue.events(TimeMs(START + 9))] == ["early", "early", "late", "late"]
