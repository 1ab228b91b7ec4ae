"""The bad days of the order interface: restarts, closed doors, lost, late, garbled and wrong answers."""

import json

from aiohttp import web

from fakemarket.world.admission import NOT_ENOUGH
from fakemarket.world.exchange import Exchange
from fakemarket.world.faults import Fault
from fakemarket.world.hashing import keccak
from fakemarket.world.orders import Refused, Terms

DISABLED = "Trading is currently disabled. Check polymarket.com for updates"
CANCEL_ONLY = "Trading is currently cancel-only. New orders are not accepted, but cancels are allowed."
POST_ONLY = "post-only mode: only post-only orders and cancels are allowed"
RESTARTING = "the matching engine is restarting"
_PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>"


class Weather:
    """The faults F49 to F57, asked at each request that they touch."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._faults = exchange.faults
        self._clock = exchange.clock
        self._looked: dict[str, int] = {}

    # --- before

    def check_open(self) -> None:
        """Refuse a new order while the engine restarts or takes none."""
        self._check_running()
        fault = self._faults.active("restricted")
        if fault is not None and fault.text("mode") != "disabled":
            fault.strikes += 1
            raise Refused(503, CANCEL_ONLY)

    def check_cancelling(self) -> None:
        self._check_running()

    def check_placing(self, terms: Terms) -> None:
        """Refuse what is not post-only in the minutes after a restart."""
        if self.is_post_only() and not terms.post_only:
            raise Refused(503, POST_ONLY, "post_only_mode", self._left_s())

    def check_engine(self, wallet: str) -> None:
        """Refuse as the engine does now and then, or because it has an old view of the wallet's money."""
        fault = self._faults.strikes("engine_refusal", wallet=wallet)
        if fault is not None:
            raise Refused(int(fault.number("status")), fault.text("error"))
        if self.is_stale(wallet):
            raise Refused(400, NOT_ENOUGH)

    def is_stale(self, wallet: str) -> bool:
        fault = self._faults.active("stale_balance")
        if fault is None or not fault.matches({"wallet": wallet}):
            return False
        return self._looked.get(wallet) != fault.since_ms

    def look_again(self, wallet: str) -> None:
        """Read a wallet's money anew, as the update call asks."""
        fault = self._faults.active("stale_balance")
        if fault is not None and not fault.flag("sticky"):
            self._looked[wallet] = fault.since_ms

    def is_post_only(self) -> bool:
        fault = self._faults.active("restart")
        return fault is not None and self._age_ms(fault) >= fault.number("restart_ms")

    def hides(self, created_ms: int) -> bool:
        """Say whether a look-up must not find an order of this age yet."""
        fault = self._faults.active("hidden_order")
        if fault is None or self._clock.now_ms() - created_ms >= fault.number("hide_ms"):
            return False
        return self._faults.strikes("hidden_order") is not None

    def _check_running(self) -> None:
        fault = self._faults.active("restart")
        if fault is not None and self._age_ms(fault) >= fault.number("restart_ms") + fault.number("post_only_ms"):
            self._faults.clear("restart")
            fault = None
        if fault is not None and self._age_ms(fault) < fault.number("restart_ms"):
            fault.strikes += 1
            raise Refused(425, RESTARTING, retry_after_s=1)
        closed = self._faults.active("restricted")
        if closed is not None and closed.text("mode") == "disabled":
            closed.strikes += 1
            raise Refused(503, DISABLED)

    def _age_ms(self, fault: Fault) -> int:
        return self._clock.now_ms() - fault.since_ms

    def _left_s(self) -> int:
        fault = self._faults.active("restart")
        if fault is None:
            return 0
        end_ms = fault.since_ms + int(fault.number("restart_ms") + fault.number("post_only_ms"))
        return max(1, (end_ms - self._clock.now_ms()) // 1000)

    # --- after the order was taken

    async def disturb_answer(self, row: dict[str, object]) -> dict[str, object]:
        """Answer late, with another status or for another order."""
        late = self._faults.strikes("delayed_answer")
        if late is not None:
            await self._clock.sleep_ms(int(late.number("delay_ms")))
            if late.text("as_status"):
                row = row | {"status": late.text("as_status"), "tradeIDs": [], "makingAmount": "", "takingAmount": ""}
        if self._faults.strikes("wrong_order_id") is not None:
            row = row | {"orderID": "0x" + keccak(str(row["orderID"]).encode()).hex()}
        return row

    async def answer(self, request: web.Request, row: object, headers: dict[str, str]) -> web.StreamResponse:
        """Send the answer, unless it is to be lost or spoilt."""
        lost = self._faults.strikes("drop_answer", path=request.path)
        if lost is not None:
            return await self._lose(request, lost)
        return self.spoil(request, web.json_response(row, headers=headers))

    async def _lose(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        kind = fault.text("kind", "timeout")
        if kind == "500":
            return web.json_response({"error": "Internal server error"}, status=500)
        if kind == "timeout":
            await self._clock.sleep_ms(int(fault.number("hold_ms", 60_000)))
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=504)

    def spoil(self, request: web.Request, response: web.Response) -> web.Response:
        """Give HTML, half a body or no text in place of the answer."""
        fault = self._faults.strikes("garbled", face="clob", path=request.path)
        if fault is None:
            return response
        kind = fault.text("kind", "html")
        if kind == "html":
            return web.Response(text=_PAGE, content_type="text/html")
        body = response.body if isinstance(response.body, bytes) else b""
        spoilt = body[: len(body) // 2] if kind == "truncated" else bytes((0xFF, 0xFE, 0x00, 0x9C)) * 8
        return web.Response(body=spoilt, content_type="application/json")


def refusal_response(refusal: Refused, headers: dict[str, str] | None = None) -> web.Response:
    """Word a refusal as the venue does."""
    body: dict[str, object] = {"error": refusal.error}
    extra = dict(headers or {})
    if refusal.code:
        body["code"] = refusal.code
    if refusal.retry_after_s is not None:
        extra["Retry-After"] = str(refusal.retry_after_s)
        if refusal.code:
            body["retry_after_seconds"] = refusal.retry_after_s
    return web.Response(text=json.dumps(body), status=refusal.status, headers=extra, content_type="application/json")
