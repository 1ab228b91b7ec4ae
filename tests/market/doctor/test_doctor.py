"""`copydesk doctor` and `healthcheck` against a local market over real sockets (S4.4, S4.20, E47, K15)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from copydesk.domain.venue_addresses import VENUE_URLS
from copydesk.serve.cli.app import app

REPO = Path(__file__).resolve().parents[3]
FACES = ["Markets", "Trades", "Orders", "Book stream", "Order stream", "Trade stream", "Location page"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def market() -> Iterator[dict[str, Any]]:
    """A quiet local market, as the line it prints."""
    command = [sys.executable, "-m", "fakemarket", "serve", "--port", "0", "--scenario", "quiet"]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(REPO / "src")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)


def told(tmp_path: Path, venue: dict[str, str], *words: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """What doctor, or another command, says of this venue."""
    (tmp_path / "copydesk.yaml").write_text(json.dumps({"leaders": [{"wallet": "kestrel"}], "venue": venue}))
    os.chdir(tmp_path)
    runner = CliRunner(env={"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")})
    result = runner.invoke(app, [*(words or ("doctor",)), "--json"])
    return result.exit_code, {each["check"]: each for each in json.loads(result.stdout)["checks"]}


def addresses(market: dict[str, Any]) -> dict[str, str]:
    return {face: market[face] for face in VENUE_URLS}


def put(market: dict[str, Any], path: str, body: dict[str, object]) -> None:
    request = urllib.request.Request(market["control"] + path, json.dumps(body).encode(), method="PUT")
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request, timeout=5).close()


@pytest.fixture(autouse=True)
def _back_again() -> Iterator[None]:
    here = Path.cwd()
    yield
    os.chdir(here)


def test_a_venue_that_answers_is_well(market: dict[str, Any], tmp_path: Path) -> None:
    code, checks = told(tmp_path, addresses(market))
    assert code == 0
    assert [checks[name]["grade"] for name in (*FACES, "Clock", "Location")] == ["ok"] * 9
    assert all("answered in" in checks[name]["found"] for name in FACES)
    code, checks = told(tmp_path, addresses(market), "healthcheck")
    assert (code, checks["Trades"]["grade"]) == (0, "ok")


def test_a_venue_that_is_not_there_is_unhealthy_and_each_face_is_named(market: dict[str, Any], tmp_path: Path) -> None:
    """S4.4: non-zero, with the fix. Nobody listens on port 1."""
    code, checks = told(tmp_path, addresses(market) | {"data": "http://127.0.0.1:1", "rtds": "ws://127.0.0.1:1"})
    assert code == 6
    failed = {name: each for name, each in checks.items() if each["grade"] == "fail"}
    assert set(failed) == {"Trades", "Trade stream"}
    assert all("127.0.0.1:1 can be reached" in each["fix"] for each in failed.values())


def test_a_blocked_place_is_told_and_paper_goes_on(market: dict[str, Any], tmp_path: Path) -> None:
    """E47, K15, C41."""
    put(market, "/geoblock", {"blocked": True, "country": "US", "region": "NY"})
    try:
        code, checks = told(tmp_path, addresses(market))
    finally:
        put(market, "/geoblock", {"blocked": False, "country": "IE", "region": "L"})
    assert (code, checks["Location"]["grade"]) == (0, "warn")
    assert checks["Location"]["found"].startswith("US-NY: the venue lets one only close positions")
