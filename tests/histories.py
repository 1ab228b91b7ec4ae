"""Facts and whole histories of them: one of each kind, said by name, and random ones that an account could live."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec
from hypothesis import strategies as st

from copydesk.domain.control import (
    Command,
    CommandTaken,
    Halted,
    HaltSource,
    LeaderCutOff,
    LeaderRestored,
    RelationPaused,
    RelationResumed,
    Resumed,
    Verb,
)
from copydesk.domain.decision import Approved, Decision, Expired, SizingLine, Skipped
from copydesk.domain.events import (
    ActivitySeen,
    BookName,
    Corrected,
    DecisionMade,
    Deposited,
    Entry,
    Fact,
    FillBooked,
    LeaderFollowed,
    LeaderLeft,
    OrderEnded,
    OrderPlanned,
    RunFinished,
    RunStarted,
    SealedRow,
    TradeReplaced,
)
from copydesk.domain.ids import (
    AccountId,
    ActionId,
    ClientId,
    EventId,
    FillKey,
    IntentId,
    MarketId,
    OrderId,
    SignalId,
    TimeMs,
    TokenId,
    Wallet,
)
from copydesk.domain.money import MICROS, Price, Shares, Usdc
from copydesk.domain.order import Ending, Fill, Order
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal
from copydesk.domain.trade import ActivityKind, LeaderActivity, Side, Token
from copydesk.flow.ledger.seal import Sealer
from copydesk.flow.portfolio.booking import booking_of, settlement_of
from copydesk.flow.portfolio.fold import Portfolio
from tests.builders import LEADER, MARKET, NO, NOON, YES, price, shares, usdc

# `one_of_each` is what the golden ledger holds: nothing it is made of may change.
ACCOUNT = AccountId("desk")
OTHER_LEADER = Wallet("0x" + "2f" * 20)
ELSEWHERE = Token(id=TokenId("2001"), market=MarketId("0x" + "cd" * 32), outcome="Up", title="Up or down?")


THE_SIGNAL = Signal(
    id=SignalId("5" * 64),
    client=ClientId("me"),
    leader=LEADER,
    token=YES,
    side=Side.BUY,
    shares=shares(100),
    notional=usdc(40),
    happened_at=TimeMs(NOON - 10_000),
    seen_at=NOON,
    leader_held=shares(7),
    actions=(ActionId("a" * 64),),
    events=(EventId("e" * 64),),
    tx_hashes=("0x" + "77" * 32,),
)
THE_ACTIVITY = LeaderActivity(
    event_id=EventId("1" * 64),
    kind=ActivityKind.REDEEM,
    leader=LEADER,
    market=MARKET,
    token=None,
    shares=shares("12.5"),
    cash=usdc("12.5"),
    happened_at=NOON,
    source="test",
)


THE_COMMAND = Command(id=EventId("c" * 64), verb=Verb.HALT, given_at=NOON, words="lunch", freezes_exits=True)
CONTROLS: tuple[Fact, ...] = (
    CommandTaken(command=THE_COMMAND, left=""),
    Halted(source=HaltSource.OPERATOR, since=NOON, words="lunch", freezes_exits=True, command="c" * 64),
    Resumed(source=HaltSource.OPERATOR, words="back"),
    LeaderCutOff(leader=LEADER, source=HaltSource.LOSS, since=NOON, words="20% down"),
    LeaderRestored(leader=LEADER, words="looked at"),
    RelationPaused(leader=None, since=NOON, words="on holiday"),
    RelationResumed(leader=None),
)


def an_id(*parts: object) -> str:
    """Sixty-four hex digits made of `parts`."""
    return sha256(repr(parts).encode()).hexdigest()


def a_decision(decision: type[Decision] = Skipped, **said: Any) -> DecisionMade:
    """A decision of `THE_SIGNAL`: skipped for its age unless another kind is said."""
    parts: dict[str, Any] = {
        "account": ACCOUNT,
        "signal": THE_SIGNAL,
        "decided_at": NOON,
        "settings_version": "v1",
        "checks": (Check(Reason.AGE, 31_000, 30_000, "ms", passed=False),),
    }
    if decision is Skipped:
        parts["reason"] = Reason.AGE
    if decision is Approved:
        parts |= {
            "checks": (
                Check(Reason.AGE, 10_000, 30_000, "ms", passed=True),
                Check(Reason.DEPTH, None, 1, "micros", passed=True),
            ),
            "sizing": (SizingLine("fixed", None, 25_000_000), SizingLine("trade", 20_000_000, 20_000_000, "of 1,000")),
            "shares": shares(50),
            "limit": price("0.41"),
            "reserve": usdc("20.5"),
            "binding_cap": "trade",
        }
    return DecisionMade(decision=decision(**(parts | said)))


def an_order(number: int = 1, **said: Any) -> Order:
    """A buy of 50 Yes at no more than 0.41, with all of that set aside."""
    intent = IntentId(an_id("intent", number))
    parts: dict[str, Any] = {
        "id": OrderId(intent),
        "intent": intent,
        "account": ACCOUNT,
        "signal": SignalId("5" * 64),
        "leader": LEADER,
        "token": YES,
        "category": "weather",
        "side": Side.BUY,
        "shares": shares(50),
        "limit": price("0.41"),
        "reserve": usdc("20.5"),
        "leader_price": price("0.40"),
        "taker_fee_bps": 0,
        "causes": (EventId("e" * 64),),
        "placed_at": NOON,
    }
    return Order(**(parts | said))


def a_sell(number: int = 1, **said: Any) -> Order:
    """A sell of 50 Yes at no less than 0.30; a sell sets nothing aside."""
    return an_order(number, **({"side": Side.SELL, "limit": price("0.30"), "reserve": usdc(0)} | said))


def planned(order: Order) -> OrderPlanned:
    """The intent of `order`."""
    return OrderPlanned(intent=order.intent, order=order)


def a_fill(order: Order, number: int = 1, **said: Any) -> Fill:
    """All of `order` at its limit, without a fee; `size`, `amount` and `fee` can be said as text."""
    size = shares(said.pop("size")) if "size" in said else order.shares
    amount = usdc(said.pop("amount")) if "amount" in said else Usdc(int(size) * int(order.limit) // MICROS)
    key = FillKey(an_id("fill", order.id, number))
    return Fill(key=key, order=order.id, shares=size, amount=amount, fee=usdc(said.pop("fee", 0)), filled_at=NOON)


class Account:
    """An account as facts make it: it books, ends and settles what it holds, and remembers every fact."""

    def __init__(self) -> None:
        self.portfolio = Portfolio()
        self.facts: list[Fact] = []

    def add(self, fact: Fact) -> None:
        """Let `fact` happen."""
        self.portfolio.apply(fact)
        self.facts.append(fact)

    def deposit(self, amount: str | int) -> None:
        """Pay in, or out."""
        self.add(Deposited(amount=usdc(amount), note=""))

    def trade(self, order: Order, *fills: Fill) -> None:
        """Plan `order`, book its fills and end it."""
        self.add(planned(order))
        for fill in fills:
            self.book(fill)
        self.end(order.id)

    def book(self, fill: Fill) -> FillBooked:
        """Book a fill of an open order."""
        waiting = self.portfolio.open_orders[fill.order]
        order = waiting.order
        held = self.portfolio.positions.get((order.leader, order.token.id))
        booked = booking_of(order, waiting.reserved, fill, held)
        self.add(booked)
        return booked

    def end(self, order: OrderId) -> None:
        """End an open order."""
        waiting = self.portfolio.open_orders[order]
        ending = Ending.FILLED if waiting.fills else Ending.UNFILLED
        self.add(OrderEnded(order=order, ending=ending, released=waiting.reserved))

    def settle(self, key: tuple[Wallet, TokenId], per_share: Price) -> None:
        """Redeem a position."""
        self.add(settlement_of(self.portfolio.positions[key], per_share))


def one_of_each() -> list[Fact]:
    """A short life with every kind of fact in it, and every kind of decision."""
    account = Account()
    account.add(RunStarted(kind="replay", preset="balanced", settings_version="v1"))
    account.add(Deposited(amount=usdc(1_000), note="starting bankroll"))
    account.add(ActivitySeen(activity=THE_ACTIVITY))
    account.add(a_decision(Skipped))
    account.add(a_decision(Expired))
    account.add(a_decision(Approved))
    buy = an_order(token=Token(id=YES.id, market=MARKET, outcome="Yes", title="Will it rain in Zürich? ☔"))
    account.add(planned(buy))
    account.book(a_fill(buy, 1, size="30", amount="12.000001", fee="0.0123"))
    account.end(buy.id)
    sell = a_sell(2, shares=shares(10))
    account.trade(sell, a_fill(sell, size="10", amount="4.5"))
    account.settle((LEADER, YES.id), price("0.5"))
    lines = ((BookName.FREE, "USDC", 1), (BookName.FEES, "USDC", -1))
    account.add(Corrected(entry=8, why="the fee was one micro less", postings=lines))
    account.add(RunFinished(kind="replay"))
    account.add(LeaderFollowed(leader=LEADER, since=NOON, visible=3))
    account.add(LeaderLeft(leader=LEADER))
    account.add(TradeReplaced(leader=LEADER, earlier=EventId("1" * 64), later=EventId("2" * 64)))
    for fact in CONTROLS:
        account.add(fact)
    return account.facts


def sealed(facts: Iterable[Fact], account: AccountId = ACCOUNT) -> list[Entry]:
    """The facts as entries, a second apart."""
    sealer = Sealer(account)
    return [
        sealer.seal(fact, TimeMs(NOON + 1000 * number), EventId("e" * 64) if number else None)
        for number, fact in enumerate(facts)
    ]


def a_row(entry: Entry, position: int) -> SealedRow:
    """The entry as a store holds it."""
    return SealedRow(
        position=position,
        account=entry.account,
        seq=entry.seq,
        recorded_at=entry.recorded_at,
        kind=str(type(entry.fact).__struct_config__.tag),
        origin=entry.origin,
        hash=entry.hash,
        body=entry.body,
    )


def rows(entries: Iterable[Entry]) -> list[SealedRow]:
    """The entries as a store holds them that has nothing else."""
    return [a_row(entry, position) for position, entry in enumerate(entries, start=1)]


_AMOUNTS = st.integers(0, 60 * MICROS)
_FEES = st.one_of(st.just(0), st.integers(0, 10_000))
_SIZES = st.one_of(st.integers(1, 9), st.integers(1, 100 * MICROS), st.integers(1, 50).map(lambda n: n * MICROS))
_LEADERS = st.sampled_from((LEADER, OTHER_LEADER))
_TOKENS = st.sampled_from((YES, NO, ELSEWHERE))
_STEPS = ("aside", "plan", "plan", "fill", "fill", "fill", "fill", "end", "settle")


@st.composite
def histories(draw: st.DrawFn, steps_max: int = 40) -> list[Fact]:
    """The facts of a random life: leaders and tokens, partial fills, sells, shorts, settlements, corrections."""
    account = Account()
    account.deposit(1_000)
    for number in range(draw(st.integers(0, steps_max))):
        _live(draw, account, draw(st.sampled_from(_STEPS)), number)
    return account.facts


def _live(draw: st.DrawFn, account: Account, step: str, number: int) -> None:
    holdings, waiting = sorted(account.portfolio.positions), sorted(account.portfolio.open_orders)
    match step:
        case "plan":
            account.add(planned(_order(draw, number)))
        case "settle" if holdings:
            account.settle(draw(st.sampled_from(holdings)), Price(draw(st.sampled_from((0, MICROS // 2, MICROS)))))
        case "fill" if waiting:
            order = account.portfolio.open_orders[draw(st.sampled_from(waiting))].order
            account.book(_fill(draw, order, account, number))
        case "end" if waiting:
            account.end(draw(st.sampled_from(waiting)))
        case _:
            account.add(_aside(draw))


def _aside(draw: st.DrawFn) -> Fact:
    match draw(st.sampled_from(("deposit", "decide", "note", "correct"))):
        case "deposit":
            return Deposited(amount=Usdc(draw(st.integers(-MICROS, MICROS))), note="")
        case "decide":
            kinds: tuple[type[Decision], ...] = (Approved, Skipped, Expired)
            return a_decision(draw(st.sampled_from(kinds)))
        case "note":
            return ActivitySeen(activity=THE_ACTIVITY)
        case _:
            return _correction(draw)


def _order(draw: st.DrawFn, number: int) -> Order:
    token = msgspec.structs.replace(draw(_TOKENS), event_slug=draw(st.sampled_from(("", "rain", "snow"))))
    category = draw(st.sampled_from(("", "weather", "crypto")))
    said = {
        "leader": draw(_LEADERS),
        "token": token,
        "category": category,
        "leader_price": Price(draw(st.integers(0, MICROS))),
    }
    if draw(st.booleans()):
        return a_sell(number, **said)
    return an_order(number, reserve=Usdc(draw(_AMOUNTS)), **said)


def _fill(draw: st.DrawFn, order: Order, account: Account, number: int) -> Fill:
    held = account.portfolio.positions.get((order.leader, order.token.id))
    all_of_it = [st.just(abs(int(held.shares)))] if held is not None and held.shares else []
    return Fill(
        key=FillKey(an_id("fill", order.id, number)),
        order=order.id,
        shares=Shares(draw(st.one_of(_SIZES, *all_of_it))),
        amount=Usdc(draw(_AMOUNTS)),
        fee=Usdc(draw(_FEES)),
        filled_at=NOON,
    )


def _correction(draw: st.DrawFn) -> Corrected:
    money = [BookName.FREE, BookName.RESERVED, BookName.DEPLOYED, BookName.FEES, BookName.REALISED, BookName.DEPOSITS]
    source, target = draw(st.permutations(money))[:2]
    amount = draw(st.integers(-1_000, 1_000))
    return Corrected(entry=1, why="as drawn", postings=((source, "USDC", -amount), (target, "USDC", amount)))
