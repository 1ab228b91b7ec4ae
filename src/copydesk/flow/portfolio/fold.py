"""The `Portfolio`: what one account owns, owes and earned, folded fact by fact from its ledger (I12, I13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.errors import Broken, require
from copydesk.domain.events import (
    ActivitySeen,
    BookName,
    Corrected,
    DecisionMade,
    Deposited,
    FillBooked,
    LeaderFollowed,
    LeaderLeft,
    OrderEnded,
    OrderPlanned,
    RunFinished,
    RunStarted,
    Settled,
    TradeReplaced,
)
from copydesk.domain.ids import FillKey, MarketId, OrderId, TokenId, Wallet
from copydesk.domain.money import NO_SHARES, NO_USDC, Price, Usdc, proceeds
from copydesk.domain.order import Order
from copydesk.domain.position import Position
from copydesk.flow.portfolio.controls import Controls
from copydesk.flow.portfolio.entering import Entering
from copydesk.flow.portfolio.exiting import Exiting
from copydesk.flow.portfolio.exposures import Exposures
from copydesk.flow.portfolio.holding import held_after, settled_after
from copydesk.flow.portfolio.proof import dump, prove
from copydesk.flow.portfolio.record import Records
from copydesk.flow.portfolio.resting import Resting
from copydesk.flow.portfolio.results import Results, Unrealised
from copydesk.flow.portfolio.stances import Stances

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copydesk.domain.events import Entry, Fact
    from copydesk.domain.exits import Leaving
    from copydesk.domain.ids import TimeMs
    from copydesk.domain.leader_record import LeaderRecord
    from copydesk.domain.record import AccountRecord
    from copydesk.domain.rest import Rest
    from copydesk.flow.portfolio.spending import Spending

PositionKey = tuple[Wallet, TokenId]


class OpenOrder(msgspec.Struct, kw_only=True):
    """An order the venue may still fill: what is left of its reserve, and the fills that are booked."""

    order: Order
    reserved: Usdc
    fills: dict[FillKey, None]


class Portfolio:
    """The running projection of one account. Everything is an attribute or a look-up; each fact costs O(1).

    `positions` are those not yet settled, whether shares are left or not; `settled` sums up what was settled before.
    Exposures are deployed at cost plus reserved, and hold no zeros.
    """

    __slots__ = (
        "controls",
        "corrections",
        "deployed",
        "deposited",
        "entering",
        "exiting",
        "exposures",
        "fees",
        "free",
        "open_orders",
        "positions",
        "positions_open",
        "realised",
        "records",
        "reserved",
        "resting",
        "results",
        "settled",
        "stances",
    )

    def __init__(self) -> None:
        self.free = self.reserved = self.deployed = NO_USDC
        self.fees = self.realised = self.deposited = NO_USDC
        self.positions: dict[PositionKey, Position] = {}
        self.settled: dict[PositionKey, Position] = {}
        self.positions_open = 0
        self.open_orders: dict[OrderId, OpenOrder] = {}
        self.exposures = Exposures()
        self.entering = Entering()
        self.corrections: dict[tuple[str, str], int] = {}
        self.exiting = Exiting()
        self.results = Results()
        self.resting = Resting()
        self.controls = Controls()
        self.records = Records()
        self.stances = Stances()

    @property
    def bankroll(self) -> Usdc:
        """All the account has at cost: free + reserved + deployed."""
        return self.free + self.reserved + self.deployed

    @property
    def leaving(self) -> Mapping[PositionKey, Leaving]:
        """How far each position is on its way out."""
        return self.exiting.by_position

    @property
    def exposure(self) -> Usdc:
        """All that is at stake: deployed at cost plus reserved."""
        return self.reserved + self.deployed

    @property
    def spending(self) -> Spending:
        """What entries cost, by day."""
        return self.entering.spending

    @property
    def rests(self) -> dict[PositionKey, Rest]:
        """What is put aside until it is enough for an order."""
        return self.resting.rests

    @property
    def exposure_by_market(self) -> dict[MarketId, Usdc]:
        """What is at stake in each market."""
        return self.exposures.by_market

    @property
    def exposure_by_leader(self) -> dict[Wallet, Usdc]:
        """What is at stake because of each leader."""
        return self.exposures.by_leader

    @property
    def account_record(self) -> AccountRecord | None:
        """How the account has done by day, by week and from its peak; None where entries had no time."""
        return self.records.account

    def leader_record(self, leader: Wallet) -> LeaderRecord | None:
        """How copies of one leader have done; None where entries had no time."""
        return self.records.leader(leader)

    def apply(self, fact: Fact, at: TimeMs | None = None) -> None:
        """Take in one fact of an entry recorded `at`. Without a time, no stop can tell what it needs: it refuses.

        Raises `Broken` if the facts before it do not allow it; the portfolio is then unusable.
        """
        self.records.enter(at, self.deposited, self.realised - self.fees)
        match fact:
            case DecisionMade():
                self.results.decide(fact.decision)
                self.resting.decide(fact.decision)
                self.controls.decided(fact.decision)
                self.stances.decide(fact.decision)
                self.exiting.decide(fact.decision)
            case OrderPlanned():
                self._plan(fact.order)
            case FillBooked():
                self._book(fact)
            case OrderEnded():
                self._end(fact)
            case Settled():
                self._settle(fact)
            case Deposited() | Corrected():
                self._adjust(fact)
            case ActivitySeen() | RunStarted() | RunFinished() | LeaderFollowed() | LeaderLeft() | TradeReplaced():
                self.stances.note(fact)
            case _:
                self.controls.apply(fact)
                self.records.control(fact, self.deposited, self.realised - self.fees)

    def check(self) -> None:
        """Raise `Broken` unless every identity holds: I13, positions, reserves, exposures, profit by anything."""
        prove(self)

    def dump(self) -> bytes:
        """Everything, as canonical JSON: equal portfolios give equal bytes (I12)."""
        return dump(self)

    def unrealised(self, marks: Mapping[TokenId, Price]) -> Unrealised:
        """What the open positions would bring at `marks`, rounded down, less their cost; the unmarked are counted."""
        profit = value = NO_USDC
        marked = unmarked = 0
        for position in self.positions.values():
            if not position.shares:
                continue
            mark = marks.get(position.token)
            if mark is None:
                unmarked += 1
                continue
            marked += 1
            worth = proceeds(position.shares, mark)
            value += worth
            profit += worth - position.basis
        return Unrealised(profit=profit, value=value, marked=marked, unmarked=unmarked)

    def _plan(self, order: Order) -> None:
        require(order.id not in self.open_orders, f"order {order.id} is planned twice")
        self.open_orders[order.id] = OpenOrder(order=order, reserved=order.reserve, fills={})
        self.free -= order.reserve
        self.reserved += order.reserve
        self.exposures.name(order)
        self.exposures.add(order.token.market, (order.leader, order.token.id), order.reserve)
        self.entering.plan(order, is_open=self._is_open(order))
        self.exiting.plan(order)
        self.records.leaders.stake(order.leader, self.exposures.by_leader.get(order.leader, NO_USDC))

    def _book(self, fact: FillBooked) -> None:
        order = self._take_from_order(fact)
        cash = -fact.amount if fact.shares > NO_SHARES else fact.amount
        require(fact.realised == cash + fact.basis, f"fill {fact.key}: realised is not what came in plus basis")
        self.free += fact.released + cash - fact.fee
        self.reserved -= fact.released
        self.deployed += fact.basis
        self.realised += fact.realised
        self.fees += fact.fee
        self.exposures.add(fact.market, (fact.leader, fact.token), fact.basis - fact.released)
        self.entering.book(order, fact)
        self._hold(fact, order)
        self.results.fills += 1
        self.results.gap.observe(fact)
        self.results.earn(fact.leader, fact.market, fact.category, fact.realised - fact.fee)
        self.records.measure(self.deposited, self.realised - self.fees)
        self.records.leaders.stake(fact.leader, self.exposures.by_leader.get(fact.leader, NO_USDC))

    def _take_from_order(self, fact: FillBooked) -> Order:
        waiting = self.open_orders.get(fact.order)
        if waiting is None:
            raise Broken(f"fill {fact.key} is of order {fact.order}, which is not open")
        require(fact.key not in waiting.fills, f"I10: fill {fact.key} is booked twice")
        require(NO_USDC <= fact.released <= waiting.reserved, f"fill {fact.key} releases more than was reserved")
        waiting.fills[fact.key] = None
        waiting.reserved -= fact.released
        return waiting.order

    def _hold(self, fact: FillBooked, order: Order) -> None:
        key = (fact.leader, fact.token)
        held = self.positions.get(key)
        was_open = held is not None and held.is_open
        after = held_after(held, fact)
        self.positions[key] = after
        self.positions_open += after.is_open - was_open
        self.entering.hold(key, was_open=was_open, is_open=after.is_open)
        self.exiting.book(fact, order, was_open=was_open)
        self.records.fill(fact, after, was_open=was_open)

    def _is_open(self, order: Order) -> bool:
        held = self.positions.get((order.leader, order.token.id))
        return held is not None and held.is_open

    def _end(self, fact: OrderEnded) -> None:
        waiting = self.open_orders.pop(fact.order, None)
        if waiting is None:
            raise Broken(f"order {fact.order} ends but is not open")
        require(fact.released == waiting.reserved, f"order {fact.order} does not release what is left of its reserve")
        self.reserved -= fact.released
        self.free += fact.released
        order = waiting.order
        self.exposures.add(order.token.market, (order.leader, order.token.id), -fact.released)
        self.entering.end(order, fact.released, is_open=self._is_open(order))
        self.exiting.end(fact, order)
        self.results.ended[fact.ending] = self.results.ended.get(fact.ending, 0) + 1

    def _settle(self, fact: Settled) -> None:
        key = (fact.leader, fact.token)
        held = self.positions.pop(key, None)
        if held is None:
            raise Broken(f"token {fact.token} of leader {fact.leader} settles but is not held")
        agrees = (fact.shares, fact.basis, fact.fills) == (held.shares, -held.basis, held.fills)
        require(agrees and fact.realised == fact.payout + fact.basis, f"token {fact.token} settles as what is not held")
        self.free += fact.payout
        self.deployed += fact.basis
        self.realised += fact.realised
        self.exposures.add(held.market, key, fact.basis)
        self.positions_open -= held.is_open
        self.entering.hold(key, was_open=held.is_open, is_open=False)
        self.exiting.settle(key)
        self.records.settle(held, fact)
        self.stances.settle(held.market)
        self.settled[key] = settled_after(self.settled.get(key), held, fact)
        self.results.settlements += 1
        self.results.settled_fills += fact.fills
        self.results.earn(held.leader, held.market, held.category, fact.realised)
        self.records.measure(self.deposited, self.realised - self.fees)

    def _adjust(self, fact: Deposited | Corrected) -> None:
        if isinstance(fact, Deposited):
            self.free += fact.amount
            self.deposited += fact.amount
            return
        moved = dict.fromkeys(BookName, 0)
        for book, asset, amount in fact.postings:
            require(book in moved, f"a correction names the unknown book {book}")
            moved[BookName(book)] += amount
            self.corrections[book, asset] = self.corrections.get((book, asset), 0) + amount
        self.free += Usdc(moved[BookName.FREE])
        self.reserved += Usdc(moved[BookName.RESERVED])
        self.deployed += Usdc(moved[BookName.DEPLOYED])
        self.fees += Usdc(moved[BookName.FEES])
        self.realised -= Usdc(moved[BookName.REALISED])
        self.deposited -= Usdc(moved[BookName.DEPOSITS])
        self.records.measure(self.deposited, self.realised - self.fees)


def fold(entries: Iterable[Entry]) -> Portfolio:
    """The portfolio of one account after `entries`, which must be all of its ledger from the first on."""
    portfolio = Portfolio()
    for entry in entries:
        portfolio.apply(entry.fact, entry.recorded_at)
    return portfolio
