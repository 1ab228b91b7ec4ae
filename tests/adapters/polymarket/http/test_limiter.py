"""The limiter in virtual time: never above a budget, exits first, even turns, bounded waits."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.polymarket.http.asks import Ask
from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.limiter import PATIENCE_MS, Limiter
from copydesk.adapters.polymarket.http.limits import LimitTable
from copydesk.adapters.polymarket.http.trouble import Busy
from copydesk.domain.errors import BadInput, Broken
from tests.adapters.polymarket.http.test_budget import most_in_a_window
from tests.virtual_time import VirtualClock, run_virtual

TABLE = msgspec.convert(
    {
        "share_percent": 75,
        "exits_percent": 20,
        "everything": {10: 400},
        "hosts": {
            "data": {
                "everything": {10: 200},
                "endpoints": [
                    {"paths": ["/trades"], "windows": {10: 100, 60: 400}},
                    {"paths": ["/trades", "/activity"], "windows": {10: 120}},
                    {"paths": ["/status"], "windows": {10: 20}},
                ],
            },
            "clob": {"everything": {10: 300}, "endpoints": [{"paths": ["POST /orders"], "windows": {10: 200}}]},
        },
        "signers": {
            "tier": "standard",
            "tiers": {"standard": {"orders": [4, 20], "cancels": [8, 40]}},
            "charged": {"orders": ["POST /orders"], "cancels": ["DELETE /orders"]},
        },
    },
    LimitTable,
)
# What may go in a window, by what counts under it: three quarters of the above.
TOPS = {
    ("data", "/trades"): {10: 75, 60: 300},
    ("data", "/trades", "/activity"): {10: 90},
    ("data", "/status"): {10: 15},
    ("data", "/trades", "/activity", "/status", "/other"): {10: 150},
    ("clob", "/book"): {10: 225},
    ("", "/trades", "/activity", "/status", "/other", "/book"): {10: 300},
}
FACES = {"/trades": "data", "/activity": "data", "/status": "data", "/other": "data", "/book": "clob"}


class Room:
    """A limiter in virtual time, and everything it let go."""

    def __init__(self, weights: Mapping[str, int] | None = None) -> None:
        self.clock = VirtualClock()
        self.limiter = Limiter(TABLE, self.clock, SeededDice(7), weights)
        self.sent: list[tuple[int, Ask]] = []
        self.turned_away: list[tuple[int, Ask]] = []
        self.waits_ms: dict[Lane, int] = dict.fromkeys(Lane, 0)

    async def send(self, ask: Ask) -> None:
        asked_at = self.clock.elapsed_ms()
        try:
            await self.limiter.acquire(ask)
        except Busy:
            self.turned_away.append((self.clock.elapsed_ms(), ask))
            return
        finally:
            self.waits_ms[ask.lane] = max(self.waits_ms[ask.lane], self.clock.elapsed_ms() - asked_at)
        self.sent.append((self.clock.elapsed_ms(), ask))

    async def keep_sending(self, ask: Ask, until_ms: int) -> None:
        """Ask again as soon as the last one went, or a moment after it was turned away."""
        while self.clock.elapsed_ms() < until_ms:
            before = len(self.turned_away)
            await self.send(ask)
            if len(self.turned_away) > before:
                await self.clock.sleep(50)

    def count(self, **fields: object) -> int:
        return sum(all(getattr(ask, name) == value for name, value in fields.items()) for _, ask in self.sent)


def in_room(act: Callable[[Room], Awaitable[None]], weights: Mapping[str, int] | None = None) -> Room:
    async def main() -> Room:
        room = Room(weights)
        await act(room)
        return room

    return run_virtual(main())


def an_ask(path: str = "/trades", lane: Lane = Lane.BACKFILL, client: str = "", **more: object) -> Ask:
    fields: dict[str, object] = {"face": FACES.get(path, "clob"), "method": "GET", "path": path, **more}
    return msgspec.convert({**fields, "lane": lane, "client": client}, Ask)


async def together(acts: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*acts)


def jain(shares: Iterable[int]) -> float:
    """1 if all have the same, 1/n if one has everything."""
    counts = list(shares)
    return sum(counts) ** 2 / (len(counts) * sum(count * count for count in counts))


# --- never above


requests = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.integers(1, 30),
        st.sampled_from(sorted(FACES)),
        st.sampled_from(Lane),
        st.sampled_from("abc"),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25)
@given(requests)
def test_no_window_of_any_budget_is_ever_exceeded(
    requests: list[tuple[int, int, str, Lane, str, int]],
) -> None:
    """S0.46, C34, L8: over every send, every window, whatever was asked for and however the venue pushed back."""

    async def act(room: Room) -> None:
        tasks = []
        for pause_ms, count, path, lane, client, fate in requests:
            await room.clock.sleep(pause_ms)
            ask = an_ask(path, lane, client)
            tasks += [asyncio.create_task(room.send(ask)) for _ in range(count)]
            if fate == 0:
                room.limiter.push_back(ask, None)
            if fate == 1:
                tasks[-1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    room = in_room(act)
    for (face, *paths), windows in TOPS.items():
        times = [at for at, ask in room.sent if ask.path in paths and face in {"", ask.face}]
        for seconds, top in windows.items():
            assert most_in_a_window(times, seconds * 1_000) <= top
    assert room.limiter.waiting() == 0


def test_what_the_budget_has_is_used() -> None:
    """A limiter that lets nothing through would never be above."""

    async def act(room: Room) -> None:
        await together(room.keep_sending(an_ask(client=client), 60_000) for client in "abc")

    assert in_room(act).count(path="/trades") >= 0.7 * 300 * 0.8


def test_a_full_endpoint_does_not_hold_up_another() -> None:
    async def act(room: Room) -> None:
        busy = [asyncio.create_task(room.send(an_ask("/status"))) for _ in range(10)]
        await room.clock.sleep(1)
        assert room.limiter.waiting()
        before = room.clock.elapsed_ms()
        await room.send(an_ask("/other"))
        assert room.clock.elapsed_ms() == before
        await asyncio.gather(*busy)

    in_room(act)


# --- exits first


def test_lanes_go_in_order() -> None:
    """S0.46: cancel, sell, buy, backfill, in whichever order they came."""

    async def act(room: Room) -> None:
        await together(room.send(an_ask(lane=Lane.SELL)) for _ in range(7))
        room.sent.clear()
        lanes = [Lane.BACKFILL, Lane.BUY, Lane.SELL, Lane.CANCEL] * 2
        await together(room.send(an_ask(lane=lane)) for lane in lanes)

    assert [ask.lane for _, ask in in_room(act).sent] == [lane for lane in Lane for _ in range(2)]


@pytest.mark.parametrize("lane", [Lane.BUY, Lane.BACKFILL])
def test_exits_have_their_fifth_while_entries_take_all_they_can(lane: Lane) -> None:
    """I18, L8: fifty clients saturate an endpoint; an exit every half a second, a fifth of the budget, never waits."""

    async def act(room: Room) -> None:
        async def exits() -> None:
            for _ in range(120):
                await room.send(an_ask(lane=Lane.SELL))
                await room.clock.sleep(500)

        entries = [room.keep_sending(an_ask(lane=lane, client=str(client)), 60_000) for client in range(50)]
        await together([*entries, exits()])

    room = in_room(act)
    assert room.count(lane=Lane.SELL) == 120
    assert room.waits_ms[Lane.SELL] <= 300
    entries = [at for at, ask in room.sent if ask.lane is lane]
    assert most_in_a_window(entries, 10_000) <= 75 * 80 // 100
    assert most_in_a_window(entries, 60_000) <= 300 * 80 // 100


def test_exits_are_never_turned_away_for_want_of_room() -> None:
    """I26: three hundred sells at once all go, later; entries that come meanwhile are told at once."""

    async def act(room: Room) -> None:
        sells = [room.send(an_ask("/status", Lane.SELL)) for _ in range(100)]
        buys = [room.send(an_ask("/status", Lane.BUY)) for _ in range(100)]
        await together([*sells, *buys])

    room = in_room(act)
    assert room.count(lane=Lane.SELL) == 100
    assert {ask.lane for _, ask in room.turned_away} == {Lane.BUY}
    assert room.waits_ms[Lane.BUY] <= PATIENCE_MS[Lane.BUY]


def test_a_batch_is_not_passed_over_for_ever_by_single_orders() -> None:
    """Twelve sells in one request wait four seconds for their signer's bucket, though single ones always would fit."""

    async def act(room: Room) -> None:
        single = an_ask("/orders", Lane.SELL, client="a", method="POST", signer="s")
        flood = [asyncio.create_task(room.keep_sending(single, 40_000)) for _ in range(3)]
        await room.clock.sleep(10_000)
        await room.send(an_ask("/orders", Lane.SELL, client="b", method="POST", signer="s", cost=12))
        assert room.clock.elapsed_ms() <= 10_000 + 12 * 1_000 // 3 + 400
        await asyncio.gather(*flood)

    in_room(act)


# --- even turns


@pytest.mark.parametrize("greed", [1, 20])
def test_clients_have_even_shares_however_much_they_ask_for(greed: int) -> None:
    """S0.46, L8: Jain index at least 0.95, also if one client asks twenty times as much."""

    async def act(room: Room) -> None:
        many = [room.keep_sending(an_ask(client="greedy", lane=Lane.BUY), 60_000) for _ in range(greed)]
        modest = [room.keep_sending(an_ask(client=client, lane=Lane.BUY), 60_000) for client in "abcde"]
        await together([*many, *modest])

    room = in_room(act)
    shares = Counter(ask.client for _, ask in room.sent)
    assert len(shares) == 6
    assert jain(shares.values()) >= 0.95


def test_a_weight_gives_a_larger_share() -> None:
    async def act(room: Room) -> None:
        clients = ["heavy"] * 4 + ["light"] * 4
        await together(room.keep_sending(an_ask(client=client), 120_000) for client in clients)

    room = in_room(act, weights={"heavy": 3})
    assert 2.5 <= room.count(client="heavy") / room.count(client="light") <= 3.5


def test_a_modest_client_is_not_turned_away_because_of_a_greedy_one() -> None:
    async def act(room: Room) -> None:
        greedy = [room.keep_sending(an_ask(client="greedy"), 60_000) for _ in range(60)]

        async def modest() -> None:
            for _ in range(20):
                await room.clock.sleep(2_000)
                await room.send(an_ask(client="modest"))

        await together([*greedy, modest()])

    room = in_room(act)
    assert room.count(client="modest") == 20
    assert {ask.client for _, ask in room.turned_away} == {"greedy"}


@settings(max_examples=5)
@given(st.lists(st.integers(1, 15), min_size=2, max_size=6))
def test_shares_are_even_whatever_each_asks_for(demands: list[int]) -> None:
    """L8."""

    async def act(room: Room) -> None:
        await together(
            room.keep_sending(an_ask(client=str(client)), 40_000)
            for client, demand in enumerate(demands)
            for _ in range(demand)
        )

    room = in_room(act)
    shares = Counter(ask.client for _, ask in room.sent)
    assert jain(shares[str(client)] for client in range(len(demands))) >= 0.95


# --- bounded waits


def test_no_entry_waits_longer_than_its_patience() -> None:
    """S1.34, I26: the line is never longer than what can be served; the rest hear at once when to come again."""

    async def act(room: Room) -> None:
        lanes = [Lane.BUY, Lane.BACKFILL]
        asks = [an_ask(client=str(n % 7), lane=lanes[n % 2]) for n in range(1_000)]
        tasks = [asyncio.create_task(room.send(ask)) for ask in asks]
        await room.clock.sleep(0)
        assert room.limiter.waiting() <= 75 * 80 // 100 + 7
        await asyncio.gather(*tasks)

    room = in_room(act)
    assert room.turned_away
    assert len(room.sent) + len(room.turned_away) == 1_000
    assert all(room.waits_ms[lane] <= PATIENCE_MS[lane] for lane in (Lane.BUY, Lane.BACKFILL))


def test_backfill_is_turned_away_when_others_go_first() -> None:
    """A read that was let into the line and then overtaken for too long is told so."""

    async def act(room: Room) -> None:
        reads = [asyncio.create_task(room.send(an_ask("/status"))) for _ in range(8)]
        await room.clock.sleep(1)
        flood = room.keep_sending(an_ask("/status", Lane.SELL), 20_000)
        await together([flood, *reads])

    room = in_room(act)
    assert {ask.lane for _, ask in room.turned_away} == {Lane.BACKFILL}
    assert max(at for at, _ in room.turned_away) <= PATIENCE_MS[Lane.BACKFILL]


def test_who_gives_up_leaves_its_place() -> None:
    async def act(room: Room) -> None:
        tasks = [asyncio.create_task(room.send(an_ask("/status"))) for _ in range(8)]
        await room.clock.sleep(1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert room.limiter.waiting() == 0
        await room.send(an_ask("/status", Lane.CANCEL))

    in_room(act)


def test_closing_turns_everybody_away() -> None:
    async def act(room: Room) -> None:
        tasks = [asyncio.create_task(room.send(an_ask("/status"))) for _ in range(8)]
        await room.clock.sleep(1)
        room.limiter.close()
        await asyncio.gather(*tasks)
        assert room.turned_away

    in_room(act)


def test_a_timer_that_breaks_is_told_to_all_who_wait() -> None:
    async def act(room: Room) -> None:
        tasks = [asyncio.create_task(room.limiter.acquire(an_ask("/status"))) for _ in range(8)]
        await room.clock.sleep(1)
        room.limiter._expire = None  # type: ignore[method-assign,assignment]  # what no test can bring about honestly
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert any(isinstance(end, Broken) for end in ends)

    in_room(act)


# --- push-backs


def test_a_pause_the_venue_names_is_kept_by_all_lanes() -> None:
    """F50: asking a venue that named a moment any earlier is no use to anybody."""

    async def act(room: Room) -> None:
        room.limiter.push_back(an_ask(), 7_000)
        await together(room.send(an_ask(lane=lane)) for lane in (Lane.CANCEL, Lane.BACKFILL))

    assert min(at for at, _ in in_room(act).sent) == 7_000


def test_without_a_word_exits_try_again_within_a_second_and_entries_later() -> None:
    """I18, F50: exits first."""

    async def act(room: Room) -> None:
        for _ in range(4):
            room.limiter.push_back(an_ask(), None)
            await room.clock.sleep(room.limiter.pause_ms(an_ask()))
        room.limiter.push_back(an_ask(), None)
        await together(room.send(an_ask(lane=lane)) for lane in (Lane.SELL, Lane.BUY))
        assert room.limiter.pause_ms(an_ask(lane=Lane.SELL)) == 0
        assert room.limiter.pause_ms(an_ask()) > 10_000

    room = in_room(act)
    assert room.waits_ms[Lane.SELL] <= 1_000
    assert [ask.lane for _, ask in room.turned_away] == [Lane.BUY]


def test_pauses_grow_up_to_half_a_minute_and_begin_anew_after_an_answer() -> None:
    """F49: one to two seconds, then two to four, and so on."""

    async def act(room: Room) -> None:
        pauses = []
        for _ in range(8):
            room.limiter.push_back(an_ask(), None)
            pauses.append(room.limiter.pause_ms(an_ask()))
            await room.clock.sleep(pauses[-1])
        for place, pause_ms in enumerate(pauses):
            assert min(30_000, 1_000 << place) <= pause_ms <= min(30_000, 2_000 << place)
        room.limiter.answered(an_ask())
        room.limiter.push_back(an_ask(), None)
        assert room.limiter.pause_ms(an_ask()) <= 2_000

    in_room(act)


def test_a_pause_longer_than_patience_is_told_at_once() -> None:
    async def act(room: Room) -> None:
        room.limiter.push_back(an_ask(), 60_000)
        for lane in Lane:
            with pytest.raises(Busy) as caught:
                await room.limiter.acquire(an_ask(lane=lane))
            assert caught.value.retry_after_ms == 60_000
        assert room.clock.elapsed_ms() == 0

    in_room(act)


def test_a_push_back_is_the_affair_of_its_endpoint() -> None:
    """The budget of that endpoint is halved and grows back; another endpoint's is whole."""

    async def act(room: Room) -> None:
        room.limiter.push_back(an_ask("/status"), 1_000)
        assert (room.limiter.share(an_ask("/status")), room.limiter.share(an_ask())) == (500, 1_000)
        await room.send(an_ask())
        assert room.clock.elapsed_ms() == 0
        await room.clock.sleep(10_000)
        assert room.limiter.share(an_ask("/status")) == 1_000

    in_room(act)


# --- what cannot be


def test_a_request_that_could_never_go_is_a_mistake() -> None:
    async def act(room: Room) -> None:
        with pytest.raises(BadInput, match="split it"):
            await room.limiter.acquire(an_ask("/orders", Lane.BUY, method="POST", signer="s", cost=16))
        with pytest.raises(BadInput, match="host"):
            await room.limiter.acquire(an_ask(face="elsewhere"))

    in_room(act)
