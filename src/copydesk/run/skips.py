"""Why a leader's trades were not copied: the skips of a ledger summed up by reason, with the money and the limits."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.decision import Approved
from copydesk.domain.events import DecisionMade
from copydesk.domain.refusal import Check
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copydesk.domain.decision import Decision, Expired, Skipped
    from copydesk.domain.events import Entry
    from copydesk.domain.ids import TimeMs, Wallet
    from copydesk.domain.refusal import Reason

EXAMPLES = 3


class Asked(NamedTuple):
    """Which decisions are meant: of leaders whose wallet begins like this, decided within these times."""

    leader: str
    since: TimeMs | None
    until: TimeMs | None

    def names(self, leader: Wallet) -> bool:
        """Whether this leader is meant."""
        return leader.startswith(self.leader)

    def covers(self, at: TimeMs) -> bool:
        """Whether this time is meant."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


class Example(NamedTuple):
    """One skipped signal, for a person to look at."""

    position: int
    decision: Skipped | Expired


class Group:
    """Everything skipped for one reason.

    `bought` and `sold` are what the leaders put in and took out, in micro-dollars; `limits` counts the limits of the
    gate that refused, as its checks without what they saw; a refusal by the amount has none. `examples` are the latest.
    """

    def __init__(self) -> None:
        self.count = self.bought = self.sold = 0
        self.limits: Counter[Check] = Counter()
        self.examples: deque[Example] = deque(maxlen=EXAMPLES)

    def take(self, position: int, decision: Skipped | Expired) -> None:
        """Count one skip."""
        self.count += 1
        if decision.signal.side is Side.BUY:
            self.bought += int(decision.signal.notional)
        else:
            self.sold += int(decision.signal.notional)
        last = decision.checks[-1] if decision.checks else None
        if last is not None and not last.passed:
            self.limits[Check(last.reason, None, last.limit, last.unit, passed=False)] += 1
        self.examples.append(Example(position, decision))


class WhyNot:
    """The running sum. `leaders` are all the ledger knows, whoever is meant.

    `begins` and `ends` frame what was decided within the time asked for; `latest` is the last of all about the leaders
    that are meant.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.leaders: Counter[Wallet] = Counter()
        self.decisions = self.copied = self.copied_bought = 0
        self.groups: dict[Reason, Group] = {}
        self.begins: TimeMs | None = None
        self.ends: TimeMs | None = None
        self.latest: TimeMs | None = None

    def take(self, position: int, entry: Entry) -> None:
        """Take in the next entry of the ledger."""
        if not isinstance(entry.fact, DecisionMade):
            return
        decision = entry.fact.decision
        leader = decision.signal.leader
        self.leaders[leader] += 1
        if self.asked.names(leader):
            self.latest = decision.decided_at
            if self.asked.covers(decision.decided_at):
                self._count(position, decision)

    @property
    def skipped(self) -> int:
        """How many were not copied, for whatever reason."""
        return self.decisions - self.copied

    @property
    def matching(self) -> list[Wallet]:
        """The leaders that are meant and that the ledger knows."""
        return sorted(leader for leader in self.leaders if self.asked.names(leader))

    def by_count(self) -> list[tuple[Reason, Group]]:
        """The reasons, the most frequent first."""
        return sorted(self.groups.items(), key=lambda item: (-item[1].count, item[0]))

    def _count(self, position: int, decision: Decision) -> None:
        self.decisions += 1
        self.begins = decision.decided_at if self.begins is None else min(self.begins, decision.decided_at)
        self.ends = decision.decided_at if self.ends is None else max(self.ends, decision.decided_at)
        if isinstance(decision, Approved):
            self.copied += 1
            self.copied_bought += int(decision.signal.notional) if decision.signal.side is Side.BUY else 0
            return
        self.groups.setdefault(decision.reason, Group()).take(position, decision)


def why_not(entries: Iterable[tuple[int, Entry]], asked: Asked) -> WhyNot:
    """The skips that are asked for, summed up."""
    found = WhyNot(asked)
    for position, entry in entries:
        found.take(position, entry)
    return found
