"""A writer that dies, or finds the disk full, leaves whole steps and loses nothing it had confirmed (F1, F2, F23)."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.domain.ids import ActionId, EventId
from copydesk.flow.ledger.seal import open_entry
from copydesk.flow.ledger.verify import verify
from tests.adapters.storage.appender import STEP
from tests.histories import ACCOUNT, an_id

REPO = Path(__file__).parents[3]
FAR = 2**62


def started(path: Path, flush_every: int, bytes_max: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.adapters.storage.appender", str(path), str(flush_every), str(bytes_max)]
    return subprocess.Popen(
        command, cwd=REPO, env={"PYTHONPATH": "src"}, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def assert_whole(path: Path, confirmed: int) -> None:
    """Every step is whole, the chain and the claims are sound, and what was confirmed is there."""
    store = SqliteLedgerStore(path, open_entry)
    rows = list(store.rows())
    assert verify(rows, store.heads()).is_sound
    assert len(rows) >= confirmed
    assert len(rows) % STEP == 0
    for first in range(0, len(rows), STEP):
        assert len({row.recorded_at for row in rows[first : first + STEP]}) == 1
    actions = [ActionId(an_id("action", row.seq)) for row in rows]
    assert store.decided(ACCOUNT, actions, FAR) == frozenset(actions)
    after = [ActionId(an_id("action", len(rows) + 1 + more)) for more in range(10 * STEP)]
    assert store.decided(ACCOUNT, after, FAR) == frozenset()
    events = [EventId(an_id("event", row.seq)) for row in rows[::STEP]]
    assert store.claimed(events, FAR) == frozenset(events)
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("flush_every", [1, 7, 100])
def test_a_writer_killed_at_any_moment_leaves_whole_steps(tmp_path: Path, flush_every: int) -> None:
    """F1, F2: five kills on one ledger, each going on where the one before was killed."""
    path, chance = tmp_path / "ledger.sqlite", Random(flush_every)
    for _ in range(5):
        with started(path, flush_every) as child:
            assert child.stdout is not None
            confirmed = 0
            for _ in range(chance.randrange(1, 2 + 200 // flush_every)):
                confirmed = int(child.stdout.readline())
            for _ in range(chance.randrange(10_000)):
                chance.random()
            child.kill()
        assert_whole(path, confirmed)


@pytest.mark.slow
def test_a_full_disk_stops_the_writer_and_loses_nothing_confirmed(tmp_path: Path) -> None:
    """F23: the next call raises, the file opens again, and every confirmed entry is in it."""
    path = tmp_path / "ledger.sqlite"
    with started(path, 5, bytes_max=3_000_000) as child:
        said, complaint = child.communicate()
    assert child.returncode == 7
    assert complaint.startswith("Unwritable: cannot write to")
    confirmed = int(said.split()[-1])
    assert confirmed > 100
    assert_whole(path, confirmed)
    with started(path, 5) as child:
        assert child.stdout is not None
        assert int(child.stdout.readline()) > confirmed
        child.kill()
    assert_whole(path, confirmed)
