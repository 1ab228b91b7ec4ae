"""Turns the crank over recorded input: sources in order of time, through the pipeline, to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from copydesk.domain.ids import TimeMs
from copydesk.domain.trade import RowRefused
from copydesk.flow.capture.merge import in_order
from copydesk.flow.desk import Plugs, Rules
from copydesk.flow.pipeline import Pipeline
from copydesk.run.recall import recall
from copydesk.run.redo import Redo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.domain.trade import Sighting
    from copydesk.ports import LeaderFeed

WATCH_EVERY = 100


class Watch(Protocol):
    """Somebody looking on: a progress bar, an equity curve."""

    def passed(self, pipeline: Pipeline) -> None:
        """Called every hundred rows and at the end."""
        ...


class Period(NamedTuple):
    """From `since` up to but not including `until`, in the leaders' time; None leaves an end open."""

    since: TimeMs | None
    until: TimeMs | None

    def covers(self, sighting: Sighting) -> bool:
        """Whether a sighting falls into the period. Refused rows have no time and always do."""
        if isinstance(sighting, RowRefused):
            return True
        at = sighting.happened_at
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


ALWAYS = Period(None, None)


class Finished(NamedTuple):
    """A run that has come to its end."""

    pipeline: Pipeline
    compared: int
    outside_period: int


def replay(
    feeds: Sequence[LeaderFeed], plugs: Plugs, rules: Rules, period: Period, watchers: Sequence[Watch]
) -> Finished:
    """Run everything the feeds show through the pipeline; what a cut-off run stored before is compared, not doubled."""
    accounts = dict.fromkeys(relation.account for relation in rules.relations)
    recalled = recall(plugs.store, accounts, rules.settings_version, plugs.log, plugs.results)
    redo = Redo(plugs.store, recalled.position) if recalled.is_redo else None
    pipeline = Pipeline(plugs._replace(store=redo or plugs.store), rules, recalled.desks, recalled.position)
    pipeline.records = recalled.records
    pipeline.adopt()
    outside = _run(feeds, pipeline, period, watchers)
    pipeline.finish()
    for watcher in watchers:
        watcher.passed(pipeline)
    return Finished(pipeline, redo.compared if redo else 0, outside)


def _run(feeds: Sequence[LeaderFeed], pipeline: Pipeline, period: Period, watchers: Sequence[Watch]) -> int:
    """Show the pipeline everything within the period; the answer is how many sightings were not."""
    outside = 0
    take, covers, is_bounded = pipeline.take, period.covers, period != ALWAYS
    for number, sighting in enumerate(in_order(feeds)):
        if is_bounded and not covers(sighting):
            outside += 1
            continue
        take(sighting)
        if number % WATCH_EVERY == 0:
            for watcher in watchers:
                watcher.passed(pipeline)
    return outside
