"""Folding track records: anchors, deepest losses and results, each entry in O(1), from the ledger and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.control import HaltSource, LeaderRestored, Resumed
from copydesk.domain.ids import TimeMs
from copydesk.domain.money import NO_USDC, Usdc
from copydesk.domain.record import (
    DAY_MS,
    LOSSES_KEPT,
    AccountRecord,
    Period,
    day_of,
    deeper,
    share_lost,
    week_of,
)
from copydesk.flow.portfolio.leader_records import LeaderRecords

if TYPE_CHECKING:
    from copydesk.domain.control import ControlFact
    from copydesk.domain.events import FillBooked, Settled
    from copydesk.domain.ids import Wallet
    from copydesk.domain.leader_record import LeaderRecord
    from copydesk.domain.position import Position


class Records:
    """The track records of one account.

    An entry without a time leaves every record unknown from then on, for good: what cannot be dated cannot be put into
    a day, and a stop that does not know refuses.
    """

    __slots__ = ("_account", "_day_ends", "_now", "is_dated", "leaders")

    def __init__(self) -> None:
        self._account = AccountRecord()
        self._day_ends = 0
        self._now = TimeMs(0)
        self.leaders = LeaderRecords()
        self.is_dated = True

    @property
    def account(self) -> AccountRecord | None:
        """The account's own record; None where it is not known."""
        return self._account if self.is_dated else None

    def leader(self, leader: Wallet) -> LeaderRecord | None:
        """The record of what was copied of one leader; None where it is not known."""
        return self.leaders.of(leader) if self.is_dated else None

    def enter(self, at: TimeMs | None, deposited: Usdc, profit: Usdc) -> None:
        """An entry comes at `at`: the first of a day or week sets its anchor. Time that goes back opens nothing."""
        if at is None:
            self.is_dated = False
            return
        self._now = at
        if at < self._day_ends:
            return
        record = self._account
        self._day_ends = (day_of(at) + 1) * DAY_MS
        week = record.week
        if week_of(at) > week.number:
            week = Period(number=week_of(at), anchor=deposited + profit, profit=profit)
        day = Period(number=day_of(at), anchor=deposited + profit, profit=profit)
        self._account = msgspec.structs.replace(record, day=day, week=week)

    def measure(self, deposited: Usdc, profit: Usdc) -> None:
        """Money moved: see whether the day, the week or the whole has fallen deeper than before."""
        record = self._account
        peak = max(record.peak, profit)
        self._account = msgspec.structs.replace(
            record,
            day=_measured(record.day, deposited, profit),
            week=_measured(record.week, deposited, profit),
            peak=peak,
            fallen=deeper(record.fallen, share_lost(int(peak - profit), int(deposited + peak))),
        )

    def fill(self, fact: FillBooked, after: Position, *, was_open: bool) -> None:
        """A fill left `after` of a position; selling out of it is a result."""
        self.leaders.earn(fact.leader, fact.realised - fact.fee)
        if was_open and not after.is_open:
            self._result(self.leaders.sold_out(after, self._now))

    def settle(self, held: Position, fact: Settled) -> None:
        """A position is redeemed, which is a result if any of it was left."""
        self.leaders.earn(fact.leader, fact.realised)
        self._result(self.leaders.settled(held, fact.realised, self._now))

    def control(self, fact: ControlFact, deposited: Usdc, profit: Usdc) -> None:
        """Somebody lifted a stop: what it had fired for is measured anew from here."""
        if isinstance(fact, LeaderRestored):
            self.leaders.restore(fact.leader)
        elif isinstance(fact, Resumed) and fact.source is HaltSource.LOSS:
            record = self._account
            week = Period(number=record.week.number, anchor=deposited + profit, profit=profit)
            self._account = msgspec.structs.replace(record, week=week, peak=profit, fallen=0)

    def _result(self, net: Usdc | None) -> None:
        if net is not None and net < NO_USDC:
            record = self._account
            lost_at = (*record.lost_at, self._now)[-LOSSES_KEPT:]
            self._account = msgspec.structs.replace(record, lost_at=lost_at)


def _measured(period: Period, deposited: Usdc, profit: Usdc) -> Period:
    """The period after a movement. What was paid in since it began is money to lose as well."""
    loss = int(period.profit - profit)
    if loss <= 0:
        return period
    lost = deeper(period.lost, share_lost(loss, int(deposited + period.profit)))
    return period if lost == period.lost else msgspec.structs.replace(period, lost=lost)
