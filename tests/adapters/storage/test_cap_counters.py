"""No committed state exceeds a cap, whoever else writes; reading first and writing then is caught (I17)."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.adapters.storage.cap_counters import SqliteCapCounters
from copydesk.domain.cap_bound import CapBound, CapKey
from copydesk.domain.errors import Broken
from copydesk.domain.ids import OrderId
from copydesk.domain.money import Usdc
from tests.builders import usdc

WRITERS = 32
MARKET, LEADER, TOTAL = CapKey("desk/market/a"), CapKey("desk/leader/b"), CapKey("desk/total")
MOST = {MARKET: usdc(70), LEADER: usdc(90), TOTAL: usdc(150)}
STAKE = usdc(10)


def bounds(*keys: CapKey) -> list[CapBound]:
    return [CapBound(key, MOST[key]) for key in keys]


def order(number: int) -> OrderId:
    return OrderId(f"order-{number}")


class ReadThenWrite(SqliteCapCounters):
    """The mistake that is looked for: it reads the room, and first writes when the others have read it too."""

    has_read = Barrier(WRITERS)
    has_waited = False

    def reserve(self, holder: OrderId, amount: Usdc, bounds: Sequence[CapBound]) -> CapBound | None:
        full = next((bound for bound in bounds if self.used(bound.key) + amount > bound.most), None)
        if not self.has_waited:
            self.has_waited = True
            self.has_read.wait(timeout=20)
        if full is not None:
            return full
        for bound in bounds:
            add = "INSERT INTO cap VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET used = used + excluded.used"
            self._connection.execute(add, (bound.key, int(amount)))
        return None


def exceeded_by_32_writers(path: Path, plug: Callable[[Path], SqliteCapCounters]) -> list[tuple[str, int]]:
    """Let 32 writers reserve at once, each over three caps of its own choice; what any of them saw above its cap."""
    plug(path).close()
    exceeded: list[tuple[str, int]] = []
    troubles: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with closing(plug(path)) as counters:
                chosen = bounds(MARKET, TOTAL) if number % 2 else bounds(LEADER, TOTAL)
                for again in range(2):
                    if counters.reserve(order(2 * number + again), STAKE, chosen) is None and number % 3 == 0:
                        counters.give_back(order(2 * number + again), usdc(4))
                    exceeded.extend((key, int(counters.used(key))) for key in MOST if counters.used(key) > MOST[key])
        except (Broken, sqlite3.Error) as trouble:
            troubles.append(trouble)

    threads = [Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert plug is ReadThenWrite or not troubles
    return exceeded


def test_no_committed_state_exceeds_a_cap_with_32_writers(tmp_path: Path) -> None:
    """I17: one conditional update for each cap, and what is counted is what is held."""
    path = tmp_path / "caps.sqlite"
    assert not exceeded_by_32_writers(path, SqliteCapCounters)
    with closing(sqlite3.connect(path)) as connection:
        used = dict(connection.execute("SELECT key, used FROM cap"))
        held = dict(connection.execute("SELECT key, sum(amount) FROM reservation GROUP BY key"))
    assert used == held
    assert used[TOTAL] > int(MOST[TOTAL]) - int(STAKE)


def test_reading_first_and_writing_then_is_caught_by_the_same_writers(tmp_path: Path) -> None:
    """I17: the planted mistake."""
    ReadThenWrite.has_read = Barrier(WRITERS)
    assert exceeded_by_32_writers(tmp_path / "caps.sqlite", ReadThenWrite)


def test_an_order_takes_room_under_all_its_caps_or_under_none(tmp_path: Path) -> None:
    """C24: the first cap without room is named, and the others are as they were."""
    with closing(SqliteCapCounters(tmp_path / "caps.sqlite")) as counters:
        assert counters.reserve(order(1), usdc(70), bounds(MARKET, TOTAL)) is None
        assert counters.reserve(order(2), usdc(1), bounds(TOTAL, LEADER, MARKET)) == CapBound(MARKET, MOST[MARKET])
        assert [counters.used(key) for key in (MARKET, LEADER, TOTAL)] == [usdc(70), 0, usdc(70)]
        assert counters.reserve(order(2), usdc(80), bounds(TOTAL, LEADER)) is None


def test_a_repetition_counts_once_and_another_content_is_an_error(tmp_path: Path) -> None:
    with closing(SqliteCapCounters(tmp_path / "caps.sqlite")) as counters:
        for _ in range(2):
            assert counters.reserve(order(1), STAKE, bounds(MARKET)) is None
        assert counters.used(MARKET) == STAKE
        with pytest.raises(Broken, match="order-1 has reserved something else"):
            counters.reserve(order(1), usdc(11), bounds(MARKET))
        with pytest.raises(Broken, match="order-2 reserves nothing"):
            counters.reserve(order(2), usdc(0), bounds(MARKET))


def test_what_is_given_back_is_room_again_and_never_more_than_was_held(tmp_path: Path) -> None:
    """An order ends unspent, is sold or settles; what a process reserved outlives it."""
    path = tmp_path / "caps.sqlite"
    with closing(SqliteCapCounters(path)) as counters:
        counters.reserve(order(1), STAKE, bounds(MARKET, TOTAL))
    with closing(SqliteCapCounters(path)) as counters:
        counters.give_back(order(1), usdc(4))
        assert (counters.used(MARKET), counters.used(TOTAL)) == (usdc(6), usdc(6))
        for holder, amount in ((order(1), "6.000001"), (order(2), "1")):
            with pytest.raises(Broken, match="gives back more than it holds"):
                counters.give_back(holder, usdc(amount))
        counters.give_back(order(1), usdc(6))
        assert (counters.used(MARKET), counters.used(TOTAL)) == (usdc(0), usdc(0))


STEPS = st.lists(
    st.tuples(
        st.booleans(),
        st.integers(0, 5),
        st.integers(1, 60_000_000),
        st.lists(st.sampled_from(sorted(MOST)), min_size=1, unique=True),
    ),
    max_size=25,
)


@settings(max_examples=8)
@given(STEPS)
def test_the_counters_agree_with_the_sum_of_what_is_held(steps: list[tuple[bool, int, int, list[CapKey]]]) -> None:
    """A model in plain numbers: whatever is reserved and given back in whatever order."""
    held: dict[OrderId, tuple[int, list[CapKey]]] = {}
    with TemporaryDirectory() as folder, closing(SqliteCapCounters(Path(folder) / "caps.sqlite")) as counters:
        for is_new, number, amount, keys in steps:
            holder = order(number)
            used = Counter({key: sum(each for each, of in held.values() if key in of) for key in MOST})
            if is_new and holder not in held:
                fits = all(used[key] + amount <= int(MOST[key]) for key in keys)
                assert (counters.reserve(holder, Usdc(amount), bounds(*keys)) is None) == fits
                held |= {holder: (amount, keys)} if fits else {}
            elif not is_new and held.get(holder, (0, []))[0] >= amount:
                counters.give_back(holder, Usdc(amount))
                left = held[holder][0] - amount
                held |= {holder: (left, held[holder][1])}
                if not left:
                    del held[holder]
            assert all(int(counters.used(key)) == sum(a for a, of in held.values() if key in of) for key in MOST)
