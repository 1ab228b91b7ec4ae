"""A fake market and a desk as processes, as an operator would run them, and what each says happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[3]
FACES = ("gamma", "data", "clob", "ws_market", "ws_user", "rtds", "geoblock")
LEADERS = 3


class Market:
    """A running fake market: its line, and its control port."""

    def __init__(self, line: Mapping[str, Any], speed: int) -> None:
        self.line, self.speed = line, speed
        self.leaders = [leader["wallet"].lower() for leader in line["leaders"][:LEADERS]]

    def now_ms(self) -> int:
        """The market's time."""
        return int(self._control("GET", "/state")["now_ms"])

    def trades(self) -> list[dict[str, Any]]:
        """The director's own list of what the first leaders did."""
        listed: list[dict[str, Any]] = []
        while page := self._control("GET", f"/leaders/trades?after={len(listed)}")["trades"]:
            listed += page
        return [trade for trade in listed if trade["wallet"].lower() in self.leaders]

    def set_fault(self, name: str, parameters: Mapping[str, object]) -> None:
        """Switch a fault on."""
        self._control("PUT", f"/faults/{name}", parameters)

    def clear_fault(self, name: str) -> None:
        """Switch a fault off."""
        self._control("DELETE", f"/faults/{name}")

    def settings(self) -> list[str]:
        """The options a desk needs to follow the first leaders here."""
        told = {f"venue.{face}": self.line[face] for face in FACES}
        told["leaders"] = json.dumps([{"wallet": wallet} for wallet in self.leaders])
        told |= {"pace.clock_speed": str(self.speed), "account.bankroll_usdc": "10000"}
        return [part for name, text in told.items() for part in ("--set", f"{name}={text}")]

    def _control(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.line["control"] + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read() or b"null")


@contextmanager
def a_market(speed: int, seed: int) -> Iterator[Market]:
    """A market of the demo's scenario; it ends with the block."""
    arguments = ("serve", "--port", "0", "--seed", str(seed), "--scenario", "demo", "--speed", str(speed))
    process = _started("fakemarket", arguments, REPO, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield Market(json.loads(process.stdout.readline()), speed)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def a_desk(market: Market, ledger: Path) -> Iterator[subprocess.Popen[str]]:
    """A desk that copies on paper until it is told to stop; it is killed if nobody does."""
    arguments = ("up", *market.settings(), "--ledger", str(ledger), "--json", "--quiet")
    with (ledger.parent / "desk.json").open("w") as said:
        process = _started("copydesk", arguments, ledger.parent, stdout=said.fileno())
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def told_to_stop(desk: subprocess.Popen[str]) -> int:
    """The exit code of a desk that was asked to end."""
    desk.send_signal(signal.SIGTERM)
    return desk.wait(timeout=60)


def _started(module: str, arguments: Sequence[str], folder: Path, stdout: int) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(REPO / "src"),
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
    }
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, stdout=stdout, text=True, env=environment, cwd=folder)
