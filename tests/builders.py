"""Builders of the things tests speak of: sensible by default, any part said by name. Amounts are decimal text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from copydesk.domain.book import Book, Level
from copydesk.domain.ids import (
    AccountId,
    ActionId,
    ClientId,
    EventId,
    MarketId,
    SignalId,
    TimeMs,
    TokenId,
    Wallet,
    action_id,
    row_event_id,
)
from copydesk.domain.leader import LeaderKnowledge
from copydesk.domain.leader_record import LeaderRecord
from copydesk.domain.limits import Amount, AmountMode, BelowMinimum, Caps, Gates, Limits, Relation
from copydesk.domain.market import Market
from copydesk.domain.money import MICROS, Price, Shares, Usdc, amount_traded
from copydesk.domain.record import AccountRecord
from copydesk.domain.signal import Signal
from copydesk.domain.stops import Stops
from copydesk.domain.trade import ActivityKind, LeaderActivity, LeaderTrade, Side, Token
from copydesk.flow.decide.snapshot import Snapshot

NOON = TimeMs(1_790_000_000_000)
LEADER = Wallet("0x" + "1e" * 20)
MARKET = MarketId("0x" + "ab" * 32)
YES = Token(id=TokenId("1001"), market=MARKET, outcome="Yes", title="Will it rain?", slug="will-it-rain")
NO = Token(id=TokenId("1002"), market=MARKET, outcome="No", title="Will it rain?", slug="will-it-rain")


def micros(text: str | int) -> int:
    """Decimal text as whole micros."""
    return int(Decimal(text) * MICROS)


def usdc(text: str | int) -> Usdc:
    """Dollars."""
    return Usdc(micros(text))


def shares(text: str | int) -> Shares:
    """Shares."""
    return Shares(micros(text))


def price(text: str | int) -> Price:
    """A price in dollars."""
    return Price(micros(text))


def a_trade(**said: Any) -> LeaderTrade:
    """A leader's buy of 100 Yes at 0.40 at noon; `price`, `size`, `tx`, `at_s` and any field can be said."""
    size, at = shares(said.pop("size", 100)), said.pop("price", "0.40")
    tx, side = said.pop("tx", "0x" + "77" * 32), said.pop("side", Side.BUY)
    token, leader = said.pop("token", YES), said.pop("leader", LEADER)
    happened_at = TimeMs(NOON + 1000 * said.pop("at_s", 0))
    notional = said.pop("notional", amount_traded(size, price(at)))
    event_id = said.pop("event_id", row_event_id((tx, leader, token.id, side, str(size), str(notional)), 0))
    return LeaderTrade(
        event_id=event_id,
        content_id=said.pop("content_id", event_id),
        action_id=said.pop("action_id", action_id(leader, tx, token.id, side)),
        leader=leader,
        token=token,
        side=side,
        shares=size,
        notional=notional,
        happened_at=happened_at,
        source="test",
        tx_hash=tx,
        **said,
    )


def an_activity(kind: ActivityKind, size: str, **said: Any) -> LeaderActivity:
    """Something other than a trade, of the builders' leader in their market at noon; `at_s` can be said."""
    parts: dict[str, Any] = {
        "event_id": EventId("1" * 64),
        "market": MARKET,
        "token": None,
        "cash": usdc(size),
        "happened_at": TimeMs(NOON + 1000 * said.pop("at_s", 0)),
    }
    return LeaderActivity(kind=kind, leader=LEADER, shares=shares(size), source="test", **(parts | said))


def a_signal(**said: Any) -> Signal:
    """A signal of a leader's buy of 100 Yes at 0.40, ten seconds ago; `price`, `size`, `age_s` can be said."""
    size, at = shares(said.pop("size", 100)), said.pop("price", "0.40")
    age_ms = 1000 * said.pop("age_s", 10)
    parts: dict[str, Any] = {
        "id": SignalId("5" * 64),
        "client": ClientId("me"),
        "leader": LEADER,
        "token": YES,
        "side": Side.BUY,
        "shares": size,
        "notional": amount_traded(size, price(at)),
        "happened_at": TimeMs(NOON - age_ms),
        "seen_at": NOON,
        "leader_held": None,
        "actions": (ActionId("a" * 64),),
        "events": (EventId("e" * 64),),
        "tx_hashes": (),
    }
    return Signal(**(parts | said))


def a_market(**said: Any) -> Market:
    """A market with a tick of a cent and the venue's usual minimum that ends in a day; `ends_in_s` can be said."""
    ends_in_s = said.pop("ends_in_s", 86_400)
    parts: dict[str, Any] = {
        "id": MARKET,
        "category": "weather",
        "tick": price("0.01"),
        "lot": shares("0.01"),
        "shares_min": shares(5),
        "notional_min": usdc(1),
        "taker_fee_bps": 0,
        "ends_at": None if ends_in_s is None else TimeMs(NOON + 1000 * ends_in_s),
    }
    return Market(**(parts | said))


def a_book(bid: str | None = "0.39", ask: str | None = "0.40", size: str | int = 10_000) -> Book:
    """A book with one level a side; None leaves a side empty."""
    return Book(
        token=YES.id,
        at=NOON,
        bids=() if bid is None else (Level(price(bid), shares(size)),),
        asks=() if ask is None else (Level(price(ask), shares(size)),),
        origin="recorded",
    )


def a_record(**said: Any) -> LeaderKnowledge:
    """A good leader: forty closed trades, buys of 50 dollars usually and 300 at most, known up to now."""
    parts: dict[str, Any] = {
        "as_of": NOON,
        "trades": 60,
        "closed": 40,
        "win_bps": 5_800,
        "return_bps": 900,
        "edge_bps": 400,
        "ratio_bps": 17_000,
        "score_bps": 7_000,
        "sizes": 60,
        "size_usual": usdc(50),
        "size_high": usdc(300),
        "losses_in_row": 0,
        "drawdown_bps": 0,
    }
    return LeaderKnowledge(**(parts | said))


def a_snapshot(**said: Any) -> Snapshot:
    """A desk with 1,000 dollars and nothing at stake, looking at an open market with a good book."""
    parts: dict[str, Any] = {
        "now": NOON,
        "market": a_market(),
        "book": a_book(),
        "is_halted": False,
        "is_resolved": False,
        "is_decided": False,
        "free": usdc(1_000),
        "bankroll": usdc(1_000),
        "deposited": usdc(1_000),
        "market_exposure": usdc(0),
        "leader_exposure": usdc(0),
        "total_exposure": usdc(0),
        "positions_open": 0,
        "held": shares(0),
        "is_new_position": True,
        "leaders_followed": 1,
        "event_exposure": usdc(0),
        "category_exposure": usdc(0),
        "account_record": AccountRecord(),
        "leader_record": LeaderRecord(),
    }
    return Snapshot(**(parts | said))


GATES = Gates(
    ttl_ms=300_000,
    age_max_ms=30_000,
    sides=("BUY", "SELL"),
    markets_allowed=(),
    markets_denied=(),
    outcomes_denied=(),
    price_min=price("0.03"),
    price_max=price("0.97"),
    price_moved_max_bps=400,
    spread_max=price("0.03"),
    depth_min=usdc(150),
    depth_within=price("0.02"),
    leader_notional_min=usdc(5),
    resolution_floor_ms=600_000,
    allow_unknown_end=False,
    positions_max=15,
)
AMOUNT = Amount(mode=AmountMode.FIXED, fixed=usdc(25), factor_bps=1_000, parts=10, leader_bankroll=None)
CAPS = Caps(
    trade_min=usdc(1),
    trade_max=usdc(200),
    trade_bps=10_000,
    market_max=None,
    market_bps=10_000,
    leader_bps=10_000,
    total_max=None,
    total_bps=10_000,
    reserve_bps=0,
)


def some_limits(**said: Any) -> Limits:
    """A stake of 25 dollars under wide caps; parts of gates, amount, caps and stops can be said by name."""
    gates = {name: said.pop(name) for name in list(said) if name in Gates.__struct_fields__}
    amount = {name: said.pop(name) for name in list(said) if name in Amount.__struct_fields__}
    caps = {name: said.pop(name) for name in list(said) if name in Caps.__struct_fields__}
    stops = {name: said.pop(name) for name in list(said) if name in Stops.__struct_fields__}
    parts: dict[str, Any] = {
        "version": "test",
        "gates": _changed(GATES, gates),
        "amount": _changed(AMOUNT, amount),
        "caps": _changed(CAPS, caps),
        "stops": Stops(**stops),
        "slip_max_bps": 400,
        "exit_slip_max_bps": 1_000,
        "below_minimum": BelowMinimum.SKIP,
    }
    return Limits(**(parts | said))


def a_relation(**said: Any) -> Relation:
    """Me, copying every leader into account `desk` under `some_limits`."""
    return Relation(
        client=said.pop("client", ClientId("me")),
        account=said.pop("account", AccountId("desk")),
        leader=said.pop("leader", None),
        limits=some_limits(**said),
    )


def _changed(base: Any, changes: dict[str, Any]) -> Any:
    return type(base)(**({name: getattr(base, name) for name in base.__struct_fields__} | changes))
