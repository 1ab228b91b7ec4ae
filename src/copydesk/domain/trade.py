"""What a leader did: `LeaderTrade` and `LeaderActivity`, the token it concerns; `RowRefused` for what is neither."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from copydesk.domain.ids import ActionId, EventId, MarketId, TimeMs, TokenId, Wallet
from copydesk.domain.money import Price, Shares, Usdc, average_price


class Side(StrEnum):
    """Which way shares move for the wallet that is named."""

    BUY = "BUY"
    SELL = "SELL"


class Role(StrEnum):
    """Which side of the match the wallet's order was on (C33)."""

    MAKER = "maker"
    TAKER = "taker"


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome of one market, with the words a person knows it by. Empty text means: the record did not say."""

    id: TokenId
    market: MarketId
    outcome: str = ""
    title: str = ""
    slug: str = ""
    event_slug: str = ""


class LeaderTrade(msgspec.Struct, frozen=True, kw_only=True):
    """One fill of a leader, in our words.

    `shares` and `notional` are what the trade moved before fees: the price is their ratio and need not lie on the
    tick grid. `cash` is what really left or reached the wallet, fee included, where the source says so.
    `content_id` is the id the same fill has, or would have, as a row; it joins row and chain sightings (C9).
    """

    event_id: EventId
    content_id: EventId
    action_id: ActionId
    leader: Wallet
    token: Token
    side: Side
    shares: Shares
    notional: Usdc
    happened_at: TimeMs
    source: str
    tx_hash: str = ""
    log_index: int | None = None
    block_hash: str = ""
    cash: Usdc | None = None
    fee: Usdc | None = None
    role: Role | None = None
    counterparty: str = ""
    order_hash: str = ""
    builder: str = ""

    @property
    def price(self) -> Price:
        """The average price of the fill, to the nearest micro: for gates and screens, never for booking."""
        return average_price(self.notional, self.shares)


class ActivityKind(StrEnum):
    """What else a wallet can do. Only the first five move shares."""

    REDEEM = "REDEEM"
    MERGE = "MERGE"
    SPLIT = "SPLIT"
    CONVERSION = "CONVERSION"
    TRANSFER = "TRANSFER"
    REDEEM_OR_MERGE = "REDEEM_OR_MERGE"
    """A record that dropped the type: shares left the wallet, and not by a trade."""
    REWARD = "REWARD"
    """Rebates, rewards, yields, deposits and the like: cash moved, shares did not."""


class LeaderActivity(msgspec.Struct, frozen=True, kw_only=True):
    """Something other than a trade: it is never copied, but it can change what the leader holds (F39).

    `token` is None where the record names only a market, or not even that; `shares` and `cash` are magnitudes.
    """

    event_id: EventId
    kind: ActivityKind
    leader: Wallet
    market: MarketId | None
    token: Token | None
    shares: Shares
    cash: Usdc
    happened_at: TimeMs
    source: str
    tx_hash: str = ""


class RowRefused(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is no event: which rule refused it, where it stands and what was found there.

    `line` counts lines of the file from 1 where the file has lines, else elements of its list from 1.
    """

    reason: str
    file: str
    line: int
    found: str
    allowed: str


Sighting = LeaderTrade | LeaderActivity | RowRefused


class LeaderPosition(msgspec.Struct, frozen=True, kw_only=True):
    """Shares a leader holds of one token, and what they cost a share on average, None where that is not known."""

    token: Token
    shares: Shares
    average: Price | None


class LeaderPositions(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a leader holds, as the venue shows it at `seen_at`. A token that is not named is not held."""

    leader: Wallet
    seen_at: TimeMs
    positions: tuple[LeaderPosition, ...]


class LeaderBaseline(msgspec.Struct, frozen=True, kw_only=True):
    """What is visible of a leader in the moment we begin to follow: all of it counts as seen before (S0.20).

    `events` are the ids of what happened lately; whatever happened earlier than they reach back is older than `since`
    and counts as seen too. `positions` is None where the venue did not tell.
    """

    leader: Wallet
    taken_at: TimeMs
    since: TimeMs
    events: tuple[EventId, ...]
    positions: tuple[LeaderPosition, ...] | None


class MarketEnded(msgspec.Struct, frozen=True, kw_only=True):
    """A market has a result now: whoever holds its tokens asks the result source again."""

    market: MarketId


LiveSighting = Sighting | LeaderPositions | LeaderBaseline | MarketEnded
"""Whatever a live feed can show, in one stream."""
