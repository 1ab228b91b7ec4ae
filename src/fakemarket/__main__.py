"""The command line: `python -m fakemarket serve`."""

import argparse
import asyncio
import sys
import time

from fakemarket.director.scenario import BUILT_IN, scenario_named
from fakemarket.serve import FaceMissing, ServePlan, serve


def read_arguments(arguments: list[str]) -> ServePlan:
    parser = argparse.ArgumentParser(prog="fakemarket", description="A local Polymarket for developing and testing.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("serve", help="serve until SIGTERM; prints one line of JSON with all addresses")
    command.add_argument("--port", type=int, default=0, help="first of eleven ports; 0 takes any free ones")
    command.add_argument("--seed", type=int, default=7, help="the source of all chance")
    command.add_argument(
        "--scenario",
        default="day",
        help=f"one of {', '.join(sorted(BUILT_IN))}; or a path to a .yaml script; or recorded:PATH",
    )
    command.add_argument("--speed", type=float, default=1.0, help="how many times faster than real time")
    command.add_argument("--until-eof", action="store_true", help="also stop when standard input ends")
    given = parser.parse_args(arguments)
    try:
        scenario_named(given.scenario)
    except ValueError as error:
        parser.error(str(error))
    if given.speed <= 0:
        parser.error("--speed must be positive")
    return ServePlan(
        port=given.port, seed=given.seed, scenario=given.scenario, speed=given.speed, until_eof=given.until_eof
    )


def main(arguments: list[str] | None = None) -> int:
    plan = read_arguments(sys.argv[1:] if arguments is None else arguments)
    start_ms = time.time_ns() // 1_000_000  # noqa: TID251 market time starts at the real one
    try:
        asyncio.run(serve(plan, start_ms=start_ms))
    except FaceMissing as error:
        sys.stderr.write(f"fakemarket: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
