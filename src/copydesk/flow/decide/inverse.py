"""A leader's trade turned into the same trade of the opposite outcome, for a relation that bets against them (E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.ids import signal_id
from copydesk.domain.money import Usdc
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from copydesk.domain.ids import TokenId, Wallet
    from copydesk.domain.limits import Limits
    from copydesk.domain.market import Market
    from copydesk.domain.position import Position
    from copydesk.domain.signal import Signal
    from copydesk.domain.trade import Token


def as_copied(
    signal: Signal,
    limits: Limits,
    market_of: Callable[[Token], Market],
    positions: Mapping[tuple[Wallet, TokenId], Position],
) -> Signal:
    """The signal as the relation copies it: turned for an inverse one, else as it is."""
    return turned(signal, market_of(signal.token), positions) if limits.is_inverse else signal


def turned(signal: Signal, market: Market, positions: Mapping[tuple[Wallet, TokenId], Position]) -> Signal:
    """As many shares of the opposite outcome, on the same side, at what is left of a dollar.

    Where the market's outcomes are not known, an exit goes by what we hold of the market because of this leader; an
    entry stays as it is, and is refused.
    """
    opposite = market.opposite(signal.token)
    if opposite is None and signal.side is Side.SELL:
        opposite = _held_of(signal, positions)
    if opposite is None:
        return signal
    return msgspec.structs.replace(
        signal,
        id=signal_id(signal.client, signal.leader, opposite.id, signal.side, signal.actions),
        token=opposite,
        notional=signal.notional if signal.exit else Usdc(int(signal.shares) - int(signal.notional)),
        opposite_of=signal.token,
    )


def _held_of(signal: Signal, positions: Mapping[tuple[Wallet, TokenId], Position]) -> Token | None:
    """The one other token of the market that is held because of the leader. Seldom asked, so it may look at all."""
    for (leader, token), position in positions.items():
        is_other = leader == signal.leader and position.market == signal.token.market and token != signal.token.id
        if is_other and position.is_open:
            return msgspec.structs.replace(signal.token, id=token, outcome=position.outcome)
    return None
