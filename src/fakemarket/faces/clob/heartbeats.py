"""The dead-man switch: once armed, silence cancels every open order of the credentials."""

from fakemarket.world.exchange import Exchange
from fakemarket.world.hashing import keccak

SILENCE_MS = 10_000
CHECK_MS = 5_000


class Heartbeats:
    """Which credentials have armed the switch, and when each was last heard."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._expected: dict[str, str] = {}
        self._heard_ms: dict[str, int] = {}
        self._count = 0
        self._is_checking = False

    def beat(self, api_key: str, heartbeat_id: str) -> tuple[bool, str]:
        """Take a beat: whether its id was the expected one, and the id to send next (or the one expected)."""
        expected = self._expected.get(api_key, "")
        if heartbeat_id != expected:
            return False, expected
        self._count += 1
        text = keccak(f"{api_key} beat {self._count}".encode()).hex()
        fresh = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:32]}"
        self._expected[api_key] = fresh
        self._heard_ms[api_key] = self._exchange.clock.now_ms()
        if not self._is_checking:
            self._is_checking = True
            self._later()
        return True, fresh

    def _later(self) -> None:
        clock = self._exchange.clock
        clock.schedule(clock.now_ms() + CHECK_MS, self._check)

    def _check(self) -> None:
        limit_ms = self._exchange.clock.now_ms() - SILENCE_MS
        for api_key in [key for key, heard_ms in self._heard_ms.items() if heard_ms < limit_ms]:
            del self._heard_ms[api_key], self._expected[api_key]
            mine = [order.id for order in self._exchange.open_orders() if order.owner == api_key]
            self._exchange.cancel(mine, owner=api_key)
        self._is_checking = bool(self._heard_ms)
        if self._is_checking:
            self._later()
