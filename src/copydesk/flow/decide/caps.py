"""The cap chain: what may be at stake at most. It can only reduce, and it names the cap that bound (C24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.decision import SizingLine
from copydesk.domain.money import NO_USDC, Usdc, share_of
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.snapshot import room

if TYPE_CHECKING:
    from copydesk.domain.limits import Caps
    from copydesk.flow.decide.snapshot import Snapshot


class Cap(NamedTuple):
    """The room one rule leaves for one more stake, cost and fee together."""

    reason: Reason
    room: Usdc


class Capped(NamedTuple):
    """What the chain left of a stake: the amount, the lines, the last cap that cut it, and the least room of all."""

    stake: Usdc
    lines: tuple[SizingLine, ...]
    binding: Reason | None
    least_room: Usdc


def rooms(snapshot: Snapshot, caps: Caps) -> tuple[Cap, ...]:
    """The room under each cap, in the order of the chain."""
    bankroll = snapshot.bankroll
    return (
        Cap(Reason.CAP_TRADE, _smaller(caps.trade_max, share_of(bankroll, caps.trade_bps))),
        Cap(
            Reason.CAP_MARKET,
            room(_smaller(caps.market_max, share_of(bankroll, caps.market_bps)), snapshot.market_exposure),
        ),
        Cap(Reason.CAP_LEADER, room(share_of(bankroll, caps.leader_bps), snapshot.leader_exposure)),
        Cap(
            Reason.CAP_TOTAL,
            room(_smaller(caps.total_max, share_of(bankroll, caps.total_bps)), snapshot.total_exposure),
        ),
        Cap(Reason.CAP_RESERVE, room(snapshot.free, share_of(snapshot.deposited, caps.reserve_bps))),
    )


def chain(stake: Usdc, caps: tuple[Cap, ...]) -> Capped:
    """Reduce `stake` cap by cap; whatever the order of `caps`, the amount that is left is the same."""
    lines: list[SizingLine] = []
    binding: Reason | None = None
    least: Usdc | None = None
    for cap in caps:
        if cap.room < stake:
            stake, binding = cap.room, cap.reason
        if least is None or cap.room < least:
            least = cap.room
        lines.append(SizingLine(cap.reason, int(cap.room), int(stake)))
    return Capped(stake, tuple(lines), binding, NO_USDC if least is None else least)


def _smaller(absolute: Usdc | None, relative: Usdc) -> Usdc:
    return relative if absolute is None or relative < absolute else absolute
