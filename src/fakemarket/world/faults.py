"""Faults by name: what can be switched on, with which settings, and whether one strikes now."""

from dataclasses import dataclass, field

from fakemarket.world.clock import Clock
from fakemarket.world.dice import Dice


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """One fault there is: its row in the list of faults, the face that acts it, and its usual settings."""

    id: str
    face: str
    doc: str
    defaults: dict[str, object] = field(default_factory=dict)


def _kind(fault_id: str, face: str, doc: str, **defaults: object) -> FaultKind:
    return FaultKind(id=fault_id, face=face, doc=doc, defaults=defaults)


NAMES: dict[str, FaultKind] = {
    "duplicate_event": _kind("F30", "streams,data", "the same event comes again", copies=1),
    "twin_transaction": _kind("F31", "settlement", "a mined trade is taken back and mined under another hash", depth=1),
    "reorder": _kind("F32", "streams,data", "events come out of order", depth=4),
    "late_event": _kind("F33", "streams", "events come late", delay_ms=90_000),
    "malformed": _kind("F34", "streams,data", "a message is broken", kind="json"),
    "poison": _kind("F35", "streams,data", "one message that nothing can read comes again and again"),
    "burst": _kind("F36", "director", "many trades within one second", events=10_000),
    "silent": _kind("F37", "streams,data", "connected, yet nothing new comes", channel="rtds", lag_ms=1_800_000),
    "paging": _kind("F38", "data", "pages repeat, end early or skip", kind="repeat"),
    "odd_exit": _kind("F39", "director", "a leader leaves by merge, conversion, redemption or transfer"),
    "dust_storm": _kind("F40", "director", "a leader trades dust, washes, or takes both sides"),
    "rpc_lies": _kind("F41", "rpc", "a node shows a fill that is not, or hides one: extra, altered, missing", node="1"),
    "rpc_lags": _kind("F42", "rpc", "a node stays so many blocks behind", node="1", blocks=10),
    "reorg": _kind("F43", "settlement", "a mined trade leaves the chain, with so many blocks", depth=1),
    "rpc_limits": _kind(
        "F44", "rpc", "a node refuses long ranges and hangs up", node="1", blocks=100, per_second=0, hangs_up=False
    ),
    "half_open": _kind("F45", "streams", "a socket swallows everything", channel="market"),
    "starve": _kind("F46", "streams", "pongs come, some assets do not", channel="market", asset=""),
    "gap": _kind("F47", "streams", "the connection is cut and what happened meanwhile is lost", channel="market"),
    "lapse": _kind("F48", "streams", "the user stream stops knowing who is there"),
    "restart": _kind(
        "F49", "clob", "the engine restarts, then takes post-only orders", restart_ms=90_000, post_only_ms=120_000
    ),
    "throttle": _kind("F50", "clob,data,gamma", "too many requests", retry_after_s=1, path=""),
    "signer_limits": _kind(
        "F50", "clob", "the buckets of signers refuse instead of warning; 0 leaves the tier's own", rate=0, burst=0
    ),
    "drop_answer": _kind("F52", "clob", "the order is taken, the answer lost", kind="timeout"),
    "garbled": _kind("F53", "clob,data,gamma", "an answer that is no JSON", kind="html", path=""),
    "wrong_order_id": _kind("F54", "clob", "the answer names another order"),
    "delayed_answer": _kind("F55", "clob", "the answer comes late", delay_ms=40_000, as_status="delayed"),
    "hidden_order": _kind("F56", "clob", "an order that is there cannot be looked up yet", hide_ms=60_000),
    "restricted": _kind("F57", "clob", "cancels only, or nothing at all", mode="cancel_only"),
    "engine_refusal": _kind("4.7", "clob", "the engine refuses an order", status=500, error="order timed out"),
    "stale_balance": _kind(
        "F65", "clob", "the order interface has not seen a wallet's money until told to look", wallet="", sticky=False
    ),
    "ghost_fill": _kind("F63", "settlement", "a match fails to settle", retries=1),
    "slow_settlement": _kind("F63", "settlement", "settlement takes long", delay_ms=50_000),
    "rtds_trades_off": _kind("RTDS", "streams", "the trades type is silent while orders_matched flows"),
    "data_cache": _kind("K12", "data", "answers are cached by address", max_age_s=300),
    "data_lag": _kind("K12", "data", "trades show late", lag_ms=80_000),
}

_RESERVED = ("probability", "count", "duration_ms")


@dataclass(slots=True, kw_only=True)
class Fault:
    """A fault that is switched on."""

    name: str
    params: dict[str, object]
    since_ms: int
    strikes: int = 0

    def number(self, key: str, default: float = 0) -> float:
        value = self.params.get(key, default)
        return float(value) if isinstance(value, (int, float, str)) and value != "" else float(default)

    def text(self, key: str, default: str = "") -> str:
        value = self.params.get(key, default)
        return default if value is None else str(value)

    def flag(self, key: str) -> bool:
        return self.params.get(key) in (True, 1, "1", "true", "yes")

    def matches(self, facts: dict[str, str]) -> bool:
        """Say whether every setting that names a fact agrees with it; an empty setting agrees with all."""
        wanted = ((key, self.params.get(key)) for key in facts if key not in _RESERVED)
        return all(value in (None, "") or str(value) == facts[key] for key, value in wanted)


class Faults:
    """The switches."""

    def __init__(self, clock: Clock, dice: Dice) -> None:
        self._clock = clock
        self._dice = dice
        self._on: dict[str, Fault] = {}

    def set(self, name: str, **params: object) -> Fault:
        """Switch on; KeyError for a name that does not exist."""
        kind = NAMES[name]
        fault = Fault(name=name, params={**kind.defaults, **params}, since_ms=self._clock.now_ms())
        self._on[name] = fault
        return fault

    def clear(self, name: str) -> None:
        self._on.pop(name, None)

    def clear_all(self) -> None:
        self._on.clear()

    def active(self, name: str) -> Fault | None:
        """Give the fault if it is on, forgetting it when its time or its count is up."""
        fault = self._on.get(name)
        if fault is None:
            return None
        age_ms = self._clock.now_ms() - fault.since_ms
        count, duration_ms = fault.number("count", -1), fault.number("duration_ms", -1)
        if (count >= 0 and fault.strikes >= count) or (duration_ms >= 0 and age_ms > duration_ms):
            del self._on[name]
            return None
        return fault

    def strikes(self, name: str, **facts: str) -> Fault | None:
        """Give the fault if it strikes now, and count the strike."""
        fault = self.active(name)
        if fault is None or not fault.matches(facts):
            return None
        chance = fault.number("probability", 1)
        if chance < 1 and self._dice.random() >= chance:
            return None
        fault.strikes += 1
        return fault

    def listing(self) -> list[dict[str, object]]:
        """Give every fault there is, and which are on."""
        rows: list[dict[str, object]] = []
        for name, kind in NAMES.items():
            fault = self.active(name)
            row: dict[str, object] = {"name": name, "id": kind.id, "face": kind.face, "doc": kind.doc}
            row |= {"defaults": kind.defaults, "on": fault is not None}
            if fault is not None:
                row |= {"params": fault.params, "strikes": fault.strikes, "since_ms": fault.since_ms}
            rows.append(row)
        return rows
