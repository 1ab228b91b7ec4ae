"""One leader under watch, against a small list of rows that stands for the venue."""

from __future__ import annotations

import asyncio
import json

from copydesk.adapters.polymarket.live.polling.asking import Params
from copydesk.adapters.polymarket.live.polling.plan import PollPlan
from copydesk.adapters.polymarket.live.polling.standing import Standing
from copydesk.adapters.polymarket.live.polling.watch import LeaderWatch
from copydesk.domain.ids import TimeMs, Wallet
from copydesk.domain.trade import LeaderTrade, LiveSighting

ANN = Wallet("0x" + "a1" * 20)
START_S = 1_795_132_800
MINUTE_S = 60


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.ms = 0

    def now(self) -> TimeMs:
        return TimeMs(START_S * 1_000 + self.ms)

    def elapsed_ms(self) -> int:
        return self.ms

    async def sleep(self, ms: int) -> None:
        self.ms += ms


class Venue:
    """A venue that lists one wallet's trades, newest first, in one page; nothing else ever happens there."""

    def __init__(self) -> None:
        self.at_s: list[int] = []
        self.watch: LeaderWatch | None = None

    async def ask(self, path: str, params: Params) -> bytes:
        if self.watch is not None:
            self.watch.is_left = True
        asked = dict(params)
        end = int(asked.get("end", "99999999999"))
        found = sorted((at for at in self.at_s if START_S + at <= end), reverse=True) if path == "/v2/trades" else []
        rows = [_row(at) for at in found[: int(asked["limit"])]]
        return json.dumps({"data": rows, "pagination": {"next_cursor": None}}).encode()


def _row(at_s: int) -> dict[str, object]:
    return {
        "proxy_wallet": ANN,
        "side": "BUY",
        "token_id": "7132",
        "condition_id": "0x" + "9c" * 32,
        "size": 150.25,
        "price": 0.43,
        "timestamp": START_S + at_s,
        "transaction_hash": f"0x{at_s:064x}",
        "outcome": "Yes",
    }


class Scene:
    """A watch, its venue, its clock, and what it has shown."""

    def __init__(self, plan: PollPlan) -> None:
        self.clock, self.venue = HandClock(), Venue()
        self.standing = Standing(self.clock, plan.stale_after_ms)
        self.all: list[LiveSighting] = []
        self.watch = LeaderWatch(ANN, self.clock.now(), plan=plan, clock=self.clock, standing=self.standing)

    def put(self, sighting: LiveSighting) -> bool:
        self.all.append(sighting)
        return True

    def turn(self, at_s: int) -> list[int]:
        """Let the watch look at a moment; the seconds of the trades it showed then."""
        self.clock.ms, before = at_s * 1_000, len(self.all)
        asyncio.run(self.watch.turn(self.venue, self))
        shown = [each for each in self.all[before:] if isinstance(each, LeaderTrade)]
        return [trade.happened_at // 1_000 - START_S for trade in shown]


def test_a_row_that_comes_very_late_is_found_by_the_next_deep_look() -> None:
    """F33, F38: an ordinary look of a quiet leader has few rows."""
    scene = Scene(PollPlan(rows_min=5, overlap_ms=1_000, deep_every_ms=300_000))
    scene.venue.at_s = list(range(1, 11))
    assert scene.turn(12) == list(range(1, 11))
    scene.venue.at_s += [3 * MINUTE_S + second for second in range(10)]
    assert len(scene.turn(4 * MINUTE_S)) == 10
    scene.venue.at_s += [100]
    gaps = scene.standing.gaps
    assert scene.turn(4 * MINUTE_S + 2) == []
    assert scene.turn(5 * MINUTE_S) == [100]
    assert scene.standing.gaps == gaps + 1


def test_a_row_from_the_future_does_not_hide_what_comes_between() -> None:
    """F34: else every later look would end at it, having met what is known."""
    scene = Scene(PollPlan(rows_min=5, overlap_ms=1_000))
    scene.venue.at_s = [1, 2, 90_000_000]
    assert scene.turn(3) == [1, 2, 90_000_000]
    scene.venue.at_s += list(range(10, 30))
    assert scene.turn(40) == list(range(10, 30))


def test_a_leader_who_is_left_while_the_answer_is_on_its_way_is_shown_no_more() -> None:
    """S0.16."""
    scene = Scene(PollPlan())
    scene.venue.at_s, scene.venue.watch = [1, 2], scene.watch
    assert scene.turn(3) == []
    assert scene.all == []


def test_answers_older_than_before_are_said() -> None:
    """F37: a cache, or a server that lags."""
    scene = Scene(PollPlan())
    scene.venue.at_s = [1, 2]
    scene.turn(3)
    scene.standing.answered()
    scene.venue.at_s = [1]
    scene.turn(5)
    assert scene.standing.health("x", 1, 0).words == "answers of /v2/trades are older than before"
