"""Run every ``bench/bench_*.py``, pass on its JSON lines, and fail when a line says ``"ok": false``."""

import json
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]


def main() -> int:
    benches = sorted((REPO / "bench").glob("bench_*.py"))
    if not benches:
        print("no bench/bench_*.py found", file=sys.stderr)
        return 1
    failures = [why for bench in benches for why in run(bench)]
    for why in failures:
        print(f"FAILED {why}", file=sys.stderr)
    return 1 if failures else 0


def run(bench: Path) -> list[str]:
    """Run one bench, echo its output as it comes, and name what went wrong."""
    lines, failures = 0, []
    with subprocess.Popen([sys.executable, str(bench)], cwd=REPO, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines += 1
            if (why := complaint(line)) is not None:
                failures.append(f"{bench.name}: {why}")
    if process.returncode != 0:
        failures.append(f"{bench.name}: exit code {process.returncode}")
    if lines == 0:
        failures.append(f"{bench.name}: printed no figure")
    return failures


def complaint(line: str) -> str | None:
    """Say what is wrong with one line of output, or None when it is a figure within its limit."""
    try:
        figure = json.loads(line)
    except json.JSONDecodeError:
        return f"not a JSON line: {line.strip()[:80]}"
    if not isinstance(figure, dict):
        return f"not a JSON object: {line.strip()[:80]}"
    return f"over its limit: {line.strip()}" if figure.get("ok") is False else None


if __name__ == "__main__":
    sys.exit(main())
