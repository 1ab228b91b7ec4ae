"""Stories: what the ledger says of one signal, from the decision over its order and fills to the market's result."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from copydesk.domain.decision import Approved, Decision
from copydesk.domain.errors import BadInput
from copydesk.domain.events import DecisionMade, FillBooked, OrderEnded, OrderPlanned, Settled
from copydesk.domain.ids import AccountId, OrderId, TimeMs, TokenId, Wallet
from copydesk.domain.money import Price, Usdc
from copydesk.domain.order import Order
from copydesk.domain.scene import Scene
from copydesk.flow.ledger.seal import open_entry
from copydesk.flow.portfolio.results import Gap
from copydesk.run.regret import NOTHING_TO_FOLLOW, brought, fee_on_record
from copydesk.run.report import dollars
from copydesk.serve.cli import words
from copydesk.serve.cli.codes import NotFound
from copydesk.serve.cli.told import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.domain.events import Entry, SealedRow
    from copydesk.serve.cli.ledger_rows import Ledger


LOOKED_BACK_LEAST = 512
LOOKED_BACK_TIMES = 8
CANDIDATES_SHOWN = 5


class Leg(NamedTuple):
    """A moment on the way from the leader's trade to ours."""

    name: str
    at: TimeMs


class BookedFill(msgspec.Struct, frozen=True, kw_only=True):
    """A fill and when it was booked."""

    at: TimeMs
    fill: FillBooked


class Story(msgspec.Struct, kw_only=True):
    """One decision and what became of it.

    `paid` is what a share of the token paid in the end, as far as the ledger tells: also where nothing was copied.
    """

    position: int
    recorded_at: TimeMs
    decision: Decision
    scene: Scene | None = None
    order: Order | None = None
    planned_at: TimeMs | None = None
    fills: list[BookedFill] = msgspec.field(default_factory=list)
    ended: OrderEnded | None = None
    ended_at: TimeMs | None = None
    settled: Settled | None = None
    paid: Price | None = None

    @property
    def verdict(self) -> str:
        """`copied`, `skipped` or `expired`."""
        return verdict(self.decision)

    @property
    def gap_bps(self) -> int | None:
        """Our price against the leader's on this order; positive is worse for us, None without a fill."""
        gap = Gap()
        for booked in self.fills:
            gap.observe(booked.fill)
        return gap.bps

    @property
    def missed(self) -> int | None:
        """What a copy one for one would have brought, in micro-dollars; None if it was copied or nobody can tell."""
        fee_bps = fee_on_record(self.scene)
        if isinstance(self.decision, Approved) or self.paid is None or fee_bps is None:
            return None
        is_beside = self.decision.reason in NOTHING_TO_FOLLOW or self.decision.signal.exit is not None
        return None if is_beside else brought(self.decision.signal, fee_bps, self.paid)

    def legs(self) -> list[Leg]:
        """The way from the leader's trade to the last we did about it, in order of time, as far as it is on record."""
        signal = self.decision.signal
        legs = [Leg("Leader's match", signal.happened_at)]
        if signal.first_seen_at is not None:
            legs.append(Leg("First seen", signal.first_seen_at))
        legs += [Leg("Signal made", signal.seen_at), Leg("Decided", self.decision.decided_at)]
        if self.planned_at is not None:
            legs.append(Leg("Order planned", self.planned_at))
        legs += [Leg("Filled", booked.at) for booked in self.fills]
        return [*legs, Leg("Order ended", self.ended_at)] if self.ended_at is not None else legs

    def document(self) -> dict[str, object]:
        """The story as JSON has it: the facts of the ledger, with the verdict and the reason in words before them."""
        decision = self.decision
        return {
            "mode": "paper",
            "id": decision.signal.id,
            "verdict": self.verdict,
            "reason": None if isinstance(decision, Approved) else decision.reason,
            "why": words.why(decision) or None,
            "account": decision.account,
            "position": self.position,
            "recorded_at": self.recorded_at,
            "copy_gap_bps": self.gap_bps,
            "decision": decision,
            "scene": self.scene,
            "legs": [{"leg": leg.name, "at": leg.at} for leg in self.legs()],
            "missed": None if self.missed is None else dollars(Usdc(self.missed)),
            "order": self.order,
            "fills": self.fills,
            "ended": self.ended,
            "settled": self.settled,
        }


def latest(ledger: Ledger, number: int) -> list[Story]:
    """The last `number` decisions, oldest first. Reads back from the end only as far as it must."""
    head, back = ledger.head(), max(number * LOOKED_BACK_TIMES, LOOKED_BACK_LEAST)
    while True:
        after = max(head - back, 0)
        stories = _Gathered().all_of(ledger.rows(after=after))
        if len(stories) >= number or after == 0:
            return stories[-number:] if number else []
        back *= LOOKED_BACK_TIMES


def found(ledger: Ledger, prefix: str, account: str | None) -> Story:
    """The one decision whose signal id begins with `prefix`.

    Raises `NotFound` if there is none and `BadInput` if there are several.
    """
    wanted = prefix.lower().removeprefix("0x")
    needle = f'"id":"{wanted}'.encode()
    if not wanted or not all(letter in "0123456789abcdef" for letter in wanted):
        raise BadInput("decision", found=prefix, allowed="the first hex digits of a signal id")
    hits = [
        row.position
        for row in ledger.rows(AccountId(account) if account else None)
        if row.kind == "decision_made" and needle in row.body and _signal_of(open_entry(row)).startswith(wanted)
    ]
    if not hits:
        raise NotFound(f"no decision begins with {prefix}; `copydesk decisions tail` lists them")
    gathered = _Gathered().all_of(ledger.rows(after=hits[0] - 1), only=frozenset(hits))
    if len(hits) > 1:
        named = ", ".join(
            f"{each.decision.signal.id[:16]} ({each.decision.account})" for each in gathered[:CANDIDATES_SHOWN]
        )
        raise BadInput(
            "decision",
            found=f"{len(hits)} that begin with {prefix}",
            allowed="one",
            remedy=f"give more digits: {named}",
        )
    return gathered[0]


def _signal_of(entry: Entry) -> str:
    return entry.fact.decision.signal.id if isinstance(entry.fact, DecisionMade) else ""


class _Gathered:
    """Stories under way, by what the later facts know them by."""

    def __init__(self) -> None:
        self._stories: list[Story] = []
        self._by_signal: dict[tuple[AccountId, str], Story] = {}
        self._by_order: dict[OrderId, Story] = {}
        self._by_holding: dict[tuple[AccountId, Wallet, TokenId], list[Story]] = {}
        self._by_token: dict[TokenId, list[Story]] = {}

    def all_of(self, rows: Iterator[SealedRow], only: frozenset[int] | None = None) -> list[Story]:
        """The stories that begin in `rows`, or only those that begin at the positions `only`."""
        for row in rows:
            if row.kind == "decision_made" and only is not None and row.position not in only:
                continue
            self._take(row.position, open_entry(row))
        return self._stories

    def _take(self, position: int, entry: Entry) -> None:
        match entry.fact:
            case DecisionMade() as made:
                self._begin(position, entry, made)
            case OrderPlanned(order=order):
                self._order(entry, order)
            case FillBooked() as fill if fill.order in self._by_order:
                self._by_order[fill.order].fills.append(BookedFill(at=entry.recorded_at, fill=fill))
            case OrderEnded() as ended if ended.order in self._by_order:
                self._by_order[ended.order].ended = ended
                self._by_order[ended.order].ended_at = entry.recorded_at
            case Settled() as settled:
                self._settle(entry.account, settled)
            case _:
                return

    def _begin(self, position: int, entry: Entry, made: DecisionMade) -> None:
        signal = made.decision.signal
        story = Story(position=position, recorded_at=entry.recorded_at, decision=made.decision, scene=made.scene)
        self._stories.append(story)
        self._by_signal[entry.account, signal.id] = story
        self._by_token.setdefault(signal.token.id, []).append(story)

    def _settle(self, account: AccountId, settled: Settled) -> None:
        for story in self._by_token.pop(settled.token, ()):
            story.paid = settled.per_share
        for story in self._by_holding.pop((account, settled.leader, settled.token), ()):
            if story.fills:
                story.settled = settled

    def _order(self, entry: Entry, order: Order) -> None:
        story = self._by_signal.get((entry.account, order.signal))
        if story is not None:
            story.order, story.planned_at = order, entry.recorded_at
            self._by_order[order.id] = story
            self._by_holding.setdefault((entry.account, order.leader, order.token.id), []).append(story)
