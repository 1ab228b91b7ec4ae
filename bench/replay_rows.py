"""One replay of the seeded sample in a process of its own: prints CPU, peak memory and counts as one JSON line."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from coincurve import PrivateKey

from copydesk.settings.layers import load
from copydesk.wiring import ReplayRequest, replay_once

SIGNATURES = 2_000


def signature_us() -> float:
    """CPU microseconds of one libsecp256k1 signature with the key at hand."""
    key, message = PrivateKey(b"\x01" * 32), b"\x02" * 32
    began = time.process_time()
    for _ in range(SIGNATURES):
        key.sign_recoverable(message, hasher=None)
    return (time.process_time() - began) / SIGNATURES * 1e6


def main(rows: int, preset: str) -> None:
    """Replay `rows` rows with the ledger on disk and room for many copies: reading, deciding, booking, storing."""
    before = signature_us()
    wide = {"preset": preset, "account.bankroll_usdc": "1000000", "gates.positions_max": "null"}
    loaded = load(wide, {"gates": {"unknown_end": "allow"}})
    with TemporaryDirectory() as folder:
        began = time.process_time()
        report = replay_once(loaded, ReplayRequest(sources=(f"sample:7:{rows}",), ledger=Path(folder) / "ledger"))
        cpu_s = time.process_time() - began
    decided = report.events - report.activities
    print(
        json.dumps(
            {
                "rows": rows,
                "decided": decided,
                "decisions": report.decisions,
                "copied": report.copied,
                "entries": report.ledger_entries,
                "cpu_us_per_trade": cpu_s / decided * 1e6,
                "cpu_us_per_decision": cpu_s / report.decisions * 1e6,
                "signature_us": (before + signature_us()) / 2,
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
