"""Scan windows: what happens in one span is one signal for each leader, token and side, and each follower."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.ids import ClientId, TimeMs, Wallet
from copydesk.domain.trade import LeaderTrade, Side
from copydesk.flow.clean.fan_out import Following, signal_for
from copydesk.flow.clean.scanner import Scanner
from copydesk.flow.clean.window import Group
from tests.builders import LEADER, NO, NOON, a_relation, a_trade, shares, usdc

SPAN_MS, LAG_MS = 10_000, 5_000
OTHER = Wallet("0x" + "2e" * 20)


def groups(*trades: LeaderTrade) -> list[Group]:
    """The groups of all windows, in order of closing."""
    scanner = Scanner(SPAN_MS, LAG_MS)
    for trade in trades:
        scanner.gather(trade, trade.happened_at)
    found: list[Group] = []
    while scanner.due_at() is not None:
        found.extend(scanner.pop().without(frozenset()))
    return found


def test_fills_of_one_window_become_one_group() -> None:
    """S0.18: three fills in one transaction and one in another, one group with their combined size."""
    trades = [a_trade(size=number, tx=f"0x{number // 3:064x}") for number in (1, 2, 3, 4)]
    (group,) = groups(*trades)
    signal = signal_for(ClientId("me"), group, NOON)
    assert signal.shares == shares(10)
    assert signal.notional == usdc(4)
    assert len(signal.actions) == 2
    assert len(signal.events) == 4


def test_sides_tokens_and_leaders_are_not_mixed() -> None:
    """S0.18, F40: a buy and a sell are two signals."""
    trades = (a_trade(), a_trade(side=Side.SELL), a_trade(token=NO), a_trade(leader=OTHER))
    assert len(groups(*trades)) == 4


def test_trades_of_two_windows_are_two_groups() -> None:
    """S0.18."""
    assert len(groups(a_trade(at_s=0), a_trade(at_s=9, tx="0x2"), a_trade(at_s=10, tx="0x3"))) == 2


def test_a_window_closes_after_its_end_and_the_lag() -> None:
    """Time in replay: what we could not have seen yet is not acted on."""
    scanner = Scanner(SPAN_MS, LAG_MS)
    scanner.gather(a_trade(at_s=3), TimeMs(NOON + 3_000))
    assert scanner.due_at() == TimeMs(NOON + SPAN_MS + LAG_MS)


def test_a_group_knows_what_the_leader_held_before_it() -> None:
    """E5: the holding before the first trade of the window, not after it."""
    first, second = groups(a_trade(size=100), a_trade(size=25, side=Side.SELL, at_s=1, tx="0x2"))
    assert (first.leader_held, second.leader_held) == (None, shares(100))


def test_claimed_events_fall_out_of_a_window() -> None:
    """C8: what an earlier run has decided is not decided again; the rest is."""
    scanner = Scanner(SPAN_MS, LAG_MS)
    old, new = a_trade(tx="0x1"), a_trade(tx="0x2", size=7)
    for trade in (old, new):
        scanner.gather(trade, trade.happened_at)
    (group,) = scanner.pop().without({old.event_id})
    assert [trade.event_id for trade in group.trades] == [new.event_id]


def test_every_follower_gets_a_signal_of_its_own() -> None:
    """S0.19: same trade, other name."""
    group = groups(a_trade())[0]
    one, other = (signal_for(ClientId(name), group, NOON) for name in ("me", "you"))
    assert one.id != other.id
    assert one.events == other.events


def test_a_client_who_names_a_leader_follows_it_once() -> None:
    """A relation of its own goes before the one that follows everybody."""
    mine, everyone = a_relation(leader=LEADER), a_relation()
    yours = a_relation(client=ClientId("you"))
    following = Following((everyone, mine, yours))
    assert following.followers(LEADER) == (mine, yours)
    assert following.followers(OTHER) == (everyone, yours)


@given(st.permutations(range(6)))
def test_the_order_of_rows_within_a_second_does_not_change_a_signal(order: list[int]) -> None:
    """I21: ids, sizes and amounts are those of the set of rows."""
    trades = [a_trade(size=number + 1, tx=f"0x{number % 2:064x}") for number in range(6)]
    signals = [
        signal_for(ClientId("me"), groups(*chosen)[0], NOON) for chosen in (trades, [trades[place] for place in order])
    ]
    assert signals[0].id == signals[1].id
    assert signals[0].shares == signals[1].shares
    assert sorted(signals[0].events) == sorted(signals[1].events)
