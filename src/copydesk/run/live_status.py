"""From a live run to what a screen shows of it: read, never changed, at whatever moment somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.health import FeedState
from copydesk.domain.live_status import Cash, Counts, Holding, LiveStatus, SourceLag
from copydesk.domain.money import Usdc
from copydesk.run.report import marks, total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.domain.ids import TimeMs
    from copydesk.domain.live_status import Followed
    from copydesk.flow.pipeline import Pipeline
    from copydesk.run.lately import Lately
    from copydesk.run.live import LiveRun


class Said(NamedTuple):
    """What whoever started a run knows of it: its mode, when it ends by itself, whom it follows, and warnings."""

    mode: str
    ends_at: TimeMs | None
    leaders: tuple[Followed, ...]
    warnings: tuple[str, ...] = ()


def status_of(run: LiveRun, lately: Lately, said: Said) -> LiveStatus:
    """How `run` stands now."""
    pipeline, feeds = run.pipeline, run.health()
    holdings, desks = _holdings(pipeline), pipeline.desks.values()
    warnings = list(said.warnings)
    if feeds and all(feed.state is not FeedState.LIVE for feed in feeds):
        warnings.append("No source is live: leaders' trades are not seen now")
    if run.inbox.shed:
        warnings.append(f"The inbox was full: {run.inbox.shed:,} sightings were turned away, to be asked for again")
    return LiveStatus(
        mode=said.mode,
        began_at=run.began_at,
        now=run.clock.now(),
        ends_at=said.ends_at,
        is_halted=pipeline.rules.is_halted,
        leaders=said.leaders,
        feeds=feeds,
        last_trade_at=run.last_trade_at,
        counts=_counts(pipeline, run.inbox.shed),
        copies=lately.copies(),
        holdings=holdings,
        cash=_cash(pipeline, holdings),
        lags=_lags(run),
        queue=len(run.inbox),
        warnings=tuple(warnings),
        halts=tuple((desk.account, halt) for desk in desks for halt in desk.portfolio.controls.halts.values()),
        leaders_stopped=sum(
            len(each.portfolio.controls.cut_off) + len(each.portfolio.controls.paused) for each in desks
        ),
    )


def _counts(pipeline: Pipeline, shed: int) -> Counts:
    tally = pipeline.tally
    return Counts(
        events=tally.events,
        duplicates=tally.duplicates,
        refused=tally.refused.total(),
        signals=tally.signals,
        copied=tally.copied,
        expired=tally.expired,
        skipped={str(reason): number for reason, number in tally.skipped.most_common()},
        shed=shed,
    )


def _holdings(pipeline: Pipeline) -> tuple[Holding, ...]:
    """The open positions of all accounts, dearest first, each at what its token's book would bring."""
    opened: list[Holding] = []
    for desk in pipeline.desks.values():
        known = marks(pipeline, desk.portfolio)
        held = [position for position in desk.portfolio.positions.values() if position.is_open]
        opened += [Holding(position=position, mark=known.get(position.token)) for position in held]
    opened.sort(key=lambda each: (-int(each.position.basis), each.position.token, each.position.leader))
    return tuple(opened)


def _cash(pipeline: Pipeline, holdings: Sequence[Holding]) -> Cash:
    portfolios = [desk.portfolio for desk in pipeline.desks.values()]
    known = {each.position.token: each.mark for each in holdings if each.mark is not None}
    opens = [portfolio.unrealised(known) for portfolio in portfolios]
    bankroll = total(each.bankroll for each in portfolios)
    return Cash(
        deposited=total(each.deposited for each in portfolios),
        free=total(each.free for each in portfolios),
        reserved=total(each.reserved for each in portfolios),
        deployed=total(each.deployed for each in portfolios),
        realised=Usdc(int(total(each.realised for each in portfolios)) - int(total(each.fees for each in portfolios))),
        fees=total(each.fees for each in portfolios),
        equity=bankroll + total(each.profit for each in opens),
        unmarked=sum(each.unmarked for each in opens),
    )


def _lags(run: LiveRun) -> tuple[SourceLag, ...]:
    return tuple(
        SourceLag(
            source=name,
            first=record.first,
            missed=record.missed,
            p50_ms=record.lag_ms(50),
            p99_ms=record.lag_ms(99),
        )
        for name, record in run.first_seen.sources.items()
    )
