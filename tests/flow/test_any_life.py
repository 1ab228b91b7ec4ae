"""Whatever happens to a desk, in whatever order, the rules that keep the money safe hold after each step.

A state machine over the real live pipeline with a ledger in memory: leaders trade, windows close, orders are filled,
partly filled and ended, halts and cut-offs come and go, settings are edited, fills are taken back, markets end, and
the clock jumps both ways. What the desk does is held against `Shadow`, which does the arithmetic once more.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.adapters.telemetry.decision_log import NullLog
from copydesk.domain.control import Halted, HaltSource, LeaderCutOff, LeaderRestored, Resumed
from copydesk.domain.events import BookName, Corrected, DecisionMade
from copydesk.domain.ids import AccountId, ActionId, ClientId, MarketId, TimeMs, TokenId
from copydesk.domain.limits import BelowMinimum, Relation
from copydesk.domain.market import Payout
from copydesk.domain.money import MICROS, Price
from copydesk.domain.order import Order
from copydesk.domain.trade import LeaderBaseline, LeaderTrade, MarketEnded, Side, Token
from copydesk.flow.desk import Desk, Plugs
from copydesk.flow.ledger.seal import Sealer, open_entry
from copydesk.flow.live import LivePipeline
from copydesk.flow.portfolio.fold import Portfolio, fold
from tests.builders import LEADER, NO, NOON, YES, a_relation, a_trade, usdc
from tests.desk_lives import Key, Shadow, World, judge
from tests.histories import ELSEWHERE, OTHER_LEADER
from tests.live_worlds import rules


def a_token(number: int) -> Token:
    """A token in a market of its own."""
    return Token(id=TokenId(f"300{number}"), market=MarketId(f"0x{number:064x}"), outcome="Yes")


ACCOUNTS = (AccountId("desk"), AccountId("other"))
LEADERS = (LEADER, OTHER_LEADER)
TOKENS = (YES, NO, ELSEWHERE, *(a_token(number) for number in range(3)))
LIMITS: tuple[dict[str, Any], ...] = (
    {"trade_bps": 300, "market_bps": 800, "leader_bps": 2_000, "total_bps": 6_000, "reserve_bps": 1_000},
    {"fixed": usdc(90), "market_max": usdc(100), "total_max": usdc(150), "positions_max": 2},
    {"trade_max": usdc(8), "market_bps": 150, "total_bps": 200, "below_minimum": BelowMinimum.RAISE},
    {"fixed": usdc(80), "leader_bps": 1_000},
    {"fixed": usdc(80), "total_bps": 1_000},
    {"fixed": usdc(80), "reserve_bps": 9_000},
)
"""As the presets are, tighter, and such that one cap binds at the second copy."""

which = st.integers(0, 59)
"""One of however many there are."""


def relations(version: str, *chosen: int) -> list[Relation]:
    """Each account follows each leader, under the limits chosen for it."""
    return [
        a_relation(
            leader=leader, client=ClientId(account), account=account, version=version, **LIMITS[number % len(LIMITS)]
        )
        for account, number in zip(ACCOUNTS, chosen, strict=True)
        for leader in LEADERS
    ]


class AnyLife(RuleBasedStateMachine):
    """Two accounts that follow two leaders in six tokens of five markets."""

    def __init__(self) -> None:
        super().__init__()
        self.world, self.store, self.now = World(), MemoryLedgerStore(open_entry), NOON
        for token in TOKENS:
            self.world.prices[token.id] = Price(400_000)
        self.slow: set[TokenId] = set()
        self.versions, self.is_halted = 0, False
        self.relations = relations("v0", 0, 0)
        self.shadows = {account: Shadow() for account in ACCOUNTS}
        self.trades: list[LeaderTrade] = []
        self.shown: dict[ActionId, TokenId] = {}
        desks = {account: Desk(account, Portfolio(), Sealer(account)) for account in ACCOUNTS}
        plugs = Plugs(self.world, self.world, self.world, self.world, self.store, NullLog())
        self.pipeline = LivePipeline(plugs, rules(self.relations), desks, 0, {}, self.slow.__contains__)
        for leader in LEADERS:
            begun = LeaderBaseline(leader=leader, taken_at=NOON, since=NOON, events=(), positions=None)
            self.pipeline.begin(begun, NOON)
        self.seen = 0

    # --- what leaders do ---------------------------------------------------------------------------------------------

    @rule(leader=which, token=which, size=st.integers(20, 900), cents=st.integers(5, 95), sells=st.booleans())
    def a_leader_trades(self, leader: int, token: int, size: int, cents: int, *, sells: bool) -> None:
        """And the window closes, so that it is decided."""
        traded = TOKENS[token % len(TOKENS)]
        self.world.prices[traded.id] = Price(10_000 * cents)
        self._show(leader=LEADERS[leader % 2], token=traded, size=size, price=f"0.{cents:02d}", sells=sells)
        self._wait(40)

    @rule(leader=which, token=which, size=st.integers(20, 900))
    def a_leader_buys_and_the_orders_are_filled(self, leader: int, token: int, size: int) -> None:
        """The usual life, so that there is something to sell."""
        traded = TOKENS[token % len(TOKENS)]
        self._show(leader=LEADERS[leader % 2], token=traded, size=size, price="0.40", sells=False)
        self._wait(40)
        for order in list(self.world.orders.values()):
            self.world.fill(order, 100, self.now)
            self.world.end(order, self.now)
        self._wait(1)

    @precondition(lambda self: self._held())
    @rule(position=which, size=st.integers(20, 900), cents=st.integers(5, 95))
    def a_leader_sells_what_somebody_holds(self, position: int, size: int, cents: int) -> None:
        """Part of it or all: the desk knows what the leader bought since it follows."""
        leader, name = self._held()[position % len(self._held())]
        token = next(each for each in TOKENS if each.id == name)
        self._show(leader=leader, token=token, size=size, price=f"0.{cents:02d}", sells=True)
        self._wait(40)

    @rule(leader=which, token=which, size=st.integers(20, 900), sells=st.booleans())
    def a_leader_trades_in_the_same_window(self, leader: int, token: int, size: int, *, sells: bool) -> None:
        """Nothing is decided yet: what comes next comes in between."""
        self._show(leader=LEADERS[leader % 2], token=TOKENS[token % len(TOKENS)], size=size, price="0.40", sells=sells)

    @precondition(lambda self: self.trades)
    @rule(number=which, is_late_fill=st.booleans())
    def a_trade_is_shown_again(self, number: int, *, is_late_fill: bool) -> None:
        """The same event, or another fill of the same action."""
        trade = self.trades[number % len(self.trades)]
        if is_late_fill:
            late = a_trade(tx=f"late {len(self.trades)}").event_id
            trade = msgspec.structs.replace(trade, event_id=late, content_id=late, happened_at=self.now)
            self.trades.append(trade)
        self.pipeline.see(trade, self.now)
        self._wait(40)

    # --- what the venue does -----------------------------------------------------------------------------------------

    @precondition(lambda self: self.world.orders)
    @rule(number=which, percent=st.sampled_from((1, 50, 100)))
    def an_order_is_filled(self, number: int, percent: int) -> None:
        self.world.fill(self._order(number), percent, self.now)
        self._wait(1)

    @precondition(lambda self: self.world.orders)
    @rule(number=which)
    def an_order_ends(self, number: int) -> None:
        self.world.end(self._order(number), self.now)
        self._wait(1)

    @precondition(lambda self: self._held())
    @rule(position=which, is_won=st.booleans())
    def a_market_ends(self, position: int, *, is_won: bool) -> None:
        """The venue cancels what is open there first, as the real one does; the result is shown more than once."""
        _, token = self._held()[position % len(self._held())]
        market = next(each.market for each in TOKENS if each.id == token)
        for order in [each for each in self.world.orders.values() if each.token.market == market]:
            self.world.end(order, self.now)
        self._wait(1)
        for each in TOKENS:
            if each.market == market and each.id not in self.world.payouts:
                pays = MICROS if is_won == (each is not NO) else 0
                self.world.payouts[each.id] = Payout(per_share=Price(pays), resolved_at=self.now)
        for _ in range(2):
            self.pipeline.settle(MarketEnded(market=market), self.now)

    @rule(account=which, cents=st.integers(1, 300))
    def a_fill_is_taken_back(self, account: int, cents: int) -> None:
        """As far as the ledger knows a ghost today: a correction of the money it moved."""
        moved = cents * 10_000
        lines = ((BookName.FREE, "USDC", moved), (BookName.DEPLOYED, "USDC", -moved))
        self._record(ACCOUNTS[account % 2], Corrected(entry=1, why="its settlement failed", postings=lines))

    # --- what people do ----------------------------------------------------------------------------------------------

    @initialize(desk=which, other=which)
    def it_begins(self, desk: int, other: int) -> None:
        self.the_settings_are_edited(desk, other)

    @rule(desk=which, other=which)
    def the_settings_are_edited(self, desk: int, other: int) -> None:
        """Tighter or wider: what is decided from now on is decided by them."""
        self.versions += 1
        self.relations = relations(f"v{self.versions}", desk, other)
        self._follow()

    @rule(what=st.sampled_from(("settings", "halt", "freeze", "cut off")), account=which, number=which)
    def something_is_stopped(self, what: str, account: int, number: int) -> None:
        """By the settings, by a halt of some source, or for one leader; more than one may stand."""
        name, leader = ACCOUNTS[account % 2], LEADERS[number % 2]
        source = tuple(HaltSource)[number % len(HaltSource)]
        if what == "settings":
            self.is_halted = True
            self._follow()
        elif what == "cut off":
            self._record(name, LeaderCutOff(leader=leader, source=source, since=self.now, words=""))
        else:
            self._record(name, Halted(source=source, since=self.now, words="", freezes_exits=what == "freeze"))

    @precondition(lambda self: self.is_halted or any(each.halts or each.cut_off for each in self.shadows.values()))
    @rule()
    def everything_goes_on(self) -> None:
        """Each stop is lifted by itself."""
        for name, shadow in self.shadows.items():
            for source in list(shadow.halts):
                self._record(name, Resumed(source=source))
            for leader in list(shadow.cut_off):
                self._record(name, LeaderRestored(leader=leader))
        self.is_halted = False
        self._follow()

    # --- what time and the network do --------------------------------------------------------------------------------

    @rule(ms=st.sampled_from((5, 900, 31_000, 301_000, 86_400_000)))
    def time_passes(self, ms: int) -> None:
        self._wait(ms)

    @rule(ms=st.sampled_from((1, 4_000, 3_600_000)))
    def the_clock_goes_back(self, ms: int) -> None:
        """And says so to everybody: what leaders do is dated by it too."""
        self.now = TimeMs(max(self.now - ms, NOON))
        self.pipeline.reach(self.now)

    @rule(token=which)
    def a_book_is_slow_or_comes(self, token: int) -> None:
        """While it is slow signals wait; they are decided by what holds when it comes."""
        name = TOKENS[token % len(TOKENS)].id
        if name in self.slow:
            self.slow.remove(name)
            self.pipeline.release(name, self.now)
        else:
            self.slow.add(name)

    # --- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def every_rule_holds(self) -> None:
        self._each_decision_keeps_the_rules()
        self._the_books_agree()
        self._each_position_is_closed_once()
        self._each_action_has_one_decision()

    def _each_decision_keeps_the_rules(self) -> None:
        """I7, I8, I17, I18, I27: each decision by the account as it was before it and the settings of the step."""
        limits = {each.account: each.limits for each in self.relations}
        for position, entry in self.store.entries(after=self.seen):
            self.seen, shadow = position, self.shadows[entry.account]
            if isinstance(entry.fact, DecisionMade):
                decision = entry.fact.decision
                is_resolved = decision.signal.token.id in self.world.payouts
                judge(decision, shadow, limits[entry.account], is_halted=self.is_halted, is_resolved=is_resolved)
            shadow.follow(entry.fact)

    def _the_books_agree(self) -> None:
        """I12, I13: the portfolio proves itself, agrees with plain arithmetic and with the fold of its ledger."""
        for account, shadow in self.shadows.items():
            portfolio = self.pipeline.desks[account].portfolio
            portfolio.check()
            assert portfolio.dump() == fold(entry for _, entry in self.store.entries(account)).dump()
            assert (int(portfolio.free), int(portfolio.exposure)) == (shadow.free, shadow.exposure())
            held = {key: int(each.shares) for key, each in portfolio.positions.items() if each.shares}
            assert held == {key: each for key, each in shadow.held.items() if each}
            assert all(each >= 0 for each in shadow.held.values()), "I8: sold what was not held"

    def _each_position_is_closed_once(self) -> None:
        """Whatever was bought is held, or was sold or redeemed, once; no market with a result has anything left."""
        for shadow in self.shadows.values():
            assert not {token for (_, token), held in shadow.held.items() if held} & self.world.payouts.keys()
            for key, bought in shadow.bought.items():
                assert bought == shadow.held[key] + shadow.gone[key]

    def _each_action_has_one_decision(self) -> None:
        """I20: copied, skipped or expired, for each account; what waits for its book or its window is pending."""
        waits = self.pipeline._scanner.due_at() is not None
        for shadow in self.shadows.values():
            left = self.shown.keys() - shadow.decided
            assert waits or all(self.shown[action] in self.slow for action in left)

    # --- the machinery -----------------------------------------------------------------------------------------------

    def _show(self, *, sells: bool, **said: Any) -> None:
        side = Side.SELL if sells else Side.BUY
        trade = a_trade(tx=f"0x{len(self.trades):064x}", side=side, **said)
        trade = msgspec.structs.replace(trade, happened_at=self.now)
        self.trades.append(trade)
        self.shown[trade.action_id] = trade.token.id
        self.pipeline.see(trade, self.now)

    def _held(self) -> list[Key]:
        return sorted({key for each in self.shadows.values() for key, held in each.held.items() if held})

    def _wait(self, ms: int) -> None:
        self.now = TimeMs(self.now + ms)
        self.pipeline.reach(self.now)

    def _order(self, number: int) -> Order:
        return list(self.world.orders.values())[number % len(self.world.orders)]

    def _record(self, account: AccountId, fact: Any) -> None:
        self.pipeline._record(self.pipeline.desks[account], fact, None)
        self.store.step_done()

    def _follow(self) -> None:
        changed = msgspec.structs.replace(rules(self.relations, f"v{self.versions}"), is_halted=self.is_halted)
        self.pipeline.follow(changed)


def test_no_short_life_breaks_a_rule() -> None:
    """I7 I8 I12 I13 I17 I18 I20 I27."""
    phases = [phase for phase in Phase if phase is not Phase.explain]
    run_state_machine_as_test(AnyLife, settings=settings(max_examples=30, stateful_step_count=40, phases=phases))


@pytest.mark.slow
def test_no_long_life_breaks_a_rule() -> None:
    """I7 I8 I12 I13 I17 I18 I20 I27."""
    run_state_machine_as_test(AnyLife, settings=settings(max_examples=250, stateful_step_count=60))
