"""One replay of the seeded sample in a process of its own: prints CPU, peak memory and counts as one JSON line."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from coincurve import PrivateKey

from copydesk.settings.layers import load
from copydesk.wiring.replay import ReplayRequest, replay_once

SIGNATURES = 100
SAMPLES = 100
STOPS = (
    *("stops.daily_loss_max_bps", "stops.weekly_loss_max_bps"),
    *("stops.leader_drawdown_max_bps", "stops.leader_losses_max"),
)
"""Off: a long replay would be stopped more than a short one, and so be cheaper for each trade."""


class Calibration:
    """Signs now and then while the replay runs, so that both see the machine at the same speeds.

    `spent_s` is the CPU that signing took: it is none of the replay's.
    """

    def __init__(self, rows: int) -> None:
        self._every, self._next = max(rows // SAMPLES, 1), 0
        self._key, self._message = PrivateKey(b"\x01" * 32), b"\x02" * 32
        self.samples_us: list[float] = []
        self.spent_s = 0.0

    def reading(self, bytes_read: int, bytes_total: int) -> None:
        """Nothing is read from files."""

    def replaying(self, rows: int, rows_total: int) -> None:
        """Take a sample each time another part of the rows has gone through."""
        if rows < self._next:
            return
        self._next = rows + self._every
        began = time.thread_time()
        for _ in range(SIGNATURES):
            self._key.sign_recoverable(self._message, hasher=None)
        spent = time.thread_time() - began
        self.samples_us.append(spent / SIGNATURES * 1e6)
        self.spent_s += spent


def main(rows: int, preset: str) -> None:
    """Replay `rows` rows with the ledger on disk and no stop, cap or count in the way of many copies."""
    calibration = Calibration(rows)
    wide = {"preset": preset, "account.bankroll_usdc": "1000000", "gates.positions_max": "null"}
    loaded = load(wide | dict.fromkeys(STOPS, "null"), {"gates": {"unknown_end": "allow"}})
    with TemporaryDirectory() as folder:
        began = time.process_time()
        request = ReplayRequest(sources=(f"sample:7:{rows}",), ledger=Path(folder) / "ledger")
        report = replay_once(loaded, request, calibration)
        cpu_s = time.process_time() - began - calibration.spent_s
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
                "signature_us": mean(calibration.samples_us),
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
