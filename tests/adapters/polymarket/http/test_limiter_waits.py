"""The limiter in virtual time: bounded waits, pauses, and what cannot be."""

from __future__ import annotations

import asyncio

import pytest

from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.limiter import PATIENCE_MS
from copydesk.adapters.polymarket.http.trouble import Busy
from copydesk.domain.errors import BadInput, Broken
from tests.adapters.polymarket.http.room import Room, an_ask, in_room, together

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
