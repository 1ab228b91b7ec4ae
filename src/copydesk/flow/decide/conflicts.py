"""Where leaders stand against each other in one market, and what is left of a trade when they are netted (E22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import SizingLine
from copydesk.domain.limits import Conflict
from copydesk.domain.money import NO_USDC, Usdc

if TYPE_CHECKING:
    from copydesk.domain.limits import Limits
    from copydesk.domain.signal import Signal
    from copydesk.domain.stance import Stance
    from copydesk.flow.decide.snapshot import Snapshot


def opposed(signal: Signal, snapshot: Snapshot) -> list[Stance]:
    """What other leaders hold of the market's other tokens."""
    token, leader = signal.token.id, signal.leader
    return [stance for (who, held), stance in snapshot.stances.items() if held != token and who != leader]


def net_notional(signal: Signal, snapshot: Snapshot) -> Usdc:
    """What all leaders put into the token, this trade included, less what they put into the market's others."""
    net = signal.notional
    for (_, held), stance in snapshot.stances.items():
        net = net + stance.notional if held == signal.token.id else net - stance.notional
    return net


def netted(lines: tuple[SizingLine, ...], signal: Signal, snapshot: Snapshot, limits: Limits) -> tuple[SizingLine, ...]:
    """The first amount cut to the net part of the trade, rounded down, where the policy is `net`; else as it is."""
    if limits.gates.conflict is not Conflict.NET or signal.notional <= NO_USDC:
        return lines
    net = max(net_notional(signal, snapshot), NO_USDC)
    if net >= signal.notional:
        return lines
    left = lines[-1].amount * int(net) // int(signal.notional)
    return (*lines, SizingLine("net of the leaders", int(net), left))
