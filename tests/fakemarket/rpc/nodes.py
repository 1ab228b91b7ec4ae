"""Two nodes of one served chain on a hand-moved clock, asked over real HTTP and websockets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse
from aiohttp.test_utils import TestServer

from fakemarket.faces.rpc import application
from fakemarket.world.chain.logs import ORDER_FILLED
from fakemarket.world.money import ONE
from tests.fakemarket.town import Town

QUIET_S = 0.05
Frame = dict[str, Any]


class Refused(Exception):
    """An answer with an error in it."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code = error["code"]


class Listener:
    """One websocket: subscriptions, and the frames that came."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self._number = 0

    async def call(self, method: str, *params: Any) -> Any:
        self._number += 1
        await self.socket.send_str(
            json.dumps({"jsonrpc": "2.0", "id": self._number, "method": method, "params": list(params)})
        )
        answer = json.loads((await self.socket.receive()).data)
        return answer["result"] if "result" in answer else answer["error"]

    async def heard(self) -> list[Frame]:
        """Give the results of all frames that have come, and that come within a moment."""
        found: list[Frame] = []
        while True:
            try:
                async with asyncio.timeout(QUIET_S):
                    message = await self.socket.receive()
            except TimeoutError:
                return found
            found.append(json.loads(message.data)["params"]["result"])


class Nodes:
    """The market with its nodes."""

    def __init__(self) -> None:
        self.town = Town()
        self.http: ClientSession
        self.urls: list[str] = []

    async def ask(self, method: str, *params: Any, node: int = 0) -> Any:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        async with self.http.post(self.urls[node], json=body) as answer:
            document = await answer.json()
        if "error" in document:
            raise Refused(document["error"])
        return document["result"]

    async def listen(self, node: int = 0) -> Listener:
        return Listener(await self.http.ws_connect(self.urls[node]))

    def trade(self, cents: int = 50, shares: int = 10) -> str:
        """Let ann sell to bob and wait until the block is shown; give the hash of the transaction."""
        self.town.quote(self.town.ann, "SELL", cents, shares)
        self.town.quote(self.town.bob, "BUY", cents, shares)
        self.pass_s(6)
        return self.town.exchange.history.fills[-1].transaction_hash

    def pass_s(self, seconds: float) -> None:
        self.town.clock.advance(int(seconds * 1000))

    async def fills(self, node: int = 0, **more: Any) -> list[Frame]:
        head = int(await self.ask("eth_blockNumber", node=node), 16)
        wanted = {"fromBlock": hex(head - 90), "toBlock": "latest", "topics": [ORDER_FILLED], **more}
        logs: list[Frame] = await self.ask("eth_getLogs", wanted, node=node)
        return logs


def play(scene: Callable[[Nodes], Awaitable[None]]) -> None:
    """Serve two nodes, play, stop."""

    async def run() -> None:
        nodes = Nodes()
        nodes.town.clock.advance(400_000)
        servers = [TestServer(application(nodes.town.exchange, number)) for number in (0, 1)]
        for server in servers:
            await server.start_server()
            nodes.urls.append(str(server.make_url("/")))
        try:
            async with ClientSession() as nodes.http:
                await scene(nodes)
        finally:
            for server in servers:
                await server.close()

    asyncio.run(run())


SHARES = 10 * ONE
