"""Serving: one line of JSON, eleven ports that answer, and an orderly end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fakemarket import serve
from fakemarket.__main__ import read_arguments
from fakemarket.world.clock import ManualClock

REPO = Path(__file__).resolve().parents[3]
KEYS = {
    *("gamma", "data", "clob", "ws_market", "ws_user", "rtds", "relayer", "geoblock", "control"),
    *("rpc", "chain_id", "contracts", "accounts", "leaders", "markets"),
}


@contextmanager
def served(*arguments: str) -> Iterator[tuple[dict[str, Any], "subprocess.Popen[str]"]]:
    command = [sys.executable, "-W", "error", "-m", "fakemarket", "serve", *arguments]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(REPO / "src")}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=REPO
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline()), process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def fetched(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.loads(response.read())


def asked(url: str, method: str) -> Any:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": []}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=10) as response:
        return json.loads(response.read())["result"]


@pytest.mark.slow
def test_the_line_names_everything_and_everything_answers() -> None:
    with served("--port", "0", "--seed", "7", "--scenario", "quiet") as (line, _):
        assert line.keys() == KEYS
        assert line["chain_id"] == 137
        assert [account["signature_type"] for account in line["accounts"]] == [0, 1, 2, 3]
        assert line["accounts"][0].keys() == {"address", "private_key", "wallet", "signature_type", "pusd"}
        assert line["leaders"][0].keys() == {"wallet", "name", "style"}
        assert line["markets"][0].keys() == {"condition_id", "token_ids", "version", "neg_risk", "tick"}
        assert {market["version"] for market in line["markets"]} == {"v1", "v2"}
        assert len(fetched(line["gamma"] + "/markets/keyset?limit=100")["markets"]) == len(line["markets"])
        assert fetched(line["data"] + "/v2/trades")["data"] == []
        assert fetched(line["clob"] + "/version") == {"version": 2}
        assert fetched(line["geoblock"])["blocked"] is False
        assert fetched(line["relayer"] + "/deployed?address=0x0") == {"deployed": False}
        assert fetched(line["control"] + "/state")["scenario"] == "quiet"
        heads = [asked(node["http"], "eth_blockNumber") for node in line["rpc"]]
        assert len(heads) == 2
        assert abs(int(heads[0], 16) - int(heads[1], 16)) <= 1
        assert asked(line["rpc"][1]["http"], "eth_chainId") == "0x89"


@pytest.mark.slow
def test_a_word_to_stop_ends_it_cleanly_within_seconds() -> None:
    with served("--scenario", "demo", "--speed", "50") as (line, process):
        fetched(line["data"] + "/v2/trades")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.slow
def test_it_ends_with_whoever_started_it() -> None:
    """Killed outright, a starter can end nothing; its end of our standard input closes all the same."""
    command = [sys.executable, "-m", "fakemarket", "serve", "--scenario", "quiet", "--until-eof"]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(REPO / "src")}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=REPO
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()).keys() == KEYS
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


@pytest.mark.slow
def test_a_fast_clock_makes_hours_of_trades_in_seconds() -> None:
    with served("--scenario", "demo", "--speed", "1") as (line, _):
        request = urllib.request.Request(
            line["control"] + "/clock/advance", data=json.dumps({"ms": 1_800_000}).encode(), method="POST"
        )
        urllib.request.urlopen(request, timeout=60).close()
        control = fetched(line["control"] + "/leaders/trades")
        assert control["count"] > 300
        for leader in line["leaders"]:
            mine = [row for row in control["trades"] if row["wallet"] == leader["wallet"]]
            shown = all_trades(line["data"], leader["wallet"])
            listed = sorted((row["transaction_hash"], row["token"], row["side"]) for row in mine)
            public = sorted((row["transaction_hash"], row["token_id"], row["side"]) for row in shown)
            assert set(public) <= set(listed)
            assert len(listed) - len(public) <= 5


def all_trades(base: str, wallet: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = fetched(f"{base}/v2/trades?user={wallet}&taker_only=false&limit=100&cursor={cursor}")
        rows += page["data"]
        cursor = page["pagination"]["next_cursor"]
    return rows


def test_a_pump_that_breaks_stops_the_serving_and_is_heard() -> None:
    async def run() -> None:
        clock = ManualClock(1_795_132_800_000)
        one = serve.Served(clock, serve.ServePlan(scenario="quiet"))
        await one.start()
        try:
            clock.schedule(clock.now_ms(), lambda: 1 // 0)
            await one.run_until(asyncio.Event())
        finally:
            await one.stop()

    with pytest.raises(ZeroDivisionError):
        asyncio.run(run())


def test_a_face_that_is_missing_is_named() -> None:
    with pytest.raises(serve.FaceMissing, match="does not bring nothing"):
        serve._brought("fakemarket.faces.clob", "nothing")
    with pytest.raises(serve.FaceMissing, match="no_such"):
        serve._brought("fakemarket.faces.no_such", "routes")


def test_the_command_line_is_read() -> None:
    plan = read_arguments(["serve", "--port", "9000", "--seed", "3", "--scenario", "brief", "--speed", "60"])
    assert plan == serve.ServePlan(port=9000, seed=3, scenario="brief", speed=60.0)


@pytest.mark.parametrize("wrong", [["--scenario", "nope"], ["--speed", "0"], ["--port", "x"]])
def test_a_wrong_command_line_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(["serve", *wrong])
    assert capsys.readouterr().err
