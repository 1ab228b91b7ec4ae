"""What a decided trade costs with the ledger on, how that grows with the number of trades, and what memory it takes.

Prints JSON lines {name, value, unit, ratio, limit, ok}. Every replay is a process of its own; the calibration, one
libsecp256k1 signature, is measured all along in the same process. Small and large runs are interleaved, medians are
compared.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

SMALL, LARGE = 100_000, 1_000_000
SIGNATURES_MAX = 8.0
GROWTH_MAX = 1.1
MEMORY_MAX_MIB = 300.0


def replayed(rows: int) -> dict[str, Any]:
    """The figures of one replay of `rows` rows."""
    child = Path(__file__).with_name("replay_rows.py")
    done = subprocess.run(
        [sys.executable, str(child), str(rows), "balanced"], check=True, capture_output=True, text=True
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def line(name: str, value: float, unit: str, ratio: float, limit: float) -> None:
    """One result; it is ok when its ratio is within the limit."""
    print(
        json.dumps(
            {
                "name": name,
                "value": round(value, 2),
                "unit": unit,
                "ratio": round(ratio, 3),
                "limit": limit,
                "ok": ratio <= limit,
            }
        )
    )


def main() -> None:
    """Three small runs around two large ones. Growth compares costs in signatures: the machine's own speed drifts."""
    small, large = [replayed(SMALL)], []
    for _ in range(2):
        large.append(replayed(LARGE))
        small.append(replayed(SMALL))
    cost, large_cost = (median(run["cpu_us_per_trade"] for run in runs) for runs in (small, large))
    in_signatures, large_in_signatures = (
        median(run["cpu_us_per_trade"] / run["signature_us"] for run in runs) for runs in (small, large)
    )
    growth = large_in_signatures / in_signatures
    peak_mib = max(run["peak_mib"] for run in large)
    line("replay_cpu_per_decided_trade", cost, "us", in_signatures, SIGNATURES_MAX)
    line("replay_cpu_per_decision", median(run["cpu_us_per_decision"] for run in small), "us",
         median(run["cpu_us_per_decision"] / run["signature_us"] for run in small), SIGNATURES_MAX)  # fmt: skip
    line("replay_growth_to_a_million", large_cost, "us", growth, GROWTH_MAX)
    line("replay_peak_memory_at_a_million", peak_mib, "MiB", peak_mib, MEMORY_MAX_MIB)


if __name__ == "__main__":
    main()
