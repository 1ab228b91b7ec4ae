"""The official clients against a served market: one `python -m fakemarket serve` a run, both clients unmodified."""

import asyncio
import json
import selectors
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("quiet.yaml")
PATIENCE_S = 20.0


@dataclass(frozen=True)
class Trader:
    """One funded account of the served market."""

    address: str
    private_key: str
    wallet: str
    signature_type: int


@dataclass(frozen=True)
class Listed:
    """One market of the served catalogue."""

    condition: str
    tokens: tuple[str, str]
    version: str
    neg_risk: bool
    tick: str

    @property
    def yes(self) -> str:
        return self.tokens[0]

    @property
    def no(self) -> str:
        return self.tokens[1]


@dataclass(frozen=True)
class Venue:
    """Where everything is, as the one JSON line said."""

    line: dict[str, Any]

    def url(self, name: str) -> str:
        return str(self.line[name])

    def trader(self, signature_type: int) -> Trader:
        [row] = [row for row in self.line["accounts"] if row["signature_type"] == signature_type]
        return Trader(**{name: row[name] for name in ("address", "private_key", "wallet", "signature_type")})

    def markets(self, kind: str) -> list[Listed]:
        """Give the markets of a kind, `standard`, `neg_risk` or `v2`, in the order of the script."""
        found = []
        for row in self.line["markets"]:
            listed = Listed(
                row["condition_id"], tuple(row["token_ids"]), row["version"], row["neg_risk"], str(row["tick"])
            )
            kinds = "v2" if listed.version == "v2" else "neg_risk" if listed.neg_risk else "standard"
            if kinds == kind:
                found.append(listed)
        return found

    def control(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url("control") + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.loads(answer.read() or b"null")

    def fault(self, name: str, **params: object) -> None:
        self.control("PUT", f"/faults/{name}", {"on": True, **params})

    def heal(self) -> None:
        self.control("DELETE", "/faults")

    def advance(self, seconds: int) -> None:
        self.control("POST", "/clock/advance", {"ms": seconds * 1000})

    def act(self, verb: str, **words: object) -> Any:
        return self.control("POST", "/do", {"do": verb, **words})


def first_line(process: "subprocess.Popen[str]") -> str:
    """Read the JSON line, or say what the market said when it did not come."""
    stdout = process.stdout
    if stdout is None:
        pytest.fail("the market has no output")
    with selectors.DefaultSelector() as waiting:
        waiting.register(stdout, selectors.EVENT_READ)
        if not waiting.select(PATIENCE_S):
            process.kill()
            pytest.fail("the market said nothing")
    line = stdout.readline()
    if not line:
        pytest.fail(f"the market did not start: {process.communicate()[1][-2000:]}")
    return line


def serve(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "fakemarket", "serve", "--port", "0", *arguments]
    return subprocess.Popen(command, cwd=REPO / "src", text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture(scope="session")
def venue() -> Iterator[Venue]:
    """A quiet market, twenty times as fast as real time: nothing happens in it but what the clients do."""
    process = serve("--seed", "7", "--scenario", str(SCRIPT), "--speed", "20")
    try:
        yield Venue(json.loads(first_line(process)))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            _, complaints = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            pytest.fail("the market did not stop on SIGTERM")
    assert process.returncode == 0, complaints[-2000:]


Clob = Callable[..., Any]


@pytest.fixture(scope="session")
def clob(venue: Venue) -> Clob:
    """Give py-clob-client-v2 for a trader, logged in, the same object every time."""
    module: Any = pytest.importorskip("py_clob_client_v2", reason="the official client")
    ready: dict[str, Any] = {}

    def client_of(trader: Trader) -> Any:
        if trader.wallet not in ready:
            client = module.ClobClient(
                venue.url("clob"),
                venue.line["chain_id"],
                key=trader.private_key,
                signature_type=trader.signature_type,
                funder=trader.wallet,
            )
            client.set_api_creds(client.create_or_derive_api_key())
            ready[trader.wallet] = client
        return ready[trader.wallet]

    return client_of


@pytest.fixture(scope="session")
def environment(venue: Venue) -> Any:
    """Give polymarket-client its surroundings: every address is the served market's, none the real one's."""
    module: Any = pytest.importorskip("polymarket._internal.environment", reason="the official client")
    nowhere = "http://127.0.0.1:9"
    config = replace(
        module.PRODUCTION_CONFIG,
        clob_url=venue.url("clob"),
        clob_market_ws_url=venue.url("ws_market"),
        clob_user_ws_url=venue.url("ws_user"),
        gamma_url=venue.url("gamma"),
        data_url=venue.url("data"),
        relayer_url=venue.url("relayer"),
        rtds_ws_url=venue.url("rtds"),
        rfq_url=nowhere,
        rpc_url=venue.line["rpc"][0]["http"],
        relayer_poll_frequency_ms=50,
        builder_gateway_url=nowhere,
        collateral_return_url=nowhere,
        perps_url=nowhere,
        sports_ws_url="ws://127.0.0.1:9",
        perps_ws_url="ws://127.0.0.1:9",
        realtime_ws_url="ws://127.0.0.1:9",
        rfq_quoter_ws_url="ws://127.0.0.1:9",
    )
    return module.create_environment(name="fakemarket", config=config)


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Give a way to wait for something that the market does in its own time."""

    def wait(ask: Callable[[], Any], what: str = "it") -> Any:
        deadline = time.monotonic() + PATIENCE_S  # noqa: TID251 a live market in another process
        while not (found := ask()):
            if time.monotonic() > deadline:  # noqa: TID251
                pytest.fail(f"{what} did not happen within {PATIENCE_S:.0f} s")
            time.sleep(0.05)  # noqa: TID251
        return found

    return wait


@pytest.fixture(scope="session")
def within() -> Callable[..., Any]:
    """Give a bound on what a coroutine may take, run on a loop of its own."""

    def run(coroutine: Any) -> Any:
        async def bounded() -> Any:
            async with asyncio.timeout(2 * PATIENCE_S):
                return await coroutine

        return asyncio.run(bounded())

    return run
