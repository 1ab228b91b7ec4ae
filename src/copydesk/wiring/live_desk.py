"""Puts a live desk together: given how to reach the venue and where to write, a `LiveRun` that can be started."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.adapters.paper.dry import DryVenue
from copydesk.adapters.paper.model import FillModel
from copydesk.adapters.paper.venue import PaperVenue
from copydesk.adapters.polymarket.categories import TAKER_DELAYS_MS
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.venue_http import VenueHttp
from copydesk.adapters.polymarket.live.books import LiveBooks
from copydesk.adapters.polymarket.live.directory import LiveDirectory
from copydesk.adapters.polymarket.live.market_channel import MarketChannel
from copydesk.adapters.polymarket.live.poller import DataPoller
from copydesk.adapters.polymarket.live.polling.plan import PollPlan
from copydesk.adapters.polymarket.live.results import LiveResults
from copydesk.adapters.polymarket.live.rtds import RtdsFeed
from copydesk.flow.desk import NobodyCommands, Plugs
from copydesk.flow.live import LivePipeline
from copydesk.run.inbox import BoundedInbox
from copydesk.run.live import LiveRun, Sources
from copydesk.run.opposites import Opposites
from copydesk.run.readying import Readying
from copydesk.run.recall import recall_live

if TYPE_CHECKING:
    from copydesk.flow.desk import Rules
    from copydesk.ports import CommandSource, DecisionLog, Dice, LedgerStore, LiveClock, Venue
    from copydesk.settings.schema import Settings


class Reach(NamedTuple):
    """How a desk reaches the venue: its addresses, the requests to them, time, and chance."""

    hosts: Hosts
    http: VenueHttp
    clock: LiveClock
    dice: Dice


def live_desk(
    settings: Settings,
    rules: Rules,
    reach: Reach,
    store: LedgerStore,
    log: DecisionLog,
    control: CommandSource | None = None,
) -> LiveRun:
    """A desk that goes on where the ledger in `store` ends; nobody commands it without `control`.

    Raises `BadInput` if a replay was cut off in it.
    """
    hosts, http, clock, dice = reach
    channel = MarketChannel(hosts.ws_market, clock, dice)
    directory, books = LiveDirectory(http, clock, channel), LiveBooks(channel, http, clock)
    results = LiveResults(http, clock, channel)
    venue = _venue(settings, books, directory, results)
    plugs = Plugs(directory, results, books, venue, store, log, control or NobodyCommands())
    recalled = recall_live(store, [each.account for each in rules.relations], log)
    inbox = BoundedInbox(clock)
    opposites = Opposites(directory, books, lambda: any(each.limits.is_inverse for each in pipeline.rules.relations))
    readying = Readying((directory, books, opposites), clock, settings.pace.prepare_max_ms, inbox.wake)
    pipeline = LivePipeline(plugs, rules, recalled.desks, recalled.position, recalled.since, readying.is_awaited)
    poll = PollPlan(cadence_ms=settings.pace.poll_ms, holdings_every_ms=settings.pace.holdings_ms)
    poller = DataPoller(http, clock, poll)
    sources = Sources(
        looks_back=poller,
        streams=(RtdsFeed(hosts.rtds, clock, dice),),
        holders=(books.keep,),
        judges=(results.watch,),
        results_at=lambda: results.current_at,
        background=(books.run, directory.run, results.run),
        others=(books.health,),
        last_shown=poller.last_shown,
    )
    return LiveRun(pipeline, sources, inbox, clock, readying, recalled)


def _venue(settings: Settings, books: LiveBooks, directory: LiveDirectory, results: LiveResults) -> Venue:
    if settings.mode == "dry_run":
        return DryVenue(books)
    model = FillModel(
        latency_ms=settings.paper.latency_ms, depth_bps=settings.paper.depth_bps, delays_ms=TAKER_DELAYS_MS
    )
    return PaperVenue(books, directory, model, results)
