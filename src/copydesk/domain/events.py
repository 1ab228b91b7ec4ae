"""The facts a ledger holds. Each has one meaning, is never changed, and carries the leader event it began with.

A fact is what happened; `flow.ledger` numbers and seals it, `flow.portfolio` folds it. Corrections are new facts.
`origin` is the first leader event of the chain of causes, empty for what an operator did.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from copydesk.domain.control import ControlFact
from copydesk.domain.decision import Approved, Expired, Skipped
from copydesk.domain.ids import AccountId, EventId, FillKey, IntentId, MarketId, OrderId, TimeMs, TokenId, Wallet
from copydesk.domain.money import Price, Shares, Usdc
from copydesk.domain.order import Ending, Order
from copydesk.domain.scene import Scene
from copydesk.domain.trade import LeaderActivity


class RunStarted(msgspec.Struct, frozen=True, kw_only=True, tag="run_started"):
    """A run began writing under these settings. The first fact a run writes, and only if it writes any other."""

    kind: str
    preset: str
    settings_version: str


class RunFinished(msgspec.Struct, frozen=True, kw_only=True, tag="run_finished"):
    """The run that began last came to its end: nothing of it is pending."""

    kind: str


class Deposited(msgspec.Struct, frozen=True, kw_only=True, tag="deposited"):
    """Money came into the account from outside; negative for a withdrawal."""

    amount: Usdc
    note: str


class ActivitySeen(msgspec.Struct, frozen=True, kw_only=True, tag="activity_seen"):
    """A followed leader did something that is not a trade. It is never copied."""

    activity: LeaderActivity


class LeaderFollowed(msgspec.Struct, frozen=True, kw_only=True, tag="leader_followed"):
    """We began to follow a leader: whatever was visible then, and all before `since`, counts as seen (S0.20)."""

    leader: Wallet
    since: TimeMs
    visible: int


class LeaderLeft(msgspec.Struct, frozen=True, kw_only=True, tag="leader_left"):
    """We stopped following a leader: following again begins anew."""

    leader: Wallet


class TradeReplaced(msgspec.Struct, frozen=True, kw_only=True, tag="trade_replaced"):
    """A leader's trade came again under another transaction: its settlement had failed. It is copied once (F31)."""

    leader: Wallet
    earlier: EventId
    later: EventId


class DecisionMade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="decision_made"):
    """A signal was decided: exactly once for each account and action (I20).

    `scene` is what the decision looked at beyond the ledger: with it the decision can be made again (N7). Entries
    sealed before scenes were recorded have none.
    """

    decision: Approved | Skipped | Expired
    scene: Scene | None = None


class OrderPlanned(msgspec.Struct, frozen=True, kw_only=True, tag="order_planned"):
    """The intent of an order: its reserve is set aside before anything is sent (I3)."""

    intent: IntentId
    order: Order


class FillBooked(msgspec.Struct, frozen=True, kw_only=True, tag="fill_booked"):
    """A fill changed what we hold.

    `shares` is signed: positive bought, negative sold. `amount` is before `fee`. `basis` is what the position's cost
    changes by and `realised` the profit before fees: for a buy basis = amount and realised = 0, for a sell
    realised = amount + basis with basis negative. `released` is what the fill takes out of the order's reserve.
    """

    key: FillKey
    order: OrderId
    leader: Wallet
    token: TokenId
    market: MarketId
    category: str
    outcome: str
    title: str
    shares: Shares
    amount: Usdc
    fee: Usdc
    basis: Usdc
    realised: Usdc
    released: Usdc
    leader_price: Price


class OrderEnded(msgspec.Struct, frozen=True, kw_only=True, tag="order_ended"):
    """An order came to rest; what was left of its reserve is free again."""

    order: OrderId
    ending: Ending
    released: Usdc
    words: str = ""


class Settled(msgspec.Struct, frozen=True, kw_only=True, tag="settled"):
    """A market resolved and a position was redeemed: `shares` (as held) for `payout`; `basis` is minus its cost."""

    leader: Wallet
    token: TokenId
    market: MarketId
    shares: Shares
    per_share: Price
    payout: Usdc
    basis: Usdc
    realised: Usdc
    fills: int


class Corrected(msgspec.Struct, frozen=True, kw_only=True, tag="corrected"):
    """An earlier entry was wrong: `postings` undo or amend it; the entry itself stays as it is (S3.36)."""

    entry: int
    why: str
    postings: tuple[tuple[str, str, int], ...]


Fact = (
    RunStarted
    | RunFinished
    | Deposited
    | ActivitySeen
    | LeaderFollowed
    | LeaderLeft
    | TradeReplaced
    | DecisionMade
    | OrderPlanned
    | FillBooked
    | OrderEnded
    | Settled
    | Corrected
    | ControlFact
)


class Posting(msgspec.Struct, frozen=True, array_like=True):
    """One line of double entry: `book` gains `amount` micros of `asset` (USDC or a token id)."""

    book: str
    asset: str
    amount: int


class BookName(StrEnum):
    """The books of an account. Money is positive where it is ours."""

    FREE = "free"
    RESERVED = "reserved"
    DEPLOYED = "deployed"
    FEES = "fees"
    REALISED = "realised"
    DEPOSITS = "deposits"
    HELD = "held"
    MARKET = "market"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in its place: the account's `seq` from 1, and the `hash` that seals it to the entry before.

    `hash` is SHA-256 over the previous hash and `body`; `body` is the canonical JSON of everything else.
    """

    account: AccountId
    seq: int
    recorded_at: TimeMs
    origin: EventId | None
    fact: Fact
    postings: tuple[Posting, ...]
    hash: bytes
    body: bytes


class SealedRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as a store holds it: the columns beside the sealed `body`, none of it believed yet."""

    position: int
    account: AccountId
    seq: int
    recorded_at: TimeMs
    kind: str
    origin: EventId | None
    hash: bytes
    body: bytes


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account's chain ends: the `seq` and `hash` of its last entry."""

    seq: int
    hash: bytes
