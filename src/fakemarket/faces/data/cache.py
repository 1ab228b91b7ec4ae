"""The venue's content network: whole answers kept by their URL, whatever the request's own headers say."""

from dataclasses import dataclass
from typing import Final

from fakemarket.world.exchange import Exchange

MAX_AGE_S: Final = {
    "/v2/trades": 300,
    "/v2/oi": 300,
    "/v2/activity": 15,
    "/v2/positions": 5,
}
KEPT_MAX: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One answer and when it was given."""

    body: bytes
    at_ms: int


class UrlCache:
    """Answers by URL. It keeps them only while the switch `data_cache` is on; the header is always sent."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._kept: dict[str, Kept] = {}

    def max_age_s(self, path: str) -> int:
        fault = self._exchange.faults.active("data_cache")
        if fault is not None and path in {"/v2/trades", "/v2/oi"}:
            return int(fault.number("max_age_s", MAX_AGE_S[path]))
        return MAX_AGE_S.get(path, 0)

    def headers(self, path: str, age_s: int | None) -> dict[str, str]:
        """Write the headers of an answer; no age means that it was computed just now."""
        age = self.max_age_s(path)
        if age == 0:
            return {"Cache-Control": "no-store"}
        known = {"Cache-Control": f"public, max-age={age}", "CF-Cache-Status": "MISS" if age_s is None else "HIT"}
        return known if age_s is None else known | {"Age": str(age_s)}

    def find(self, path: str, url: str) -> tuple[bytes, int] | None:
        """Return a kept answer and its age, while it is young enough and the switch is on."""
        kept = self._kept.get(url)
        if kept is None or self._exchange.faults.active("data_cache") is None:
            return None
        age_s = (self._exchange.clock.now_ms() - kept.at_ms) // 1000
        if age_s >= self.max_age_s(path):
            del self._kept[url]
            return None
        return kept.body, age_s

    def keep(self, path: str, url: str, body: bytes) -> None:
        if self._exchange.faults.active("data_cache") is None or self.max_age_s(path) == 0:
            return
        if len(self._kept) >= KEPT_MAX:
            del self._kept[next(iter(self._kept))]
        self._kept[url] = Kept(body=body, at_ms=self._exchange.clock.now_ms())
