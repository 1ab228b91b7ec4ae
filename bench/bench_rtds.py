"""What the public activity stream costs: a frame about somebody else, a frame about a leader, and a burst of both.

Prints JSON lines {name, value, unit, ratio, limit, ok}. Seven rounds, each measuring everything once beside one
libsecp256k1 signature; medians of the rounds (of the burst: the worst round). CPU of this process alone: the server
is another process on this machine and writes ready-made frames.

`rtds_unfollowed_frame` is receiving, unpacking and dropping, when frames come faster than they are read: the case in
which the cost matters. `rtds_paced_frame` is the same when every frame wakes the process by itself: nearly all of it
is the event loop and the kernel, so it has no limit. `rtds_followed_frame` includes the decoding of the trade.

The limit of `rtds_unfollowed_frame` is absolute; `ratio` is its share of a signature.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import hashlib
import json
import multiprocessing
import struct
import time
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from operator import truediv
from statistics import median

from coincurve import PrivateKey

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.clocks.live import RunningClock
from copydesk.adapters.polymarket.live.rtds import RtdsFeed
from copydesk.adapters.polymarket.live.stream.sieve import Sieve
from copydesk.domain.ids import EventId, Wallet
from copydesk.domain.trade import LeaderTrade, LiveSighting

ROUNDS = 7
FLOOD, PACED, FOLLOWED, BURST = 40_000, 400, 4_000, 10_000
EVERY = 50
BATCH, BATCH_S = 100, 0.01
PACE_S = 0.001
HANDLED = 20_000
SIGNATURES = 1_000
LEADERS = 1_000

UNFOLLOWED_US_MAX = 3.0
FOLLOWED_SIGNATURES_MAX = 3.0

_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def a_wallet(number: int) -> str:
    """An address in mixed case; the first thousand are followed."""
    digits = hashlib.sha256(f"wallet{number}".encode()).hexdigest()[:40]
    return "0x" + "".join(c.upper() if at % 2 else c for at, c in enumerate(digits))


def a_frame(number: int, wallet: str) -> bytes:
    """A frame as the venue writes them, 823 bytes of it."""
    payload = {
        "asset": "7" * 77,
        "bio": "",
        "conditionId": "0x" + "1d" * 32,
        "eventSlug": "will-the-northern-ferry-run-on-time-in-july-of-2031",
        "icon": "https://x.jpg",
        "name": "Ferr",
        "outcome": "No",
        "outcomeIndex": 1,
        "price": 0.41,
        "profileImage": "",
        "proxyWallet": wallet,
        "pseudonym": "Quiet-Harbours",
        "side": "BUY",
        "size": 1.6384,
        "slug": "will-the-northern-ferry-run-on-time-in-july-of-2031-y1",
        "timestamp": 1_795_132_800,
        "title": "Will the northern ferry run on time on each day in July of 2031?",
        "transactionHash": "0x" + hashlib.sha256(f"tx{number}".encode()).hexdigest(),
    }
    kind = "trades" if number % 3 else "orders_matched"
    frame = {"connection_id": "AAAAAAAAAAAAAAAAAA==", "payload": payload, "timestamp": 1_795_132_802_053}
    return json.dumps(frame | {"topic": "activity", "type": kind}, separators=(",", ":")).encode()


def packed(frames: Iterable[bytes]) -> bytes:
    """Text frames of a server, one after the other."""
    return b"".join(b"\x81\x7e" + struct.pack(">H", len(frame)) + frame for frame in frames)


def frames_of(count: int, followed_every: int) -> list[bytes]:
    """So many frames; the first, the last and each `followed_every`-th are about a leader."""
    marked = set(range(0, count, followed_every)) | {count - 1}
    return [a_frame(n, a_wallet(n % LEADERS if n in marked else LEADERS + n % 200)) for n in range(count)]


class Server:
    """The venue's end: after the subscription it sends what the path names."""

    def __init__(self) -> None:
        self._flood = packed(frames_of(FLOOD, FLOOD))
        self._followed = packed(frames_of(FOLLOWED, 1))
        self._paced = [packed([frame]) for frame in frames_of(PACED, PACED)]
        burst = frames_of(BURST, EVERY)
        self._burst = [packed(burst[at : at + BATCH]) for at in range(0, BURST, BATCH)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Shake hands, wait for the subscription, send, and keep the connection until the client leaves it."""
        request = await reader.readuntil(b"\r\n\r\n")
        key = request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
        accept = base64.b64encode(hashlib.sha1(key + _ACCEPT, usedforsecurity=False).digest())
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        writer.write(b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        await reader.read(8)
        await {"/flood": self.flood, "/followed": self.followed, "/paced": self.paced, "/burst": self.burst}[
            request.split(b" ")[1].decode()
        ](writer)
        await reader.read()
        writer.close()

    async def flood(self, writer: asyncio.StreamWriter) -> None:
        """Send as fast as it is taken."""
        writer.write(self._flood)
        await writer.drain()

    async def followed(self, writer: asyncio.StreamWriter) -> None:
        """Likewise, every frame about a leader."""
        writer.write(self._followed)
        await writer.drain()

    async def paced(self, writer: asyncio.StreamWriter) -> None:
        """Send a frame a millisecond."""
        for frame in self._paced:
            writer.write(frame)
            await asyncio.sleep(PACE_S)

    async def burst(self, writer: asyncio.StreamWriter) -> None:
        """Send ten thousand frames in a second."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number, batch in enumerate(self._burst, start=1):
            writer.write(batch)
            await asyncio.sleep(began + number * BATCH_S - loop.time())


def serve(told: Connection) -> None:
    """Serve until ended; tell the port first."""

    async def run() -> None:
        server = await asyncio.start_server(Server().serve, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class CountingInbox:
    """Takes everything, and notes the CPU time of the first and the last."""

    def __init__(self, expected: int) -> None:
        self.events: set[EventId] = set()
        self.began = self.ended = 0.0
        self._left = expected
        self.all_came = asyncio.Event()

    def put(self, sighting: LiveSighting) -> bool:
        """Count one."""
        self.ended = time.process_time()
        self.began = self.began or self.ended
        if isinstance(sighting, LeaderTrade):
            self.events.add(sighting.event_id)
        self._left -= 1
        if not self._left:
            self.all_came.set()
        return True


async def taken(url: str, expected: int) -> CountingInbox:
    """Listen until all that was expected came, or nothing more will."""
    feed = RtdsFeed(url, RunningClock(), SeededDice(7))
    feed.follow({Wallet(a_wallet(number).lower()): None for number in range(LEADERS)})
    inbox = CountingInbox(expected)
    running = asyncio.create_task(feed.run(inbox))
    try:
        async with asyncio.timeout(10):
            await inbox.all_came.wait()
    except TimeoutError:
        inbox.ended = time.process_time()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return inbox


def us_each(url: str, expected: int, frames: int) -> float:
    """CPU microseconds of a frame."""
    inbox = asyncio.run(taken(url, expected))
    return (inbox.ended - inbox.began) / frames * 1e6


def us_each_handled(frames: list[bytes]) -> float:
    """CPU microseconds of the dropping alone."""
    sieve = Sieve()
    sieve.follow(Wallet(a_wallet(number).lower()) for number in range(LEADERS))
    began = time.process_time()
    for frame in frames:
        sieve.may_drop(frame)
    return (time.process_time() - began) / len(frames) * 1e6


def us_each_signature() -> float:
    """The yardstick."""
    key, message = PrivateKey(b"\x01" * 32), b"\x02" * 32
    began = time.process_time()
    for _ in range(SIGNATURES):
        key.sign_recoverable(message, hasher=None)
    return (time.process_time() - began) / SIGNATURES * 1e6


def line(name: str, value: float, unit: str, ratio: float, limit: float | None, *, is_ok: bool = True) -> None:
    """One result."""
    figure = {"name": name, "value": round(value, 2), "unit": unit, "ratio": round(ratio, 3), "limit": limit}
    print(json.dumps(figure | {"ok": is_ok}), flush=True)


def main() -> None:
    """Seven rounds of everything, one after the other."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    base = f"ws://127.0.0.1:{here.recv()}"
    strangers = [a_frame(n, a_wallet(LEADERS + n)) for n in range(HANDLED)]
    burst_expected = BURST // EVERY + 1
    gc.freeze()
    works: dict[str, Callable[[], float]] = {
        "signature": us_each_signature,
        "rtds_unfollowed_handler": lambda: us_each_handled(strangers),
        "rtds_unfollowed_frame": lambda: us_each(f"{base}/flood", 2, FLOOD),
        "rtds_paced_frame": lambda: us_each(f"{base}/paced", 2, PACED),
        "rtds_followed_frame": lambda: us_each(f"{base}/followed", FOLLOWED, FOLLOWED),
        "rtds_burst_lost": lambda: float(
            burst_expected - len(asyncio.run(taken(f"{base}/burst", burst_expected)).events)
        ),
    }
    figures: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            figures[name].append(work())
    server.terminate()
    report(figures)


def report(figures: dict[str, list[float]]) -> None:
    """Print the figures with what they are held to."""
    lost = max(figures.pop("rtds_burst_lost"))
    signature = figures.pop("signature")
    handled, received = figures["rtds_unfollowed_handler"], figures["rtds_unfollowed_frame"]
    paced, followed = figures["rtds_paced_frame"], figures["rtds_followed_frame"]
    cost, share = median(received), median(map(truediv, received, signature))
    line("rtds_unfollowed_frame", cost, "us", share, UNFOLLOWED_US_MAX, is_ok=cost <= UNFOLLOWED_US_MAX)
    for name, costs, most in (
        ("rtds_unfollowed_handler", handled, None),
        ("rtds_paced_frame", paced, None),
        ("rtds_followed_frame", followed, FOLLOWED_SIGNATURES_MAX),
    ):
        ratio = median(map(truediv, costs, signature))
        line(name, median(costs), "us", ratio, most, is_ok=most is None or ratio <= most)
    line("rtds_burst_lost", lost, "trades", lost, 0, is_ok=lost == 0)


if __name__ == "__main__":
    main()
