"""Folding track records: anchors, deepest losses and results, each entry in O(1), from the ledger and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.money import Usdc
from copydesk.domain.record import DAY_MS, AccountRecord, Period, day_of, deeper, share_lost, week_of

if TYPE_CHECKING:
    from copydesk.domain.ids import TimeMs


class Records:
    """The track records of one account.

    An entry without a time leaves every record unknown from then on, for good: what cannot be dated cannot be put into
    a day, and a stop that does not know refuses.
    """

    __slots__ = ("_account", "_day_ends", "is_dated")

    def __init__(self) -> None:
        self._account = AccountRecord()
        self._day_ends = 0
        self.is_dated = True

    @property
    def account(self) -> AccountRecord | None:
        """The account's own record; None where it is not known."""
        return self._account if self.is_dated else None

    def enter(self, at: TimeMs | None, deposited: Usdc, profit: Usdc) -> None:
        """An entry comes at `at`: the first of a day or week sets its anchor. Time that goes back opens nothing."""
        if at is None:
            self.is_dated = False
            return
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
        self._account = AccountRecord(
            day=_measured(record.day, deposited, profit),
            week=_measured(record.week, deposited, profit),
            peak=peak,
            fallen=deeper(record.fallen, share_lost(int(peak - profit), int(deposited + peak))),
        )


def _measured(period: Period, deposited: Usdc, profit: Usdc) -> Period:
    """The period after a movement. What was paid in since it began is money to lose as well."""
    loss = int(period.profit - profit)
    if loss <= 0:
        return period
    lost = deeper(period.lost, share_lost(loss, int(deposited + period.profit)))
    return period if lost == period.lost else msgspec.structs.replace(period, lost=lost)
