"""What a replay runs on: recorded feeds or the sample, books to judge by, and a venue to fill at."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from copydesk.adapters.clocks.system import Stopwatch
from copydesk.adapters.paper.dry import DryVenue
from copydesk.adapters.paper.exact import ExactVenue
from copydesk.adapters.paper.model import FillModel
from copydesk.adapters.paper.prints import PrintBook
from copydesk.adapters.paper.recorded import FirstKnown, RecordedBooks
from copydesk.adapters.paper.venue import PaperVenue
from copydesk.adapters.polymarket.categories import TAKER_DELAYS_MS
from copydesk.adapters.polymarket.directory import RecordedDirectory
from copydesk.adapters.polymarket.parse.csv_columns import ColumnMap, declared_columns
from copydesk.adapters.polymarket.records.feed import RecordedFeed, Seen
from copydesk.adapters.polymarket.results import Results
from copydesk.adapters.sample.world import SampleWorld
from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.adapters.telemetry.decision_log import JsonLinesLog, NullLog
from copydesk.domain.errors import BadInput, Unreadable
from copydesk.domain.limits import AmountMode
from copydesk.domain.trade import RowRefused
from copydesk.flow.desk import Plugs, Rules
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.curve import Curve
from copydesk.run.replay import ALWAYS, Period, Watch, replay
from copydesk.run.report import ReplayReport, Surroundings, report_of
from copydesk.settings.limits import bankrolls, relations
from copydesk.settings.micros import usdc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from copydesk.domain.trade import Sighting
    from copydesk.flow.pipeline import Pipeline
    from copydesk.ports import BookSource, LeaderFeed, MarketDirectory, ResultSource, Venue
    from copydesk.settings.layers import Loaded

SAMPLE = "sample:"
SAMPLE_ROWS = 5_000


class Progress(Protocol):
    """Somebody who wants to know how far a replay is: first sources are read, then their events are replayed."""

    def reading(self, bytes_read: int, bytes_total: int) -> None:
        """Bytes of the sources, as they are on disk."""
        ...

    def replaying(self, rows: int, rows_total: int) -> None:
        """Rows that went through the pipeline, of those that were read; the total is 0 where it is not known."""
        ...


class ReplayRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to replay. A source is a file, or `sample:SEED` or `sample:SEED:ROWS` for the seeded sample.

    Without `ledger` the ledger is temporary and goes with the run. `decisions` defaults to a file beside a kept
    ledger.
    """

    sources: tuple[str, ...]
    results: tuple[Path, ...] = ()
    books: tuple[Path, ...] = ()
    columns: Path | None = None
    ledger: Path | None = None
    decisions: Path | None = None
    period: Period = ALWAYS


class World(NamedTuple):
    """The recorded world a replay runs in: who did what, what markets there are, and how they ended."""

    feeds: tuple[LeaderFeed, ...]
    markets: MarketDirectory
    results: ResultSource


class _Dated:
    """A recorded feed that tells the directory, before its first event, what time the records are from.

    Titles such as "March 22, 1:25PM-1:30PM ET" name no year; with it they say when their market ends.
    """

    def __init__(self, feed: RecordedFeed, markets: RecordedDirectory) -> None:
        self.feed, self._markets = feed, markets

    def sightings(self) -> Iterator[Sighting]:
        """As `LeaderFeed.sightings`."""
        is_placed = False
        for sighting in self.feed.sightings():
            if not is_placed and not isinstance(sighting, RowRefused):
                self._markets.place_in_time(sighting.happened_at)
                is_placed = True
            yield sighting


class _Watcher:
    """Passes the pipeline's progress on."""

    def __init__(self, progress: Progress, rows_total: Callable[[], int]) -> None:
        self._progress, self._rows_total = progress, rows_total

    def passed(self, pipeline: Pipeline) -> None:
        """As `run.replay.Watch`."""
        self._progress.replaying(pipeline.tally.rows_read, self._rows_total())


def replay_once(loaded: Loaded, request: ReplayRequest, progress: Progress | None = None) -> ReplayReport:
    """Run a replay from beginning to end and report on it. What was appended is durable when this returns."""
    stopwatch, curve = Stopwatch(), Curve()
    world = _world(request, progress)
    books, venue = _market(loaded, request, world)
    with ExitStack() as stack:
        directory = stack.enter_context(TemporaryDirectory(prefix="copydesk-"))
        ledger = request.ledger or Path(directory) / "ledger.sqlite"
        store = SqliteLedgerStore(ledger, open_entry)
        stack.callback(store.close)
        log = _log(request)
        stack.callback(log.close)
        plugs = Plugs(world.markets, world.results, books, venue, store, log)
        watchers: list[Watch] = [curve, *_watchers(world, progress)]
        finished = replay(world.feeds, plugs, _rules(loaded), request.period, watchers)
        surroundings = Surroundings(
            ledger_file=str(request.ledger) if request.ledger else None,
            wall_ms=stopwatch.elapsed_ms(),
            curve=tuple(curve.points),
        )
        return report_of(finished, surroundings)


def _rules(loaded: Loaded) -> Rules:
    settings = loaded.settings
    return Rules(
        run="replay",
        preset=settings.preset,
        settings_version=loaded.version,
        relations=relations(loaded),
        bankroll=usdc(settings.account.bankroll_usdc),
        bankrolls=bankrolls(settings),
        scan_window_ms=settings.pace.scan_window_ms,
        detection_lag_ms=settings.pace.detection_lag_ms,
        is_halted=settings.halted,
        errors_max=settings.errors_max,
        errors_window_ms=1_000 * settings.errors_window_s,
    )


def _world(request: ReplayRequest, progress: Progress | None) -> World:
    """A sample is a world of its own; recorded files are one together with the results and markets given."""
    samples = [source for source in request.sources if source.startswith(SAMPLE)]
    if not request.sources or (samples and len(request.sources) > 1):
        raise BadInput(
            "sources",
            found=", ".join(request.sources) or "none",
            allowed="one or more files, or one sample",
            remedy="give --source FILE, or --source sample:SEED",
        )
    if samples:
        seed, rows = _seed_and_rows(samples[0])
        world = SampleWorld(seed)
        return World((world.feed(rows),), world.directory(), world.results())
    told = _teller(progress) if progress else None
    columns = _declared(request.columns) if request.columns else None
    feed = RecordedFeed([Path(source) for source in request.sources], columns=columns, told=told)
    markets = RecordedDirectory(request.results)
    return World((_Dated(feed, markets),), markets, Results.read(request.results))


def _declared(path: Path) -> ColumnMap:
    try:
        return declared_columns(path.read_text(encoding="utf-8"), path.stem)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(str(path), "the column map cannot be read") from error


def _seed_and_rows(source: str) -> tuple[int, int]:
    seed, _, rows = source.removeprefix(SAMPLE).partition(":")
    if not seed.isdecimal() or not (rows.isdecimal() or not rows):
        raise BadInput("sample", found=source, allowed="sample:SEED or sample:SEED:ROWS, whole numbers")
    return int(seed), int(rows) if rows else SAMPLE_ROWS


def _market(loaded: Loaded, request: ReplayRequest, world: World) -> tuple[BookSource, Venue]:
    """Books to judge by and a venue to fill at; the audit amount comes with the venue that copies one for one."""
    paper = loaded.settings.paper
    model = FillModel(latency_ms=paper.latency_ms, depth_bps=paper.depth_bps, delays_ms=TAKER_DELAYS_MS)
    books: BookSource = PrintBook(world.markets, model)
    if request.books:
        books = FirstKnown(RecordedBooks(request.books), books)
    if loaded.settings.amount.mode is AmountMode.EXACT:
        return books, ExactVenue()
    if loaded.settings.mode == "dry_run":
        return books, DryVenue(books)
    return books, PaperVenue(books, world.markets, model, world.results)


def _log(request: ReplayRequest) -> JsonLinesLog | NullLog:
    if request.decisions:
        return JsonLinesLog(request.decisions)
    if request.ledger:
        return JsonLinesLog(request.ledger.with_name(request.ledger.name + ".decisions.jsonl"))
    return NullLog()


def _teller(progress: Progress) -> Callable[[Seen], None]:
    return lambda seen: progress.reading(seen.bytes_read, seen.bytes_total)


def _watchers(world: World, progress: Progress | None) -> list[_Watcher]:
    feed = world.feeds[0]
    if progress is None:
        return []
    return [_Watcher(progress, lambda: feed.feed.seen.rows_read if isinstance(feed, _Dated) else 0)]
