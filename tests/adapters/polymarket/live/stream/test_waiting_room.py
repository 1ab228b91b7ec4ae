"""What a full inbox turned away: exits first, nothing passes what it must not, and nothing grows without bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.live.stream.waiting_room import WaitingRoom
from copydesk.domain.ids import ActionId, EventId, MarketId, TimeMs, TokenId, Wallet
from copydesk.domain.money import Shares, Usdc
from copydesk.domain.trade import LeaderTrade, LiveSighting, Side, Token


class Inbox:
    """Has room for so many buys and so many sells."""

    def __init__(self, buys: int, sells: int) -> None:
        self.room = {Side.BUY: buys, Side.SELL: sells}
        self.taken: list[LeaderTrade] = []

    def put(self, sighting: LiveSighting) -> bool:
        assert isinstance(sighting, LeaderTrade)
        if not self.room[sighting.side]:
            return False
        self.room[sighting.side] -= 1
        self.taken.append(sighting)
        return True


def a_trade(number: int, side: Side = Side.BUY, leader: str = "0xa", token: str = "1") -> LeaderTrade:
    event = EventId(f"{number}")
    return LeaderTrade(
        event_id=event,
        content_id=event,
        action_id=ActionId(event),
        leader=Wallet(leader),
        token=Token(id=TokenId(token), market=MarketId("m")),
        side=side,
        shares=Shares(1),
        notional=Usdc(1),
        happened_at=TimeMs(0),
        source="rtds",
    )


def numbers(inbox: Inbox) -> list[int]:
    return [int(trade.event_id) for trade in inbox.taken]


def test_what_waits_comes_out_in_order_and_once() -> None:
    room = WaitingRoom(10)
    for number in range(5):
        room.add(a_trade(number, Side.SELL if number % 2 else Side.BUY))
    first, second = Inbox(1, 1), Inbox(9, 9)
    assert (room.offer(first), room.offer(second), len(room)) == (2, 3, 0)
    assert numbers(first) + numbers(second) == [0, 1, 2, 3, 4]


def test_a_sell_takes_the_place_of_the_oldest_buy() -> None:
    """I26, C18: entries are shed, exits are not."""
    room = WaitingRoom(3)
    for number in range(3):
        room.add(a_trade(number))
    room.add(a_trade(3, Side.SELL))
    inbox = Inbox(9, 9)
    room.offer(inbox)
    assert (numbers(inbox), room.shed) == ([1, 2, 3], 1)


def test_a_sell_is_turned_away_only_where_nothing_but_sells_waits() -> None:
    room = WaitingRoom(2)
    for number in range(3):
        room.add(a_trade(number, Side.SELL))
    inbox = Inbox(9, 9)
    room.offer(inbox)
    assert (numbers(inbox), room.shed) == ([0, 1], 1)


def test_a_sell_passes_other_leaders_buys_but_not_its_own_leaders() -> None:
    """I18: exits first; but who sold what he had just bought must not be seen to sell first."""
    room = WaitingRoom(9)
    room.add(a_trade(1))
    own, other = a_trade(2, Side.SELL), a_trade(3, Side.SELL, leader="0xb")
    assert (room.must_wait(own), room.must_wait(other)) == (True, False)
    room.add(own)
    room.add(other)
    inbox = Inbox(0, 9)
    room.offer(inbox)
    assert (numbers(inbox), len(room)) == ([3], 2)


@given(
    st.lists(st.tuples(st.sampled_from(list(Side)), st.sampled_from("ab"), st.integers(0, 2), st.integers(0, 2))),
    st.integers(min_value=1, max_value=6),
)
def test_nothing_is_lost_uncounted_or_passes_its_own(steps: list[tuple[Side, str, int, int]], places: int) -> None:
    """I26: every trade is taken once, or shed and counted; of one leader and token the order is kept."""
    room, taken = WaitingRoom(places), []
    for number, (side, leader, buys, sells) in enumerate(steps):
        room.add(a_trade(number, side, leader))
        assert len(room) <= places
        inbox = Inbox(buys, sells)
        room.offer(inbox)
        taken += inbox.taken
    rest = Inbox(999, 999)
    room.offer(rest)
    taken += rest.taken
    assert len(room) == 0
    assert len({trade.event_id for trade in taken}) == len(taken) == len(steps) - room.shed
    for leader in "ab":
        mine = [int(trade.event_id) for trade in taken if trade.leader == leader]
        assert mine == sorted(mine)
