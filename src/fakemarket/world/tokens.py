"""Markets, events and tags as records, and the ids of outcome tokens of both protocol versions."""

from dataclasses import dataclass, field
from typing import Literal

from fakemarket.world.hashing import keccak, unhex, word
from fakemarket.world.money import FeeSchedule

__all__ = ["Event", "EventPlan", "FeeSchedule", "Market", "MarketPlan", "Tag"]

Version = Literal["v1", "v2"]
Resolution = Literal["open", "proposed", "disputed", "resolved"]
_RESERVED = ((1 << 64) - 1) << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One word of the catalogue's own sorting."""

    id: str
    slug: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPlan:
    """What is wanted of a market that is to be made."""

    question: str
    slug: str = ""
    outcomes: tuple[str, str] = ("Yes", "No")
    version: Version = "v1"
    neg_risk: bool = False
    tick: int = 10_000
    minimum: int = 5_000_000
    fees: FeeSchedule | None = None
    category: str = "other"
    tags: tuple[Tag, ...] = ()
    taker_delay_ms: int = 0
    seconds_delay: int = 0
    end_ms: int | None = None
    game_start_ms: int | None = None
    accepting_orders: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlan:
    """What is wanted of an event that is to be made, with its markets."""

    title: str
    slug: str = ""
    neg_risk: bool = False
    tags: tuple[Tag, ...] = ()
    end_ms: int | None = None
    markets: tuple[MarketPlan, ...] = ()


@dataclass(slots=True, kw_only=True)
class Event:
    """One page of the catalogue: a question with one market or several."""

    id: str
    slug: str
    title: str
    neg_risk: bool
    neg_risk_market_id: str
    tags: tuple[Tag, ...]
    created_ms: int
    end_ms: int | None
    conditions: list[str] = field(default_factory=list)
    closed: bool = False


@dataclass(slots=True, kw_only=True)
class Market:
    """One binary question that trades: two tokens, one book."""

    id: str
    condition: str
    question_id: str
    slug: str
    question: str
    version: Version
    neg_risk: bool
    neg_risk_market_id: str
    event_id: str
    tokens: tuple[str, str]
    outcomes: tuple[str, str]
    tick: int
    minimum: int
    fees: FeeSchedule | None
    category: str
    tags: tuple[Tag, ...]
    taker_delay_ms: int
    seconds_delay: int
    created_ms: int
    start_ms: int
    end_ms: int | None
    game_start_ms: int | None
    description: str
    accepting_orders: bool = True
    active: bool = True
    closed: bool = False
    archived: bool = False
    closed_ms: int | None = None
    payouts: tuple[int, int] | None = None
    resolution: Resolution = "open"
    last_price: dict[str, int] = field(default_factory=dict)
    last_side: dict[str, str] = field(default_factory=dict)
    volume: int = 0

    def other(self, token: str) -> str:
        return self.tokens[1 - self.index(token)]

    def index(self, token: str) -> int:
        return self.tokens.index(token)

    def outcome(self, token: str) -> str:
        return self.outcomes[self.index(token)]

    @property
    def short_condition(self) -> str:
        return self.condition[:-2] if self.version == "v2" else self.condition

    @property
    def exchange(self) -> str:
        if self.version == "v2":
            return "v3"
        return "neg_risk" if self.neg_risk else "standard"

    @property
    def backing(self) -> str:
        """Name the pot of collateral behind the tokens: markets of a neg-risk event share one."""
        return self.neg_risk_market_id or self.condition


def condition_of(oracle: str, question_id: str) -> str:
    """Give the condition id of a version-1 question with two outcomes."""
    return "0x" + keccak(unhex(oracle) + unhex(question_id) + word(2)).hex()


def clob_tokens(condition: str) -> tuple[str, str]:
    """Give two token ids for a version-1 condition that cannot be taken for position ids."""
    first, second = (int.from_bytes(keccak(unhex(condition) + bytes((n,))), "big") for n in (1, 2))
    return str(first | (1 << 40)), str(second | (1 << 40))


def position_tokens(seed: bytes, module: int, index: int) -> tuple[str, str, str]:
    """Give the 64-hex condition and both position ids of a version-2 market; module 1 is binary, 2 neg-risk."""
    head = bytes((module,)) + keccak(seed)[:16] + (2).to_bytes(2, "big") + bytes(8)
    condition = head + (1).to_bytes(2, "big") + index.to_bytes(2, "big")
    yes, no = (int.from_bytes(condition + bytes((outcome,)), "big") for outcome in (0, 1))
    return "0x" + condition.hex() + "00", str(yes), str(no)


def is_position(token: str) -> bool:
    """Say whether an id lies in the version-2 space."""
    return int(token) & _RESERVED == 0
