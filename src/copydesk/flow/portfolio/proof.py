"""Proof that a portfolio is sound: its identities, and its canonical bytes to compare with another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.errors import require
from copydesk.domain.events import BookName
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copydesk.domain.money import Shares, Usdc
    from copydesk.flow.portfolio.fold import Portfolio


def prove(portfolio: Portfolio) -> None:
    """Raise `Broken` naming the first identity that does not hold.

    What corrections moved names no order, position or market, so it is added to the sums of those.
    """
    free, reserved, deployed = int(portfolio.free), int(portfolio.reserved), int(portfolio.deployed)
    realised, fees = int(portfolio.realised), int(portfolio.fees)
    bankroll = int(portfolio.deposited) + realised - fees
    _same("I13 free + reserved + deployed and deposits + realised - fees", free + reserved + deployed, bankroll)
    held = portfolio.positions.values()
    corrected = _corrected(portfolio)
    extra_reserved, extra_deployed = corrected[BookName.RESERVED], corrected[BookName.DEPLOYED]
    orders = portfolio.open_orders.values()
    _same("reserved and open orders", reserved, _sum(order.reserved for order in orders) + extra_reserved)
    _same("deployed and positions at cost", deployed, _sum(position.basis for position in held) + extra_deployed)
    at_stake = reserved + deployed - extra_reserved - extra_deployed
    _same("I17 exposure and exposure by market", at_stake, _sum(portfolio.exposure_by_market.values()))
    _same("I17 exposure and exposure by leader", at_stake, _sum(portfolio.exposure_by_leader.values()))
    on_the_way = _sum(leaving.selling for leaving in portfolio.leaving.values())
    _same("I8 being sold and open sells", on_the_way, _sum(portfolio.exiting.unfilled.values()))
    for name in ("by_position", "by_event", "by_category"):
        _same(f"I17 exposure and exposure {name}", at_stake, _sum(getattr(portfolio.exposures, name).values()))
    _same("positions taken", portfolio.entering.taken, len(_taken(portfolio)))
    _same("open positions", portfolio.positions_open, sum(1 for position in held if position.is_open))
    net = realised - fees + corrected[BookName.REALISED] + corrected[BookName.FEES]
    for name in ("pnl_by_leader", "pnl_by_market", "pnl_by_category"):
        _same(f"profit and {name}", net, _sum(getattr(portfolio.results, name).values()))
    everything = (*held, *portfolio.settled.values())
    own = _sum(position.realised - position.fees for position in everything)
    _same("profit and that of all positions", net, own)
    require(all(position.shares or not position.basis for position in held), "a position without shares has a cost")


def dump(portfolio: Portfolio) -> bytes:
    """Every part by name, in sorted order, as JSON; numbers that may pass 64 bits as text."""
    results = portfolio.results
    gap = results.gap
    parts = {name: getattr(portfolio, name) for name in _PLAIN}
    parts["at_stake"] = {name: getattr(portfolio.exposures, name) for name in ("by_event", "by_category")}
    parts["entering"] = [portfolio.entering.taken, sorted(portfolio.entering.orders.items())]
    parts["paced"] = [portfolio.entering.paced.times, sorted(portfolio.entering.paced.by_position.items())]
    parts["stances"] = sorted((market, sorted(each.items())) for market, each in portfolio.stances.by_market.items())
    parts["spending"] = [portfolio.spending.day, portfolio.spending.spent]
    parts["rests"] = sorted(portfolio.rests.items())
    parts["positions"] = sorted(portfolio.positions.items())
    parts["settled"] = sorted(portfolio.settled.items())
    parts["leaving"] = sorted(portfolio.leaving.items())
    parts["corrections"] = sorted(portfolio.corrections.items())
    parts["open_orders"] = sorted(portfolio.open_orders.items())
    parts["results"] = {name: getattr(results, name) for name in results.__slots__ if name != "gap"}
    controls = portfolio.controls
    parts["controls"] = [list(each.items()) for each in (controls.halts, controls.cut_off, controls.paused)]
    parts["failures"] = [controls.failures, controls.failed_in_a_row]
    parts["record"] = portfolio.account_record
    parts["leader_records"] = sorted(portfolio.records.leaders.by_leader.items())
    parts["gap"] = {"base": str(gap.base), "cost": str(gap.cost)}
    return msgspec.json.encode(parts, order="sorted")


_PLAIN = (
    *("free", "reserved", "deployed", "fees", "realised", "deposited"),
    *("positions_open", "exposure_by_market", "exposure_by_leader"),
)


def _taken(portfolio: Portfolio) -> set[tuple[str, str]]:
    """The positions that are open, and those that buys are on their way to."""
    buys = [each.order for each in portfolio.open_orders.values() if each.order.side is Side.BUY]
    is_open = {key for key, position in portfolio.positions.items() if position.is_open}
    return is_open | {(order.leader, order.token.id) for order in buys}


def _corrected(portfolio: Portfolio) -> dict[str, int]:
    sums = dict.fromkeys(BookName, 0)
    for (book, _), amount in portfolio.corrections.items():
        sums[BookName(book)] += amount
    return {str(book): amount for book, amount in sums.items()}


def _sum(amounts: Iterable[Usdc | Shares]) -> int:
    return sum(int(amount) for amount in amounts)


def _same(what: str, left: int, right: int) -> None:
    require(left == right, f"{what} differ: {left} and {right}")
