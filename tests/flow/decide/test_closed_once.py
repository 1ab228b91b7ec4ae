"""Whatever comes in whatever order, no sell goes beyond what is held and each position is closed once (I8, C27)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.book import Book, Level
from copydesk.domain.decision import Approved
from copydesk.domain.events import DecisionMade
from copydesk.domain.exits import IS_MIRRORED, Exit, ExitCause, Exits, MirrorStyle, ProfitStep
from copydesk.domain.ids import ActionId, EventId, SignalId, TimeMs
from copydesk.domain.money import Price, Shares, Usdc, average_price
from copydesk.domain.order import Order
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.own_exits.arbiter import first_due
from copydesk.flow.decide.own_exits.seen import Seen
from copydesk.flow.decide.snapshot import Around, snapshot_of
from copydesk.flow.execute.plan import plan
from tests.builders import LEADER, NOON, YES, a_market, a_relation, a_signal, price, shares, usdc
from tests.histories import Account, a_fill, an_id, an_order

KEY = (LEADER, YES.id)
MARKET = a_market(ends_in_s=20_000)
OWN = {
    "stop_loss_bps": 1_000,
    "trailing_bps": 2_000,
    "hold_max_ms": 900_000,
    "before_end_ms": 14_400_000,
    "take_profit": (ProfitStep(2_000, 5_000), ProfitStep(5_000, 10_000)),
    "retries_max": 3,
    "retry_after_ms": 5_000,
}


class Life:
    """One account in one market: it buys, the leader sells, prices move, orders fill in part, end, and settle."""

    def __init__(self, exits: Exits) -> None:
        self.account = Account()
        self.account.deposit(10_000)
        self.relation, self.number, self.now = a_relation(exits=exits, ttl_ms=10**12), 0, int(NOON)
        self.bid: Price | None = price("0.41")
        self.orders: list[Order] = []

    @property
    def held(self) -> Shares:
        position = self.account.portfolio.positions.get(KEY)
        return Shares(0) if position is None else position.shares

    def buy(self, size: int) -> None:
        """Buy at 41 cents, at once."""
        self.number += 1
        cost = Usdc(size * int(price("0.41")))
        order = an_order(self.number, shares=shares(size), reserve=cost, placed_at=TimeMs(self.now))
        self.account.trade(order, a_fill(order))

    def leader_sells(self, size: int, *, without_a_trade: bool) -> None:
        """The leader sells of four hundred, or is seen to hold less."""
        out = Exit(cause=ExitCause.LEADER_LEFT) if without_a_trade else None
        self._signal(size, out, Shares(400_000_000))

    def look(self) -> None:
        """Let the arbiter look, as the pipeline does."""
        portfolio = self.account.portfolio
        position, leaving = portfolio.positions.get(KEY), portfolio.leaving.get(KEY)
        if position is None or leaving is None or not position.shares:
            return
        average = average_price(position.basis, position.shares)
        peak = None if self.bid is None else max(average, self.bid)
        sellable = position.shares - leaving.selling
        seen = Seen(TimeMs(self.now), sellable, average, self.bid, peak, MARKET.ends_at, leaving)
        out = first_due(seen, self.relation.limits.exits)
        if out is not None:
            assert leaving.selling == Shares(0), "C27: an exit began while another was under way"
            self._signal(int(sellable) // 1_000_000 or 1, out, None)

    def fill(self, place: int, part: int) -> None:
        """Fill a part of what an open sell has left, in quarters; four are all."""
        if self.orders:
            order = self.orders[place % len(self.orders)]
            left = int(self.account.portfolio.exiting.unfilled[order.id]) * part // 4
            if left:
                self.number += 1
                amount = f"{left * int(order.limit) // 1_000_000 / 1_000_000:.6f}"
                self.account.book(a_fill(order, self.number, size=f"{left / 1_000_000:.6f}", amount=amount))

    def end(self, place: int) -> None:
        """End an open sell."""
        if self.orders:
            self.account.end(self.orders.pop(place % len(self.orders)).id)

    def settle(self) -> None:
        """The market resolves once nothing is open."""
        if not self.orders and KEY in self.account.portfolio.positions:
            self.account.settle(KEY, price("0.5"))

    def _signal(self, size: int, out: Exit | None, leader_held: Shares | None) -> None:
        self.number += 1
        name = an_id("signal", self.number)
        signal = a_signal(
            id=SignalId(name), side=Side.SELL, size=size, age_s=0, exit=out, leader_held=leader_held,
            actions=(ActionId(name),), events=(EventId(name),),
            **({} if out is None else {"notional": usdc(0)}),
        )  # fmt: skip
        bids = () if self.bid is None else (Level(self.bid, shares(1_000)),)
        book = Book(token=YES.id, at=TimeMs(self.now), bids=bids, asks=(), origin="live")
        around = Around(TimeMs(self.now), MARKET, book, False, False, False, 1)  # noqa: FBT003 - as the pipeline does
        decision = decide(signal, snapshot_of(signal, self.account.portfolio, around), self.relation)
        self.account.add(DecisionMade(decision=decision))
        if isinstance(decision, Approved):
            planned = plan(decision, MARKET)
            self.account.add(planned)
            self.orders.append(planned.order)


STEPS = st.one_of(
    st.tuples(st.just("buy"), st.integers(5, 60)),
    st.tuples(st.just("sell"), st.integers(1, 400)),
    st.tuples(st.just("left"), st.integers(1, 400)),
    st.tuples(st.just("bid"), st.sampled_from([None, "0.02", "0.30", "0.37", "0.41", "0.50", "0.70", "0.90"])),
    st.tuples(st.just("wait"), st.sampled_from([1_000, 6_000, 60_000, 901_000, 7_000_000])),
    st.tuples(st.just("fill"), st.integers(0, 19)),
    st.tuples(st.just("end"), st.integers(0, 5)),
    st.tuples(st.just("settle"), st.just(0)),
)


def happen(life: Life, what: str, how: object) -> None:
    """Let one thing happen."""
    match what, how:
        case "buy", int(size):
            life.buy(size)
        case "sell" | "left", int(size):
            life.leader_sells(size, without_a_trade=what == "left")
        case "bid", at:
            life.bid = None if at is None else price(str(at))
        case "wait", int(ms):
            life.now += ms
        case "fill", int(number):
            life.fill(number // 5, number % 5)
        case "end", int(place):
            life.end(place)
        case _:
            life.settle()


@given(st.sampled_from(sorted(IS_MIRRORED | {MirrorStyle.NONE})), st.lists(STEPS, min_size=5, max_size=40))
def test_no_interleaving_sells_more_than_is_held(style: MirrorStyle, steps: list[tuple[str, object]]) -> None:
    """I8, C27, I13: mirror exits, own exits, retries, partial fills, ends and settlements in any order."""
    life = Life(Exits(mirror=style, fixed=usdc(10), **OWN))  # type: ignore[arg-type]
    life.buy(60)
    for what, how in steps:
        happen(life, what, how)
        life.look()
        open_sells = sum(int(rest) for rest in life.account.portfolio.exiting.unfilled.values())
        assert 0 <= open_sells <= int(life.held)
        life.account.portfolio.check()
