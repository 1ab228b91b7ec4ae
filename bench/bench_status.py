"""How long a cold `copydesk status` takes, as a process of its own, beside a Python that does nothing.

Prints one JSON line {name, value, unit, ratio, limit, ok}: the median in seconds, as a multiple of the bare start.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

RUNS = 7
LIMIT_S = 0.25
SAMPLE = "sample:7:2000"


def took_s(command: list[str]) -> float:
    """The seconds until a command that succeeds is done."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Bare and status runs take turns, so that a busy machine is busy for both."""
    copydesk = [sys.executable, "-m", "copydesk"]
    with TemporaryDirectory() as folder:
        ledger = str(Path(folder) / "desk.db")
        took_s([*copydesk, "replay", "--source", SAMPLE, "--ledger", ledger, "--quiet"])
        bare, status = [], []
        for _ in range(RUNS):
            bare.append(took_s([sys.executable, "-c", "pass"]))
            status.append(took_s([*copydesk, "status", "--ledger", ledger]))
    value = median(status)
    ratio = median(ours / theirs for ours, theirs in zip(status, bare, strict=True))
    figure = {"name": "cold_status", "value": round(value, 3), "unit": "s", "ratio": round(ratio, 1), "limit": LIMIT_S}
    print(json.dumps({**figure, "ok": value <= LIMIT_S}))


if __name__ == "__main__":
    main()
