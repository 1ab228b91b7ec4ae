"""What a screen is shown of a live run agrees with its ledger (K24)."""

from __future__ import annotations

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.ids import TimeMs
from copydesk.domain.live_status import Followed, LiveStatus
from copydesk.domain.money import NO_USDC
from copydesk.domain.order import Ending
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.lately import KEPT, Lately, ObservedStore
from copydesk.run.live import LiveRun
from copydesk.run.live_status import Said, status_of
from tests.builders import LEADER, NO, YES, price
from tests.live_worlds import Fetched, Outside, Town, at, decisions
from tests.run.test_live import a_baseline
from tests.virtual_time import START_MS

TRADES = [
    at(900 + 1000 * number, tx=f"0x{number:064x}", token=(YES, NO)[number % 2], size=100 + number)
    for number in range(12)
]
SCRIPT = [(0, a_baseline()), *((1_000 + 1_000 * number, trade) for number, trade in enumerate(TRADES))]


WHO = Followed(given="kestrel", wallet=LEADER, name="kestrel", how="by name")
SAID = Said("paper", None, (WHO,), ("a word before",))


class Looking(Outside):
    """Somebody who looks at the run after each turn."""

    def __init__(self, lately: Lately) -> None:
        super().__init__()
        self._lately = lately
        self.statuses: list[LiveStatus] = []

    def passed(self, run: LiveRun) -> None:
        """As `Surroundings.passed`."""
        self.statuses.append(status_of(run, self._lately, SAID))


def shown(**said: object) -> tuple[LiveStatus, MemoryLedgerStore]:
    """The status at the end of a run of twelve leader trades, and its ledger."""
    store, lately = MemoryLedgerStore(open_entry), Lately()
    town = Town(poller=SCRIPT, **said)
    town.outside = looking = Looking(lately)
    town.run(ObservedStore(store, lately), 20_000)
    return looking.statuses[-1], store


def test_the_counts_are_those_of_the_run() -> None:
    status, store = shown()
    counts = status.counts
    assert (counts.events, counts.duplicates, counts.refused) == (12, 0, 0)
    assert counts.signals == counts.copied + sum(counts.skipped.values()) + counts.expired == len(decisions(store))
    assert (status.leaders, status.queue, status.warnings) == ((WHO,), 0, ("a word before",))
    assert status.last_trade_at is not None
    assert START_MS < status.last_trade_at <= status.now


def test_the_latest_decisions_come_with_what_became_of_them() -> None:
    status, store = shown()
    assert [copy.decision for copy in status.copies] == [made.decision for made in decisions(store)][-KEPT:]
    for copy in status.copies:
        is_copied = isinstance(copy.decision, Approved)
        assert (copy.ending is Ending.FILLED) == is_copied
        assert (copy.spent > NO_USDC) == is_copied


def test_money_adds_up_and_positions_are_marked_at_their_books_bid() -> None:
    """S0.38 in the small: everything the account has is somewhere."""
    status, _ = shown()
    cash = status.cash
    assert {holding.mark for holding in status.holdings} == {price("0.39")}
    at_cost = cash.free + cash.reserved + cash.deployed
    assert at_cost == cash.deposited + cash.realised
    assert cash.equity < at_cost
    assert [int(each.position.basis) for each in status.holdings] == sorted(
        (int(each.position.basis) for each in status.holdings), reverse=True
    )


def test_lags_are_those_of_the_source_that_showed_each_trade_first() -> None:
    status, _ = shown()
    lag = next(each for each in status.lags if each.first)
    assert (lag.first, lag.p50_ms, lag.p99_ms) == (12, 100, 100)


def test_a_skip_has_its_reason() -> None:
    status, _ = shown(fetched=Fetched(ask="0.99"))
    assert all(isinstance(copy.decision, Skipped) for copy in status.copies)
    assert sum(status.counts.skipped.values()) == 12
    assert status.holdings == ()
    assert TimeMs(START_MS) <= status.began_at
