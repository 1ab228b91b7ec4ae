"""What the ledger costs: sealing an entry, keeping it with its claims in a real file, and asking what was claimed.

Prints JSON lines {name, value, unit, ratio, limit, ok}. Seven rounds, each measuring everything once beside one
libsecp256k1 signature; medians of the rounds. The file is written with group commit and `synchronous=FULL`.

`ledger_entries_per_s` writes what a replay writes: of two decisions one is copied and followed by an order, a fill
and an end. `ledger_large_entries_per_s` writes nothing but the largest kind, approved decisions with every check.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from operator import truediv
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from coincurve import PrivateKey

from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.domain.book import Level
from copydesk.domain.decision import Approved, SizingLine, Skipped
from copydesk.domain.events import DecisionMade, Deposited, Fact, OrderEnded
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
    fill_key,
)
from copydesk.domain.market import Market
from copydesk.domain.money import Price, Shares, Usdc
from copydesk.domain.order import Ending, Fill
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.scene import BookSeen, MarketSeen, Scene
from copydesk.domain.signal import Signal
from copydesk.domain.trade import Side, Token
from copydesk.flow.execute.plan import plan
from copydesk.flow.ledger.seal import Sealer, open_entry
from copydesk.flow.portfolio.booking import booking_of

ROUNDS = 7
CYCLES = 6_000
LARGE = 15_000
SEALS = 5_000
INDEXED = 200
LOOKUPS = 10_000
SIGNATURES = 1_000
CHECKS, CHECKS_TO_SKIP = 17, 6
ON_DISK = Path("/var/tmp")

ENTRIES_PER_S_MIN = 60_000
LARGE_PER_S_MIN = 30_000
SEAL_SIGNATURES_MAX = 0.5
LOOKUP_SIGNATURES_MAX = 0.35

ACCOUNT = AccountId("main")
NOW = TimeMs(1_790_000_000_000)
FAR = 2**62


SCENE = Scene(
    market=MarketSeen(
        "weather",
        Price(10_000),
        Shares(10_000),
        Shares(5_000_000),
        Usdc(1_000_000),
        500,
        NOW,
        is_neg_risk=False,
        is_open=True,
        unknown=(),
    ),
    book=BookSeen(
        "live",
        NOW,
        Level(Price(500_000), Shares(134_160_000)),
        tuple(Level(Price(510_000 + 10_000 * step), Shares(107_330_000)) for step in range(3)),
        Price(20_000),
    ),
    leaders_followed=6,
)


class Kept(NamedTuple):
    """A fact to keep, and what its entry claims."""

    fact: Fact
    events: tuple[EventId, ...] = ()
    actions: tuple[ActionId, ...] = ()


def digest(kind: str, number: int) -> str:
    """An id as ids are: 64 hex digits."""
    return sha256(f"{kind}{number}".encode()).hexdigest()


def a_signal(number: int) -> Signal:
    """A signal of one leader's trade."""
    token = Token(
        id=TokenId("7" * 77),
        market=MarketId("0x" + digest("market", 0)),
        outcome="Yes",
        title="Will the thing that everybody waits for happen before the end of the year?",
        slug="will-the-thing-that-everybody-waits-for-happen",
        event_slug="the-thing",
    )
    return Signal(
        id=SignalId(digest("signal", number)),
        client=ClientId("me"),
        leader=Wallet("0x" + digest("leader", 0)[:40]),
        token=token,
        side=Side.BUY,
        shares=Shares(123_456_789),
        notional=Usdc(61_728_394),
        happened_at=NOW,
        seen_at=NOW,
        leader_held=None,
        actions=(ActionId(digest("action", number)),),
        events=(EventId(digest("event", number)),),
        tx_hashes=("0x" + digest("tx", number),),
    )


def checks(count: int) -> tuple[Check, ...]:
    """What the first `count` gates saw."""
    return tuple(Check(reason, 1_234_567, 3_000_000, "micros", passed=True) for reason in list(Reason)[:count])


def approved(signal: Signal) -> Approved:
    """A copy with every gate's check and the sizing line by line."""
    rules = ("fixed", "trade", "market", "leader", "total", "reserve", "free", "lot")
    return Approved(
        account=ACCOUNT,
        signal=signal,
        decided_at=NOW,
        settings_version=digest("settings", 0)[:16],
        checks=checks(CHECKS),
        sizing=tuple(SizingLine(rule, 50_000_000, 25_000_000) for rule in rules),
        shares=Shares(49_000_000),
        limit=Price(510_000),
        reserve=Usdc(25_000_000),
    )


def skipped(signal: Signal) -> Skipped:
    """A signal that the sixth gate refused."""
    return Skipped(
        account=ACCOUNT,
        signal=signal,
        decided_at=NOW,
        settings_version=digest("settings", 0)[:16],
        checks=checks(CHECKS_TO_SKIP),
        reason=Reason.AGE,
    )


def a_cycle(number: int) -> list[list[Kept]]:
    """Two signals, one skipped and one copied: the steps in which their facts are kept."""
    first, second = a_signal(2 * number), a_signal(2 * number + 1)
    order = plan(approved(second), MARKET)
    fill = Fill(
        key=fill_key(order.order.id, "1"),
        order=order.order.id,
        shares=Shares(40_000_000),
        amount=Usdc(20_000_000),
        fee=Usdc(12_340),
        filled_at=NOW,
    )
    booked = booking_of(order.order, order.order.reserve, fill, None)
    end = OrderEnded(order=order.order.id, ending=Ending.PART_FILLED, released=order.order.reserve - booked.released)
    return [
        [Kept(DecisionMade(decision=skipped(first), scene=SCENE), first.events, first.actions)],
        [Kept(DecisionMade(decision=approved(second), scene=SCENE), second.events, second.actions), Kept(order)],
        [Kept(booked), Kept(end)],
    ]


MARKET = Market(
    id=MarketId("0x" + digest("market", 0)),
    category="politics",
    tick=Price(10_000),
    lot=Shares(10_000),
    shares_min=Shares(5_000_000),
    notional_min=Usdc(1_000_000),
    taker_fee_bps=0,
    ends_at=None,
)


def us_each(count: int, work: Callable[[], object]) -> float:
    """CPU microseconds of one of the `count` things `work` does."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / count * 1e6


def signatures() -> None:
    """The yardstick."""
    key, message = PrivateKey(b"\x01" * 32), b"\x02" * 32
    for _ in range(SIGNATURES):
        key.sign_recoverable(message, hasher=None)


def seals() -> None:
    """Seal the same large fact over and over."""
    sealer, signal = Sealer(ACCOUNT), a_signal(0)
    fact = DecisionMade(decision=approved(signal), scene=SCENE)
    for number in range(SEALS):
        sealer.seal(fact, TimeMs(NOW + number), signal.events[0])


def entries_per_s(store: SqliteLedgerStore, steps: list[list[Kept]]) -> float:
    """Seal, append and commit every step."""
    sealer, origin = Sealer(ACCOUNT), EventId(digest("event", 0))
    began = time.perf_counter()
    for step in steps:
        for fact, events, actions in step:
            store.append(sealer.seal(fact, NOW, origin), events, actions)
        store.step_done()
    store.flush()
    return sum(map(len, steps)) / (time.perf_counter() - began)


def indexed(store: SqliteLedgerStore) -> None:
    """Claim so many events that most of them move to the permanent index."""
    sealer, fact = Sealer(ACCOUNT), Deposited(amount=Usdc(1), note="")
    for number in range(INDEXED):
        events = [EventId(digest("indexed", 1_000 * number + each)) for each in range(1_000)]
        store.append(sealer.seal(fact, NOW, None), events, ())
        store.step_done()
    store.flush()


def lookups(store: SqliteLedgerStore, names: list[EventId]) -> None:
    """Ask one by one for what was never claimed: the dearest question, and the most frequent."""
    for name in names:
        store.claimed((name,), FAR)


def line(name: str, value: float, unit: str, ratio: float, limit: float, *, is_floor: bool = False) -> None:
    """One result; it is ok when its ratio (or, for a floor, its value) is on the right side of the limit."""
    figure = {"name": name, "value": round(value, 2), "unit": unit, "ratio": round(ratio, 3), "limit": limit}
    print(json.dumps(figure | {"ok": value >= limit if is_floor else ratio <= limit}))


def main() -> None:
    """Seven rounds of everything, one after the other."""
    mixed = [step for number in range(CYCLES) for step in a_cycle(number)]
    large = [
        [Kept(DecisionMade(decision=approved(signal), scene=SCENE), signal.events, signal.actions)]
        for signal in map(a_signal, range(LARGE))
    ]
    strangers = [EventId(digest("stranger", number)) for number in range(LOOKUPS)]
    gc.freeze()
    signature: list[float] = []
    seal: list[float] = []
    lookup: list[float] = []
    mixed_rate: list[float] = []
    large_rate: list[float] = []
    with TemporaryDirectory(prefix="copydesk-bench-", dir=ON_DISK if ON_DISK.is_dir() else None) as folder:
        asked = a_store(folder, "asked")
        indexed(asked)
        for run in range(ROUNDS):
            signature.append(us_each(SIGNATURES, signatures))
            seal.append(us_each(SEALS, seals))
            lookup.append(us_each(LOOKUPS, lambda: lookups(asked, strangers)))
            for rates, steps in ((mixed_rate, mixed), (large_rate, large)):
                with closing(a_store(folder, f"{run}-{len(steps)}")) as store:
                    rates.append(entries_per_s(store, steps))
        asked.close()
    for name, rates, least in (
        ("ledger_entries_per_s", mixed_rate, ENTRIES_PER_S_MIN),
        ("ledger_large_entries_per_s", large_rate, LARGE_PER_S_MIN),
    ):
        line(name, median(rates), "entries/s", median(rates) / least, least, is_floor=True)
    for name, costs, most in (
        ("ledger_seal", seal, SEAL_SIGNATURES_MAX),
        ("ledger_claim_lookup", lookup, LOOKUP_SIGNATURES_MAX),
    ):
        line(name, median(costs), "us", median(map(truediv, costs, signature)), most)


def a_store(folder: str, name: str) -> SqliteLedgerStore:
    """A new ledger file."""
    return SqliteLedgerStore(Path(folder) / f"{name}.sqlite", open_entry)


if __name__ == "__main__":
    main()
