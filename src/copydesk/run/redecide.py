"""Recorded decisions made again by today's code, under the settings given: what stays, what changes, what is missing.

Each decision is made again where it stood: the holdings are the fold of the entries before it, market and book are its
own recorded scene, the time is its own. What an earlier change would have led to is not carried on to later decisions,
so that every difference is one of the rules, and none the consequence of another (S2.41, N7).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.events import DecisionMade
from copydesk.domain.refusal import Reason
from copydesk.flow.clean.fan_out import Following
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.scene import NotRecorded, book_of, leader_of, market_of, scores_of
from copydesk.flow.decide.snapshot import Around, snapshot_of
from copydesk.flow.portfolio.fold import Portfolio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.domain.decision import Decision
    from copydesk.domain.events import Entry
    from copydesk.domain.ids import AccountId, TimeMs
    from copydesk.domain.limits import Relation
    from copydesk.domain.scene import Scene
    from copydesk.domain.signal import Signal
    from copydesk.ports import LedgerStore

NO_SCENE = "what surrounded the decision: it was recorded before scenes were"
FAILED_THEN = "what surrounded the decision: our code failed over it then"
NOT_FOLLOWED = "not followed"
OTHER_OUTCOME = "the other outcome: it was copied the other way round then"
COPIED, COPIED_OTHERWISE = "copied", "copied, another order"


class Today(NamedTuple):
    """What decides now: the relations of the settings given, and whether these halt the desk."""

    relations: tuple[Relation, ...]
    is_halted: bool


class Pair(NamedTuple):
    """One recorded decision and the one made now. `now` is None where `why_not` says why it could not be made."""

    position: int
    entry: Entry
    then: Decision
    now: Decision | None
    why_not: str

    @property
    def is_known(self) -> bool:
        """Whether it can be said what becomes of the signal now."""
        return self.now is not None or self.why_not == NOT_FOLLOWED

    @property
    def is_same_version(self) -> bool:
        """Whether both were made under the same settings."""
        return self.now is not None and self.now.settings_version == self.then.settings_version

    @property
    def is_identical(self) -> bool:
        """Whether the bytes that were sealed come out again, but for the name of the settings."""
        if self.now is None:
            return False
        named = msgspec.structs.replace(self.now, settings_version=self.then.settings_version)
        return msgspec.json.encode(named) in self.entry.body

    @property
    def is_same_outcome(self) -> bool:
        """Whether the same is done: the same order, or nothing for the same reason."""
        return self.now is not None and _outcome(self.now) == _outcome(self.then)

    @property
    def change(self) -> tuple[str, str]:
        """What became of the signal then and now, by the names that are counted."""
        then = label(self.then)
        now = NOT_FOLLOWED if self.now is None else label(self.now)
        return then, COPIED_OTHERWISE if then == now == COPIED else now


class Agreement:
    """The running comparison: how many decisions there were, and how each came out.

    `other_numbers` are those with the same outcome in which a check or the arithmetic is another: expected under other
    settings, a change of the code under the same. `first` is the first that changed.
    """

    def __init__(self) -> None:
        self.decisions = self.identical = self.other_numbers = self.changed = self.elsewhere = 0
        self.same_version = 0
        self.missing: Counter[str] = Counter()
        self.changes: Counter[tuple[str, str]] = Counter()
        self.first: Pair | None = None

    def take(self, pair: Pair) -> None:
        """Count one pair."""
        self.decisions += 1
        self.same_version += pair.is_same_version
        if not pair.is_known:
            self.missing[pair.why_not] += 1
        elif pair.is_identical:
            self.identical += 1
        elif pair.is_same_outcome:
            self.other_numbers += 1
            if pair.is_same_version:
                self._changed(pair, (label(pair.then), f"{label(pair.then)}, other numbers"))
        else:
            self._changed(pair, pair.change)

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing is known to have changed."""
        return not self.changed

    @property
    def is_complete(self) -> bool:
        """Whether nothing was missing."""
        return not self.missing

    def _changed(self, pair: Pair, change: tuple[str, str]) -> None:
        self.changed += 1
        self.changes[change] += 1
        self.first = self.first or pair


class Span(NamedTuple):
    """Decisions made from `since` up to but not including `until`; None leaves an end open."""

    since: TimeMs | None
    until: TimeMs | None

    def covers(self, decision: Decision) -> bool:
        """Whether a decision falls into it."""
        at = decision.decided_at
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


def agree(store: LedgerStore, today: Today, span: Span) -> Agreement:
    """Make every decision of the span again and compare. Decisions of accounts the settings do not name are counted."""
    agreement = Agreement()
    own = {relation.account for relation in today.relations}
    for pair in decide_again(store, today, span):
        if pair.then.account in own:
            agreement.take(pair)
        else:
            agreement.elsewhere += 1
    return agreement


def decide_again(store: LedgerStore, today: Today, span: Span) -> Iterator[Pair]:
    """Yield every recorded decision of the span with the one made now, in order."""
    deciding = _Deciding(store, today)
    for position, entry in store.entries():
        portfolio = deciding.portfolio(entry.account)
        if isinstance(entry.fact, DecisionMade) and span.covers(entry.fact.decision):
            yield deciding.pair(position, entry, entry.fact)
        portfolio.apply(entry.fact, entry.recorded_at)


class _Deciding:
    """Makes decisions again while it folds the ledger."""

    def __init__(self, store: LedgerStore, today: Today) -> None:
        self._store, self._today = store, today
        self._following = Following(today.relations)
        self._portfolios: dict[AccountId, Portfolio] = {}

    def portfolio(self, account: AccountId) -> Portfolio:
        """What the account holds so far."""
        return self._portfolios.setdefault(account, Portfolio())

    def pair(self, position: int, entry: Entry, fact: DecisionMade) -> Pair:
        """The decision at `position` and the one made now."""
        then = fact.decision
        relation = self._relation(then)
        if relation is None:
            return Pair(position, entry, then, None, NOT_FOLLOWED)
        if fact.scene is None:
            is_failed = isinstance(then, Skipped) and then.reason is Reason.PROCESSING_FAILED
            return Pair(position, entry, then, None, FAILED_THEN if is_failed else NO_SCENE)
        if _is_other_way_round(then, relation):
            return Pair(position, entry, then, None, OTHER_OUTCOME)
        try:
            now = self._decide(position, then, fact.scene, relation)
        except NotRecorded as missing:
            return Pair(position, entry, then, None, str(missing))
        return Pair(position, entry, then, now, "")

    def _relation(self, then: Decision) -> Relation | None:
        signal = then.signal
        for relation in self._following.followers(signal.leader):
            if (relation.account, relation.client) == (then.account, signal.client):
                return relation
        return None

    def _decide(self, position: int, then: Decision, scene: Scene, relation: Relation) -> Decision:
        signal = then.signal
        around = Around(
            now=then.decided_at,
            market=market_of(scene, signal),
            book=book_of(scene, signal, relation.limits),
            is_halted=scene.is_halted or self._today.is_halted,
            is_resolved=scene.is_resolved,
            is_decided=self._is_decided(position, then.account, signal),
            leaders_followed=self._following.leaders_named(then.account) or scene.leaders_followed,
            leader=leader_of(scene, signal, relation.limits),
            scores_followed=scores_of(scene, signal, relation.limits),
            groups=relation.limits.caps.groups,
        )
        return decide(signal, snapshot_of(signal, self.portfolio(then.account), around), relation)

    def _is_decided(self, position: int, account: AccountId, signal: Signal) -> bool:
        """Whether an entry before this one had decided an action of the signal."""
        return bool(self._store.decided(account, signal.actions, position - 1))


def _is_other_way_round(then: Decision, relation: Relation) -> bool:
    """Whether the relation is inverse now and was not then, or the reverse: what is on record is the other token's."""
    is_unturned = isinstance(then, Skipped) and then.reason is Reason.OPPOSITE_UNKNOWN
    was_inverse = then.signal.opposite_of is not None or is_unturned
    return was_inverse != relation.limits.is_inverse


def label(decision: Decision) -> str:
    """`copied`, or the reason it was not."""
    return COPIED if isinstance(decision, Approved) else str(decision.reason)


def _outcome(decision: Decision) -> tuple[object, ...]:
    """What is done about the signal."""
    if isinstance(decision, Approved):
        return COPIED, decision.shares, decision.limit, decision.reserve
    return type(decision).__name__, decision.reason
