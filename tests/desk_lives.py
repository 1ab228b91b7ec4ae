"""A desk whose whole world is said by a test: markets, a venue that fills on command, and a plain model beside it.

`Shadow` follows the facts of one account by its own simple arithmetic and judges each decision by the rules as the
documents state them, so that a bug would have to be made twice to go unseen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from copydesk.domain.book import Book, Level
from copydesk.domain.control import Halted, HaltSource, LeaderCutOff, LeaderRestored, Resumed
from copydesk.domain.decision import Approved, Decision, Expired
from copydesk.domain.events import (
    BookName,
    Corrected,
    DecisionMade,
    Deposited,
    Fact,
    FillBooked,
    OrderEnded,
    OrderPlanned,
    Settled,
)
from copydesk.domain.ids import ActionId, OrderId, TimeMs, TokenId, Wallet, fill_key
from copydesk.domain.limits import Limits
from copydesk.domain.market import Market, Payout
from copydesk.domain.money import BPS, MICROS, Price, Shares, Usdc
from copydesk.domain.order import Ending, Fill, Order, OrderClosed, OrderEvent
from copydesk.domain.trade import LeaderTrade, Side, Token
from tests.builders import NOON, a_market, shares

Key = tuple[Wallet, TokenId]
FEE_BPS = 500
SELLABLE = int(shares(26))
"""So many shares can be sold at any price of these worlds: 26 at four cents are a dollar."""


class World:
    """Markets, books and results as the test sets them, and a venue that does with an order what it is told."""

    def __init__(self) -> None:
        self.prices: dict[TokenId, Price] = {}
        self.payouts: dict[TokenId, Payout] = {}
        self.orders: dict[OrderId, Order] = {}
        self.filled: Counter[OrderId] = Counter()
        self._told: list[OrderEvent] = []
        self._now = TimeMs(0)

    def market(self, token: Token) -> Market:
        """As `MarketDirectory.market`: a cent of tick, a fee, and an end that is years away."""
        market = a_market(id=token.market, taker_fee_bps=FEE_BPS)
        return msgspec.structs.replace(market, ends_at=TimeMs(NOON + 10**12))

    def book(self, token: Token, at: TimeMs) -> Book | None:
        """As `BookSource.book`: deep, a cent wide, at the last price."""
        ask = self.prices[token.id]
        sides = [(Level(each, shares(100_000)),) for each in (ask - Price(10_000), ask)]
        return Book(token=token.id, at=at, bids=sides[0], asks=sides[1], origin="live")

    def payout(self, token: Token) -> Payout | None:
        """As `ResultSource.payout`."""
        return self.payouts.get(token.id)

    def observe(self, trade: LeaderTrade) -> None:
        """As `Venue.observe`."""

    def submit(self, order: Order) -> None:
        """As `Venue.submit`."""
        assert order.id not in self.orders
        self.orders[order.id] = order

    def due_at(self) -> TimeMs | None:
        """As `Venue.due_at`."""
        return self._now if self._told else None

    def events(self, now: TimeMs) -> Sequence[OrderEvent]:
        """As `Venue.events`."""
        told, self._told = self._told, []
        return told

    def fill(self, order: Order, percent: int, now: TimeMs) -> None:
        """Fill so much of what is left of an order, at its limit."""
        left = int(order.shares) - self.filled[order.id]
        size = left * percent // 100
        if size <= 0:
            return
        self.filled[order.id] += size
        amount = size * int(order.limit) // MICROS
        fee = amount * FEE_BPS * (MICROS - int(order.limit)) // (BPS * MICROS)
        number = str(self.filled[order.id])
        self._tell(
            Fill(
                key=fill_key(order.id, number), order=order.id, shares=Shares(size), amount=Usdc(amount),
                fee=Usdc(fee), filled_at=now,
            ),
            now,
        )  # fmt: skip

    def end(self, order: Order, now: TimeMs) -> None:
        """Nothing more of an order is filled."""
        del self.orders[order.id]
        ending = Ending.PART_FILLED if self.filled[order.id] else Ending.UNFILLED
        self._tell(OrderClosed(order=order.id, ending=ending, closed_at=now), now)

    def _tell(self, event: OrderEvent, now: TimeMs) -> None:
        self._told.append(event)
        self._now = now


class Shadow:
    """One account by plain arithmetic on its facts. Every `judge` raises where the desk broke a rule."""

    def __init__(self) -> None:
        self.deposited = self.free = self.corrected = 0
        self.orders: dict[OrderId, Order] = {}
        self.reserved: Counter[OrderId] = Counter()
        self.unfilled: Counter[OrderId] = Counter()
        self.held: Counter[Key] = Counter()
        self.basis: Counter[Key] = Counter()
        self.market_of: dict[Key, str] = {}
        self.bought: Counter[Key] = Counter()
        self.gone: Counter[Key] = Counter()
        self.decided: set[ActionId] = set()
        self.halts: dict[HaltSource, Halted] = {}
        self.cut_off: set[Wallet] = set()

    def follow(self, fact: Fact) -> None:
        """Take a fact in."""
        match fact:
            case Deposited():
                self.deposited += int(fact.amount)
                self.free += int(fact.amount)
            case DecisionMade():
                self.decided.update(fact.decision.signal.actions)
            case OrderPlanned():
                self._planned(fact.order)
            case FillBooked():
                self._filled(fact)
            case OrderEnded():
                self._ended(fact)
            case Settled():
                self._settled(fact)
            case Corrected():
                self._corrected(fact)
            case _:
                self._controlled(fact)

    def exposure(self, *, market: str | None = None, leader: Wallet | None = None) -> int:
        """What is at stake in all, in one market, or behind one leader."""
        reserved = sum(
            self.reserved[each.id]
            for each in self.orders.values()
            if (market is None or each.token.market == market) and (leader is None or each.leader == leader)
        )
        deployed = sum(
            basis
            for key, basis in self.basis.items()
            if (market is None or self.market_of[key] == market) and (leader is None or key[0] == leader)
        )
        return reserved + deployed + (self.corrected if market is leader is None else 0)

    def sellable(self, key: Key) -> int:
        """What is held and in no open sell."""
        selling = sum(
            self.unfilled[each.id]
            for each in self.orders.values()
            if each.side is Side.SELL and (each.leader, each.token.id) == key
        )
        return self.held[key] - selling

    def _planned(self, order: Order) -> None:
        self.orders[order.id] = order
        self.reserved[order.id] = int(order.reserve)
        self.unfilled[order.id] = int(order.shares)
        self.free -= int(order.reserve)

    def _filled(self, fact: FillBooked) -> None:
        key = (fact.leader, fact.token)
        spent = int(fact.amount) + int(fact.fee)
        released = min(self.reserved[fact.order], spent) if int(fact.shares) > 0 else 0
        self.reserved[fact.order] -= released
        self.free += released + (-spent if int(fact.shares) > 0 else int(fact.amount) - int(fact.fee))
        self.unfilled[fact.order] -= abs(int(fact.shares))
        assert self.unfilled[fact.order] >= 0
        self.held[key] += int(fact.shares)
        self.basis[key] += int(fact.basis)
        self.market_of[key] = fact.market
        (self.bought if int(fact.shares) > 0 else self.gone)[key] += abs(int(fact.shares))

    def _settled(self, fact: Settled) -> None:
        key = (fact.leader, fact.token)
        assert int(fact.shares) == self.held[key], "each position is closed once: with what is held, no more"
        self.gone[key] += self.held.pop(key)
        self.free += int(fact.payout)
        self.basis.pop(key)

    def _corrected(self, fact: Corrected) -> None:
        for book, _, amount in fact.postings:
            self.free += amount if book == BookName.FREE else 0
            self.corrected += amount if book == BookName.DEPLOYED else 0

    def _ended(self, fact: OrderEnded) -> None:
        self.free += self.reserved.pop(fact.order, 0)
        del self.orders[fact.order], self.unfilled[fact.order]

    def _controlled(self, fact: Fact) -> None:
        match fact:
            case Halted():
                self.halts[fact.source] = fact
            case Resumed():
                self.halts.pop(fact.source, None)
            case LeaderCutOff():
                self.cut_off.add(fact.leader)
            case LeaderRestored():
                self.cut_off.remove(fact.leader)


def judge(decision: Decision, before: Shadow, limits: Limits, *, is_halted: bool, is_resolved: bool) -> None:
    """Hold one decision against the account as it was before it, and the limits that were in force."""
    assert decision.settings_version == limits.version, "I27: decided under settings that no longer hold"
    if before.decided.intersection(decision.signal.actions):
        assert not isinstance(decision, Approved), "I20: an action that was decided before is copied"
    elif decision.signal.side is Side.SELL:
        _judge_sell(decision, before, limits, is_resolved=is_resolved)
    elif isinstance(decision, Approved):
        assert not is_halted, "I18: an entry while the settings halt"
        assert not before.halts, "I18: an entry while halted"
        assert decision.signal.leader not in before.cut_off, "an entry after a leader that is cut off"
        _judge_buy(decision, before, limits)


def _judge_sell(decision: Decision, before: Shadow, limits: Limits, *, is_resolved: bool) -> None:
    signal = decision.signal
    sellable = before.sellable((signal.leader, signal.token.id))
    is_frozen = any(each.freezes_exits for each in before.halts.values())
    if isinstance(decision, Approved):
        assert not is_frozen, "an exit while exits are frozen"
        assert 0 < int(decision.shares) <= sellable, "I8: a sell of more than is held and not being sold"
        assert int(decision.limit) % 10_000 == 0, "I7: a limit off the tick"
        assert int(decision.limit) * BPS >= int(signal.price) * (BPS - limits.exit_slip_max_bps), "I7: beyond the slip"
        return
    is_excused = isinstance(decision, Expired) or is_resolved or is_frozen
    assert is_excused or sellable < SELLABLE, f"I18: an exit was refused: {decision}"


def _judge_buy(decision: Approved, before: Shadow, limits: Limits) -> None:
    """I7, I17: every cap, after rounding, cost and fee at the limit included."""
    signal, caps = decision.signal, limits.caps
    limit, size, reserve = int(decision.limit), int(decision.shares), int(decision.reserve)
    assert limit % 10_000 == 0
    assert 0 < limit < MICROS
    assert limit * BPS <= int(signal.price) * (BPS + limits.slip_max_bps), "I7: beyond the slip"
    assert size >= int(shares(5))
    assert size * limit >= MICROS * MICROS, "I7: below the venue's minimum"
    fee = size * limit * FEE_BPS * (MICROS - limit) // (BPS * MICROS * MICROS)
    assert reserve >= size * limit // MICROS + fee, "I17: the reserve does not cover what the order may cost"
    bankroll = before.free + before.exposure()
    most = {
        "trade": (0, _least(caps.trade_max, bankroll, caps.trade_bps)),
        "market": (
            before.exposure(market=signal.token.market),
            _least(caps.market_max, bankroll, caps.market_bps),
        ),
        "leader": (before.exposure(leader=signal.leader), _least(None, bankroll, caps.leader_bps)),
        "total": (before.exposure(), _least(caps.total_max, bankroll, caps.total_bps)),
        "reserve": (before.deposited * caps.reserve_bps // BPS, before.free),
    }
    for name, (used, cap) in most.items():
        assert used + reserve <= cap, f"I17: {used} + {reserve} is above the {name} cap of {cap}"
    key = (signal.leader, signal.token.id)
    open_now = sum(1 for held in before.held.values() if held)
    assert before.held[key] or limits.gates.positions_max is None or open_now < limits.gates.positions_max


def _least(absolute: Usdc | None, bankroll: int, bps: int) -> int:
    relative = bankroll * bps // BPS
    return relative if absolute is None else min(relative, int(absolute))
