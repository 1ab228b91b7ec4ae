"""The limiter in virtual time: never above a budget, exits first, even turns."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.limiter import PATIENCE_MS
from tests.adapters.polymarket.http.room import FACES, TOPS, Room, an_ask, in_room, together
from tests.adapters.polymarket.http.test_budget import most_in_a_window


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


@pytest.mark.slow
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


@pytest.mark.slow
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
