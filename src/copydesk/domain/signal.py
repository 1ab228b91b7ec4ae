"""A `Signal`: what one client may copy, made of every action of one leader, token and side in one scan window."""

from __future__ import annotations

import msgspec

from copydesk.domain.exits import Exit
from copydesk.domain.ids import ActionId, ClientId, EventId, SignalId, TimeMs, Wallet
from copydesk.domain.money import Price, Shares, Usdc, average_price
from copydesk.domain.trade import Side, Token


class Signal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One client's copy of a leader's combined trade (S0.18, S0.19).

    `happened_at` is when the first of the trades happened: age counts from it. `leader_held` is what the leader
    held before the first of them as far as we saw it, None if we never saw the leader come by a share. `is_existing`
    marks what the leader held already when we began to follow: `notional` is then what it cost (C26).
    `first_seen_at` is when the first of the trades came in, `seen_at` when the window closed that makes them one;
    market and book may be fetched after that, before the decision. `first_seen_at` is None where the trades were
    recorded by others. `exit` says what an exit was triggered by that is no trade: `notional` is then zero, as nobody
    traded, and the limit goes by the best bid. `opposite_of` is the token the leader traded, where the relation is
    inverse and `token` the other outcome: `notional` is then what is left of a dollar a share (E7).
    """

    id: SignalId
    client: ClientId
    leader: Wallet
    token: Token
    side: Side
    shares: Shares
    notional: Usdc
    happened_at: TimeMs
    seen_at: TimeMs
    leader_held: Shares | None
    actions: tuple[ActionId, ...]
    events: tuple[EventId, ...]
    tx_hashes: tuple[str, ...]
    is_existing: bool = False
    first_seen_at: TimeMs | None = None
    exit: Exit | None = None
    opposite_of: Token | None = None

    @property
    def price(self) -> Price:
        """The leader's average price, to the nearest micro."""
        return average_price(self.notional, self.shares)

    @property
    def leader_token(self) -> Token:
        """What the leader traded."""
        return self.token if self.opposite_of is None else self.opposite_of

    @property
    def leader_price(self) -> Price:
        """The leader's average price of what the leader traded."""
        return average_price(self.leader_notional, self.shares)

    @property
    def leader_notional(self) -> Usdc:
        """What the leader paid or got for it."""
        return self.notional if self.opposite_of is None else Usdc(int(self.shares) - int(self.notional))
