"""What deciding costs: one signal with every gate switched on, and one action of a leader for a thousand followers.

Prints JSON lines {name, value, unit, ratio, limit, ok}. Seven rounds, each measuring everything once beside one
libsecp256k1 signature. CPU of this process, which runs the real pipeline under settings that switch on every gate.

`decide_one_signal` is the snapshot of the account and the decision: gates, amount, caps, rounding. It is the median of
all signals. `decide_one_signal_in_us` is the same against the wall of 60 us. `decide_a_thousand_followers` is one
action from sighting to orders handed over: a signal, a snapshot, a decision, its scene and its order for each, sealed,
folded and claimed in memory. Writing the ledger's file is not in it, and no follower's order is filled yet.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from operator import truediv
from statistics import median

import msgspec
from coincurve import PrivateKey

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.adapters.telemetry.decision_log import NullLog
from copydesk.domain.book import Book, Level
from copydesk.domain.decision import Approved, Decision
from copydesk.domain.ids import AccountId, ClientId, EventId, MarketId, TimeMs, TokenId, Wallet, action_id
from copydesk.domain.limits import Relation
from copydesk.domain.market import Market, Payout
from copydesk.domain.money import Price, Shares, Usdc
from copydesk.domain.order import Order, OrderEvent
from copydesk.domain.trade import LeaderTrade, Side, Token
from copydesk.flow.clean.fan_out import signal_for
from copydesk.flow.clean.window import Group
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.gates import ALL_GATES, add_on_lower, leader_cut_off, opposite_known, paused, relation_state
from copydesk.flow.desk import Desk, Plugs, Rules
from copydesk.flow.ledger.seal import Sealer, open_entry
from copydesk.flow.live import LivePipeline
from copydesk.flow.portfolio.fold import Portfolio
from copydesk.settings.layers import load
from copydesk.settings.limits import relations

ROUNDS = 7
FOLLOWERS = 1_000
SIGNALS = 1_000
SIGNATURES = 1_000
WINDOW_MS = 20

DECIDE_SIGNATURES_MAX = 4.0
DECIDE_US_MAX = 60.0
FOLLOWERS_MS_MAX = 150.0

NOON = TimeMs(1_790_000_000_000)
LEADER, FIRST = Wallet("0x" + "1e" * 20), Wallet("0x" + "2e" * 20)
"""The leader who is copied, and the one who bought the same before, so that they agree."""
UNTRADED = ROUNDS + 1
"""The number of a trade that only the first leader made: nobody holds its token."""
EVERY_GATE = {
    "account.bankroll_usdc": "1000000",
    "leaders": f"[{{wallet: '{LEADER}', bankroll_usdc: 1000000}}, {{wallet: '{FIRST}', bankroll_usdc: 1000000}}]",
    "gates.markets_allowed": "[one-market, another-market, " + ", ".join(f"event-{n}" for n in range(9)) + "]",
    "gates.markets_denied": "[a-market, " + ", ".join(f"event-no-{n}" for n in range(9)) + "]",
    "gates.outcomes_denied": "[maybe]",
    "gates.events_allowed": "[one-event, another-event]",
    "gates.events_denied": "[no-event]",
    "gates.series_allowed": "[one-series]",
    "gates.series_denied": "[no-series]",
    "gates.words_allowed": "[everybody]",
    "gates.words_denied": "[nobody]",
    "gates.categories_allowed": "[elections]",
    "gates.leader_notional_max_usdc": "100000",
    "gates.resolution_max_s": "864000",
    "gates.fee_max_bps": "1000",
    "gates.price_fell_max_bps": "1000",
    "gates.depth_top_min_usdc": "100",
    "gates.orders_hour_max": "1000",
    "gates.orders_day_max": "1000",
    "gates.add_on": "lower",
    "gates.entries_max": "5",
    "gates.repeat_after_s": "60",
    "gates.conflict": "net",
    "gates.consensus_min": "2",
    "slip_max_usdc": "0.02",
    "gates.leader_score_min_bps": "5500",
    "gates.leader_ratio_min_bps": "16000",
    "gates.leader_trades_min": "30",
    "gates.leader_age_max_s": "900",
    "gates.leader_size_max_bps": "20000",
    "gates.thin_sample": "probation",
    "amount.mode": "kelly",
    "stops.guard_losses_max": "4",
    "stops.cool_down_s": "60",
    "stops.leader_profit_min_usdc": "-1000",
    "stops.drawdown_max_bps": "5000",
    "stops.relation_loss_max_usdc": "100000",
    "stops.relation_profit_max_usdc": "100000",
}
"""Settings that switch on every gate, and refuse nothing of what is traded here."""

SILENT = (leader_cut_off.gate, paused.gate, relation_state.gate, opposite_known.gate, add_on_lower.gate)
"""Gates that are asked here and say nothing: of what nobody has stopped or turned round, and of a new position."""


class World:
    """Markets, books, results and a venue that are there at once and cost nothing: what is measured is ours."""

    def __init__(self) -> None:
        self._markets: dict[MarketId, Market] = {}
        self._books: dict[TokenId, Book] = {}

    def list_token(self, token: Token) -> None:
        """Have a market for a token, and a book with eight levels a side."""
        bids = tuple(Level(Price(390_000 - 10_000 * step), Shares(2_000_000_000)) for step in range(8))
        asks = tuple(Level(Price(400_000 + 10_000 * step), Shares(2_000_000_000)) for step in range(8))
        self._books[token.id] = Book(token=token.id, at=NOON, bids=bids, asks=asks, origin="live")
        self._markets[token.market] = Market(
            id=token.market,
            category="elections",
            series="one-series",
            tick=Price(10_000),
            lot=Shares(10_000),
            shares_min=Shares(5_000_000),
            notional_min=Usdc(1_000_000),
            taker_fee_bps=500,
            ends_at=TimeMs(NOON + 86_400_000),
        )

    def market(self, token: Token) -> Market:
        """As `MarketDirectory.market`."""
        return self._markets[token.market]

    def observe(self, trade: LeaderTrade) -> None:
        """As `BookSource.observe` and `Venue.observe`."""

    def book(self, token: Token, at: TimeMs) -> Book | None:
        """As `BookSource.book`."""
        return self._books[token.id]

    def payout(self, token: Token) -> Payout | None:
        """As `ResultSource.payout`."""
        return None

    def submit(self, order: Order) -> None:
        """As `Venue.submit`."""

    def due_at(self) -> TimeMs | None:
        """As `Venue.due_at`."""
        return None

    def events(self, now: TimeMs) -> Sequence[OrderEvent]:
        """As `Venue.events`."""
        return ()


def a_trade(number: int, leader: Wallet = LEADER) -> LeaderTrade:
    """A leader's buy of 10,000 shares at 40 cents, each in another market."""
    name, event = (sha256(text.encode()).hexdigest() for text in (str(number), f"{number} {leader}"))
    token = Token(
        id=TokenId(str(int(name, 16))),
        market=MarketId("0x" + name),
        outcome="Yes",
        title="Will the thing that everybody waits for happen before the end of the year?",
        slug="one-market",
        event_slug="one-event",
    )
    return LeaderTrade(
        event_id=EventId(event),
        content_id=EventId(event),
        action_id=action_id(leader, "0x" + event, token.id, Side.BUY),
        leader=leader,
        token=token,
        side=Side.BUY,
        shares=Shares(10_000_000_000),
        notional=Usdc(4_000_000_000),
        happened_at=TimeMs(NOON + 1_000 * number + (60_000 if leader == LEADER else 0)),
        source="bench",
        tx_hash="0x" + event,
    )


def a_pipeline(followers: int) -> tuple[LivePipeline, MemoryLedgerStore]:
    """So many accounts that follow both leaders, each with every gate switched on."""
    loaded = load(EVERY_GATE)
    everybody = tuple(
        msgspec.structs.replace(one, client=ClientId(f"client-{n}"), account=AccountId(f"desk-{n}"))
        for one in relations(loaded)
        for n in range(followers)
    )
    rules = Rules(
        run="live",
        preset="bench",
        settings_version=loaded.version,
        relations=everybody,
        bankroll=Usdc(1_000_000_000_000),
        scan_window_ms=WINDOW_MS,
        detection_lag_ms=0,
    )
    world, store = World(), MemoryLedgerStore(open_entry)
    for number in range(UNTRADED + 1):
        world.list_token(a_trade(number).token)
    plugs = Plugs(world, world, world, world, store, NullLog())
    desks = {each.account: Desk(each.account, Portfolio(), Sealer(each.account)) for each in everybody[:followers]}
    since = {(each.account, leader): TimeMs(0) for each in everybody for leader in (LEADER, FIRST)}
    return LivePipeline(plugs, rules, desks, 0, since, lambda _: False), store


def act(pipeline: LivePipeline, number: int, leader: Wallet = LEADER) -> None:
    """One action of a leader, decided for everybody."""
    trade = a_trade(number, leader)
    pipeline.see(trade, trade.happened_at)
    pipeline.reach(TimeMs(trade.happened_at + 2 * WINDOW_MS))


def decided_us(pipeline: LivePipeline, relation: Relation) -> list[float]:
    """CPU microseconds of each of a thousand decisions of one account."""
    signal = signal_for(relation.client, Group(None, [a_trade(UNTRADED)]), pipeline.now)
    signal = msgspec.structs.replace(signal, happened_at=TimeMs(pipeline.now - 1_000))
    desk = pipeline.desks[relation.account]
    took = []
    for _ in range(SIGNALS):
        began = time.thread_time_ns()
        decision = decide(signal, pipeline._snapshot(signal, relation, desk, is_decided=False), relation)
        took.append((time.thread_time_ns() - began) / 1_000)
        pass_every_gate(decision)
    return took


def pass_every_gate(decision: Decision) -> None:
    """End the bench if what it measures is less than all there is."""
    asked = len(decision.checks) + len(SILENT)
    if not isinstance(decision, Approved) or asked != len(ALL_GATES):
        names = ", ".join(check.reason for check in decision.checks)
        sys.exit(f"not every gate is switched on and passed: {asked} of {len(ALL_GATES)}: {names}")


def signature_us() -> float:
    """The yardstick."""
    key, message = PrivateKey(b"\x01" * 32), b"\x02" * 32
    began = time.thread_time()
    for _ in range(SIGNATURES):
        key.sign_recoverable(message, hasher=None)
    return (time.thread_time() - began) / SIGNATURES * 1e6


def line(name: str, value: float, unit: str, ratio: float, limit: float, *, is_absolute: bool = False) -> None:
    """One result; it is ok when its ratio (or, for an absolute limit, its value) is within the limit."""
    figure = {"name": name, "value": round(value, 2), "unit": unit, "ratio": round(ratio, 3), "limit": limit}
    print(json.dumps(figure | {"ok": (value if is_absolute else ratio) <= limit}))


def main() -> None:
    """Seven rounds of everything, one after the other; the first action, which begins every account, is not counted."""
    pipeline, store = a_pipeline(FOLLOWERS)
    for number in range(UNTRADED + 1):
        act(pipeline, number, FIRST)
    act(pipeline, 0)
    gc.freeze()
    signature: list[float] = []
    decided: list[float] = []
    fanned_ms: list[float] = []
    for run in range(1, ROUNDS + 1):
        signature.append(signature_us())
        decided.append(median(decided_us(pipeline, pipeline.rules.relations[run])))
        before, began = store.head(), time.thread_time()
        act(pipeline, run)
        fanned_ms.append((time.thread_time() - began) * 1e3)
        if store.head() - before != 2 * FOLLOWERS:
            sys.exit(f"{store.head() - before} entries, not a decision and an order for each of {FOLLOWERS}")
    each_us = [ms * 1_000 / FOLLOWERS for ms in fanned_ms]
    in_signatures = median(map(truediv, decided, signature))
    line("decide_one_signal", median(decided), "us", in_signatures, DECIDE_SIGNATURES_MAX)
    line("decide_one_signal_in_us", median(decided), "us", in_signatures, DECIDE_US_MAX, is_absolute=True)
    followers = median(map(truediv, each_us, signature))
    line("decide_a_thousand_followers", median(fanned_ms), "ms", followers, FOLLOWERS_MS_MAX, is_absolute=True)


if __name__ == "__main__":
    main()
