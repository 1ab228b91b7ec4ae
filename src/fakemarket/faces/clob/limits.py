"""How often: windows for each address over all paths and for some, and token buckets for each signer."""

from collections import deque
from dataclasses import dataclass

from fakemarket.world.clock import Clock
from fakemarket.world.faults import Fault, Faults

_TEN_S, _TEN_MIN = 10_000, 600_000

WINDOWS: dict[str, tuple[tuple[int, int], ...]] = {
    "": ((_TEN_S, 9_000),),
    "GET /ok": ((_TEN_S, 100),),
    "GET /balance-allowance": ((_TEN_S, 200),),
    "GET /balance-allowance/update": ((_TEN_S, 50),),
    "GET /book": ((_TEN_S, 1_500),),
    "GET /price": ((_TEN_S, 1_500),),
    "GET /midpoint": ((_TEN_S, 1_500),),
    "POST /books": ((_TEN_S, 500),),
    "POST /prices": ((_TEN_S, 500),),
    "POST /midpoints": ((_TEN_S, 500),),
    "GET /prices-history": ((_TEN_S, 1_000),),
    "GET /tick-size": ((_TEN_S, 200),),
    "POST /auth/api-key": ((_TEN_S, 100),),
    "GET /auth/api-keys": ((_TEN_S, 100),),
    "GET /auth/derive-api-key": ((_TEN_S, 100),),
    "GET /data/orders": ((_TEN_S, 500),),
    "GET /data/trades": ((_TEN_S, 500),),
    "GET /data/order": ((_TEN_S, 900),),
    "GET /notifications": ((_TEN_S, 125),),
    "POST /order": ((_TEN_S, 5_000), (_TEN_MIN, 120_000)),
    "DELETE /order": ((_TEN_S, 5_000), (_TEN_MIN, 120_000)),
    "POST /orders": ((_TEN_S, 2_000), (_TEN_MIN, 21_000)),
    "DELETE /orders": ((_TEN_S, 2_000), (_TEN_MIN, 15_000)),
    "DELETE /cancel-all": ((_TEN_S, 250), (_TEN_MIN, 6_000)),
    "DELETE /cancel-market-orders": ((_TEN_S, 1_500), (_TEN_MIN, 21_000)),
}

# tier: orders a second, order burst, cancels a second, cancel burst, may the cancel balance go below zero
TIERS: dict[str, tuple[int, int, int, int, bool]] = {
    "standard": (40, 60, 80, 120, True),
    "copper": (60, 90, 120, 180, True),
    "bronze": (80, 120, 160, 240, True),
    "silver": (200, 300, 400, 600, True),
    "gold": (400, 600, 800, 1_200, True),
    "platinum": (450, 675, 900, 1_350, False),
    "diamond": (525, 787, 1_050, 1_575, False),
    "elite": (600, 900, 1_200, 1_800, False),
}


class AddressLimits:
    """Sliding windows of market time, by address and path."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[tuple[str, str, int], deque[int]] = {}

    def wait_s(self, address: str, group: str) -> int:
        """Count one request and give 0, or give in how many seconds there is room again."""
        now_ms = self._clock.now_ms()
        windows = []
        for name in ("", group) if group in WINDOWS else ("",):
            for width_ms, top in WINDOWS[name]:
                window = self._seen.setdefault((address, name, width_ms), deque())
                while window and window[0] <= now_ms - width_ms:
                    window.popleft()
                if len(window) >= top:
                    return (window[0] + width_ms - now_ms) // 1000 + 1
                windows.append(window)
        for window in windows:
            window.append(now_ms)
        return 0


@dataclass(slots=True)
class Bucket:
    """Tokens of one signer for one kind of act, in thousandths."""

    level: int
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a signer may act, and what the headers tell him."""

    is_admitted: bool
    headers: dict[str, str]


class SignerLimits:
    """One order bucket and one cancel bucket for each signer."""

    def __init__(self, clock: Clock, tier: str, faults: Faults, *, enforces: bool) -> None:
        self._clock = clock
        self._tier = tier
        self._faults = faults
        self._enforces = enforces
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def charge(self, signer: str, kind: str, cost: int, *, afterwards: bool = False) -> Verdict:
        """Take tokens for a whole request or not at all; what is charged afterwards may go below zero."""
        fault = self._faults.active("signer_limits")
        enforces = self._enforces or fault is not None
        rate, burst, may_sink = self._measure(kind, fault)
        now_ms = self._clock.now_ms()
        bucket = self._buckets.setdefault((signer, kind), Bucket(burst * 1000, now_ms))
        bucket.level = min(burst * 1000, bucket.level + (now_ms - bucket.at_ms) * rate)
        bucket.at_ms = now_ms
        sinks = kind == "cancel" and may_sink and bucket.level > 0
        fits = afterwards or bucket.level >= cost * 1000 or sinks
        if fits or not enforces:
            bucket.level -= cost * 1000
        missing = max(0, cost * 1000 - bucket.level)
        wait_s = -(-missing // (rate * 1000))
        headers = {
            "Poly-RateLimit-Remaining": str(bucket.level // 1000),
            "Poly-RateLimit-Reset": str(now_ms // 1000 + (0 if fits else wait_s)),
            "Poly-RateLimit-Tier": self._tier,
        }
        if not fits:
            headers |= {"Retry-After": str(wait_s)} if enforces else {"Poly-RateLimit-Warning": "true"}
        return Verdict(is_admitted=fits or not enforces, headers=headers)

    def _measure(self, kind: str, fault: Fault | None) -> tuple[int, int, bool]:
        """Give rate, burst and whether the balance may sink below zero, of the tier or as a fault has it."""
        orders_s, orders_burst, cancels_s, cancels_burst, may_sink = TIERS[self._tier]
        rate, burst = (orders_s, orders_burst) if kind == "order" else (cancels_s, cancels_burst)
        if fault is not None:
            rate, burst = int(fault.number("rate")) or rate, int(fault.number("burst")) or burst
        return rate, burst, may_sink
