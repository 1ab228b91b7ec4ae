"""Small recorded worlds for tests of the whole pipeline: feeds, markets and results as plain data, on real plugs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from copydesk.adapters.paper.dry import DryVenue
from copydesk.adapters.paper.exact import ExactVenue
from copydesk.adapters.paper.model import FillModel
from copydesk.adapters.paper.prints import PrintBook
from copydesk.adapters.paper.venue import PaperVenue
from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.adapters.telemetry.decision_log import NullLog
from copydesk.domain.ids import TokenId
from copydesk.domain.limits import AmountMode, Relation
from copydesk.domain.market import Market, Payout
from copydesk.domain.trade import RowRefused, Sighting, Token
from copydesk.flow.desk import Plugs, Rules
from copydesk.flow.ledger.seal import open_entry
from copydesk.ports import LedgerStore, Venue
from copydesk.run.replay import ALWAYS, Finished, replay
from tests.builders import MARKET, NO, YES, a_market, a_relation, usdc


class Listed:
    """A feed that shows a list, in order of time as every feed must."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        refused = [each for each in sightings if isinstance(each, RowRefused)]
        events = [each for each in sightings if not isinstance(each, RowRefused)]
        self._sightings = (*refused, *sorted(events, key=lambda each: (each.happened_at, each.event_id)))

    def sightings(self) -> Iterator[Sighting]:
        """As `LeaderFeed.sightings`."""
        return iter(self._sightings)


class OneMarket:
    """A directory in which every token is of the builders' market, which ends in a day and has two outcomes."""

    def market(self, token: Token) -> Market:
        """As `MarketDirectory.market`."""
        return a_market(id=token.market, outcomes=((YES.id, "Yes"), (NO.id, "No")))


class Known:
    """Results by token id."""

    def __init__(self, payouts: dict[TokenId, Payout] | None = None) -> None:
        self._payouts = payouts or {}

    def payout(self, token: Token) -> Payout | None:
        """As `ResultSource.payout`."""
        return self._payouts.get(token.id)


def a_store(folder: Path, name: str = "ledger") -> SqliteLedgerStore:
    """A ledger file."""
    return SqliteLedgerStore(folder / f"{name}.sqlite", open_entry)


def run(store: LedgerStore, sightings: Sequence[Sighting], **said: Any) -> Finished:
    """Replay `sightings` into `store`: one client with 1,000 dollars, unless `relations`, `payouts`, … are said."""
    relations: tuple[Relation, ...] = said.pop("relations", (a_relation(age_max_ms=60_000),))
    results, markets = Known(said.pop("payouts", None)), OneMarket()
    is_audit = relations[0].limits.amount.mode is AmountMode.EXACT
    books = PrintBook(markets, FillModel())
    venue: Venue = ExactVenue() if is_audit else PaperVenue(books, markets, FillModel(), results)
    if said.pop("is_dry", False):
        venue = DryVenue(books)
    rules = Rules(
        run="replay",
        preset="test",
        settings_version=said.pop("version", "test"),
        relations=relations,
        bankroll=usdc(1_000),
        scan_window_ms=10_000,
        detection_lag_ms=5_000,
        is_halted=said.pop("is_halted", False),
        bankrolls=said.pop("bankrolls", {}),
    )
    plugs = Plugs(markets, results, books, venue, store, NullLog())
    return replay([Listed(sightings)], plugs, rules, said.pop("period", ALWAYS), said.pop("watchers", ()))


def heads(finished: Finished) -> dict[str, str]:
    """The hash each account's chain ends with."""
    return {account: desk.sealer.hash.hex() for account, desk in finished.pipeline.desks.items()}


__all__ = ["MARKET", "Known", "Listed", "OneMarket", "a_store", "heads", "run"]
