"""A desk that dies at any moment and starts again decides everything once, and nothing from before (I22, S0.20)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.domain.events import Entry, LeaderFollowed
from copydesk.domain.ids import AccountId, ActionId, EventId
from copydesk.domain.trade import LeaderBaseline
from copydesk.flow.ledger.seal import open_entry
from copydesk.flow.ledger.verify import verify
from copydesk.run.live import RECONSIDER_MS
from tests.market.desk.audit import AGREED, compare, read
from tests.market.desk.stage import CALM, MINUTE_MS, Faults, Stage, play, rules

ACCOUNTS = [AccountId("desk-00000")]
CADENCE_MS = 2_000
WORLDS: dict[str, Faults] = {
    "well": {},
    "no_rtds": {"silent": {"channel": "rtds"}},
    "twins": {"twin_transaction": {"probability": 0.5}},
}
LATEST_MS = 10_000
"""What was mined so shortly before the end may be on its way."""

Appended = tuple[Entry, Sequence[EventId], Sequence[ActionId]]


class MortalStore(MemoryLedgerStore):
    """A ledger whose writer may die with some steps not yet on disk."""

    def __init__(self) -> None:
        super().__init__(open_entry)
        self._done: list[list[Appended]] = []
        self._now: list[Appended] = []

    def append(self, entry: Entry, events: Sequence[EventId], actions: Sequence[ActionId]) -> None:
        super().append(entry, events, actions)
        self._now.append((entry, tuple(events), tuple(actions)))

    def step_done(self) -> None:
        super().step_done()
        self._done.append(self._now)
        self._now = []

    def survived(self, lost: int) -> MortalStore:
        """What is on disk if the last `lost` steps are not."""
        store = MortalStore()
        for step in self._done[: len(self._done) - lost]:
            for appended in step:
                store.append(*appended)
            store.step_done()
        return store


async def killed_again_and_again(stage: Stage, dice: SeededDice) -> tuple[MortalStore, list[LeaderBaseline]]:
    """Kill and start a desk at random moments while the market goes on, then leave it alone for a minute."""
    store, baselines = MortalStore(), list[LeaderBaseline]()
    for life_ms, pause_ms in [
        (700, 3_000),
        (1_500, 100),
        *((dice.below(50_000), dice.below(60_000)) for _ in range(7)),
    ]:
        desk = stage.desk(store, rules(stage.leaders))
        await stage.pass_ms(life_ms + 100)
        await stage.kill(desk)
        store = store.survived(dice.below(5))
        followed = {entry.fact.leader for _, entry in store.entries() if isinstance(entry.fact, LeaderFollowed)}
        baselines += [each for each in desk.inbox.baselines if each.leader in followed]
        await stage.pass_ms(pause_ms)
    desk = stage.desk(store, rules(stage.leaders))
    await stage.pass_ms(MINUTE_MS)
    await stage.stop(desk)
    return store, baselines


@pytest.mark.slow
@pytest.mark.parametrize(("world", "seed"), [("well", 1), ("no_rtds", 2), ("twins", 1), ("twins", 8)])
def test_a_desk_killed_again_and_again_decides_everything_once(world: str, seed: int) -> None:
    """I20, I22, S0.20, F31: also with the last steps not yet on disk, and killed before every baseline was taken."""

    async def act(stage: Stage) -> None:
        stage.faults(WORLDS[world])
        store, baselines = await killed_again_and_again(stage, SeededDice(seed))
        ledger, until = read(store), stage.clock.now() - LATEST_MS
        listed = stage.director.record.trades
        complete = [trade for trade in listed if trade.mined_ms < until]
        assert compare(ledger, complete, ACCOUNTS, baselines)._replace(invented=[]) == AGREED
        assert compare(ledger, listed, ACCOUNTS, baselines).invented == []
        assert len(ledger.decisions) > 100
        assert verify(store.rows(), store.heads()).is_sound

    play(act, seed=seed, **CALM)


@pytest.mark.slow
def test_a_desk_that_is_stopped_and_started_goes_on_in_the_same_file(tmp_path: Path) -> None:
    """I22, S0.20, F1: in a ledger on disk, stopped in order and killed by turns."""

    async def act(stage: Stage) -> None:
        baselines: list[LeaderBaseline] = []
        for number in range(4):
            store = SqliteLedgerStore(tmp_path / "ledger.sqlite", open_entry)
            desk = stage.desk(store, rules(stage.leaders))
            await stage.pass_ms(30_000)
            await (stage.stop(desk) if number % 2 else stage.kill(desk))
            baselines += desk.inbox.baselines
            store.close()
            if number < 3:
                await stage.pass_ms(20_000)
        store = SqliteLedgerStore(tmp_path / "ledger.sqlite", open_entry)
        ledger, until = read(store), stage.clock.now() - LATEST_MS
        listed = [trade for trade in stage.director.record.trades if trade.mined_ms < until]
        assert compare(ledger, listed, ACCOUNTS, baselines)._replace(invented=[]) == AGREED
        assert len(baselines) == len(stage.leaders)
        assert verify(store.rows(), store.heads()).is_sound
        store.close()

    play(act, **CALM)


@pytest.mark.slow
def test_a_leader_named_while_running_is_followed_in_the_next_cycle_and_never_copied_again() -> None:
    """S0.16, S0.20: a third leader is added, taken off, and added again, while the others go on."""

    async def act(stage: Stage) -> None:
        store, two = MemoryLedgerStore(open_entry), stage.leaders[:2]
        third = stage.leaders[2]
        desk = stage.desk(store, rules(two))
        named_at = []
        for leaders in (stage.leaders, two, stage.leaders):
            await stage.pass_ms(MINUTE_MS)
            desk.outside.rules = rules(leaders)
            named_at.append(stage.clock.now())
        await stage.pass_ms(MINUTE_MS)
        until = stage.clock.now() - LATEST_MS
        await stage.stop(desk)
        ledger, listed = read(store), [each for each in stage.director.record.trades if each.mined_ms < until]
        first, again = (each for each in desk.inbox.baselines if each.leader == third)
        assert first.taken_at - named_at[0] <= RECONSIDER_MS + CADENCE_MS
        assert again.taken_at - named_at[2] <= RECONSIDER_MS + CADENCE_MS
        others = [each for each in listed if each.wallet.lower() in two]
        assert compare(ledger, others, ACCOUNTS, desk.inbox.baselines)._replace(invented=[]) == AGREED
        of_third = [each for each in listed if each.wallet.lower() == third]
        left_at = named_at[1]
        before = compare(ledger, [each for each in of_third if each.mined_ms < left_at - LATEST_MS], ACCOUNTS, [first])
        assert before._replace(invented=[]) == AGREED
        after = [each for each in of_third if each.mined_ms > left_at + LATEST_MS]
        since = compare(ledger, after, ACCOUNTS, [again])
        assert since._replace(invented=[]) == AGREED
        assert any(event in again.events for _, event in ledger.of_event)

    play(act, **CALM)
