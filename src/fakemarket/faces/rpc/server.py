"""One node on one port: JSON-RPC by POST, single or in batches, and by websocket with subscriptions."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web

from fakemarket.faces.quota import Quota
from fakemarket.faces.rpc.documents import head_document, log_document
from fakemarket.faces.rpc.errors import RpcError
from fakemarket.faces.rpc.filters import INVALID, LogFilter, read_filter
from fakemarket.faces.rpc.methods import UNKNOWN_METHOD, Methods
from fakemarket.faces.rpc.node import Node, Shown
from fakemarket.faces.streams.connection import Connection
from fakemarket.world.exchange import Exchange
from fakemarket.world.hashing import keccak

PARSE_ERROR: Final = -32700
BAD_REQUEST: Final = -32600
Reply = dict[str, object]


class Socket:
    """One websocket with what it subscribed to."""

    def __init__(self, node: Node, connection: Connection, hangs_up: Callable[[], bool]) -> None:
        self._node = node
        self.connection = connection
        self._hangs_up = hangs_up
        self._subscriptions: dict[str, Callable[[Shown], list[object]]] = {}
        self._leave: Callable[[], None] | None = None

    def subscribe(self, params: list[object]) -> str:
        """Take a subscription to new heads or to logs; raises RpcError."""
        kind = params[0] if params else None
        if kind == "newHeads":
            teller: Callable[[Shown], list[object]] = _heads
        elif kind == "logs":
            given = params[1] if len(params) > 1 else {}
            if not isinstance(given, dict):
                raise RpcError("invalid argument 1: an object is expected", INVALID)
            teller = _logs_of(read_filter(given))
        else:
            raise RpcError(f"no {kind!r} subscription in eth namespace", UNKNOWN_METHOD)
        if self._leave is None:
            self._leave = self._node.listen(self._hear)
        mark = f"{self.connection.name} {len(self._subscriptions)}"
        name = "0x" + keccak(mark.encode())[:16].hex()
        self._subscriptions[name] = teller
        return name

    def unsubscribe(self, params: list[object]) -> bool:
        return self._subscriptions.pop(str(params[0]) if params else "", None) is not None

    def close(self) -> None:
        if self._leave is not None:
            self._leave()

    def _hear(self, shown: Shown) -> None:
        if self._hangs_up():
            self.connection.hang_up()
            return
        for name, teller in self._subscriptions.items():
            for result in teller(shown):
                frame = {
                    "jsonrpc": "2.0",
                    "method": "eth_subscription",
                    "params": {"subscription": name, "result": result},
                }
                self.connection.send(json.dumps(frame, separators=(",", ":")))


def _heads(shown: Shown) -> list[object]:
    return [] if shown.removed else [head_document(shown.block, list(shown.logs))]


def _logs_of(wanted: LogFilter) -> Callable[[Shown], list[object]]:
    def tell(shown: Shown) -> list[object]:
        return [log_document(one, removed=shown.removed) for one in shown.logs if wanted.takes(one.log)]

    return tell


class RpcFace:
    """The two ways to one node."""

    def __init__(self, exchange: Exchange, number: int) -> None:
        self._exchange = exchange
        self._node = Node(exchange, number)
        self._methods = Methods(exchange, self._node)
        self._opened = 0
        self._quotas: dict[int, Quota] = {}

    async def post(self, request: web.Request) -> web.Response:
        refusal = self._throttled(request.remote or "")
        if refusal is not None:
            return web.json_response(refusal, status=429)
        return web.json_response(self._answered(await request.text(), None))

    async def socket(self, request: web.Request) -> web.StreamResponse:
        self._opened += 1
        connection = Connection(request, f"{self._exchange.plan.seed} rpc {self._node.name} {self._opened}")
        socket = Socket(self._node, connection, self._hangs_up)
        try:
            return await connection.run(lambda text: self._hear(socket, text))
        finally:
            socket.close()

    def _hear(self, socket: Socket, text: str) -> None:
        if self._hangs_up():
            socket.connection.hang_up()
            return
        socket.connection.send(json.dumps(self._answered(text, socket), separators=(",", ":")))

    # --- limits ------------------------------------------------------------------------------------------------------

    def _throttled(self, address: str) -> Reply | None:
        """Refuse what is more than the provider gives in a second, where a fault says how much that is."""
        fault = self._exchange.faults.active("rpc_limits")
        top = int(fault.number("per_second")) if fault and fault.matches({"node": self._node.name}) else 0
        if not top:
            return None
        quota = self._quotas.setdefault(top, Quota(self._exchange.clock, {"": top}, window_ms=1_000))
        return None if quota.admits(address, "") else _failed(None, RpcError("rate limit exceeded", -32005))

    def _hangs_up(self) -> bool:
        fault = self._exchange.faults.active("rpc_limits")
        if fault is None or not fault.flag("hangs_up"):
            return False
        return self._exchange.faults.strikes("rpc_limits", node=self._node.name) is not None

    # --- answers -----------------------------------------------------------------------------------------------------

    def _answered(self, text: str, socket: Socket | None) -> object:
        try:
            asked = json.loads(text)
        except ValueError:
            return _failed(None, RpcError("parse error", PARSE_ERROR))
        if isinstance(asked, list) and asked:
            return [self._one(item, socket) for item in asked]
        return self._one(asked, socket)

    def _one(self, asked: object, socket: Socket | None) -> Reply:
        if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
            return _failed(None, RpcError("invalid request", BAD_REQUEST))
        try:
            return {"jsonrpc": "2.0", "id": asked.get("id"), "result": self._result(asked, socket)}
        except RpcError as error:
            return _failed(asked.get("id"), error)

    def _result(self, asked: Mapping[str, object], socket: Socket | None) -> object:
        params = asked.get("params") or []
        if not isinstance(params, list):
            raise RpcError("non-array args", INVALID)
        match asked["method"]:
            case "eth_subscribe" | "eth_unsubscribe" if socket is None:
                raise RpcError("notifications not supported", UNKNOWN_METHOD)
            case "eth_subscribe" if socket is not None:
                return socket.subscribe(params)
            case "eth_unsubscribe" if socket is not None:
                return socket.unsubscribe(params)
            case method:
                return self._methods.answer(str(method), params)


def _failed(number: object, error: RpcError) -> Reply:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": error.code, "message": error.words}}


async def _either(face: RpcFace, request: web.Request) -> web.StreamResponse:
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return await face.socket(request)
    return web.Response(status=405, text="POST or a websocket")


def application(exchange: Exchange, number: int) -> web.Application:
    """Build one node of the chain; websocket and HTTP share the address."""
    face = RpcFace(exchange, number)
    app = web.Application()
    app.router.add_post("/", face.post)

    async def get(request: web.Request) -> web.StreamResponse:
        return await _either(face, request)

    app.router.add_get("/", get)
    return app
