"""The commands that stop a desk and let it go on: given beside the ledger, taken over by whoever runs it (S2.35)."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from copydesk.adapters.clocks.system import wait
from copydesk.adapters.storage import desk_lock
from copydesk.adapters.storage.control_file import ControlFile, control_path, given
from copydesk.adapters.storage.sqlite import SqliteLedgerStore
from copydesk.adapters.telemetry.decision_log import NullLog
from copydesk.domain.control import Verb
from copydesk.domain.ids import AccountId, TimeMs
from copydesk.flow.desk import Plugs
from copydesk.flow.ledger.seal import open_entry
from copydesk.flow.live import LivePipeline
from copydesk.run.recall import recall_live
from copydesk.serve.cli.codes import Code
from tests.builders import LEADER, a_relation
from tests.live_worlds import Fetched, Results, rules
from tests.serve.cli.conftest import Typed


@pytest.fixture
def ledger(tmp_path: Path, kept: Path) -> Path:
    """A ledger of one account with leaders in it."""
    return Path(shutil.copy(kept, tmp_path / "desk.db"))


def a_pipeline(store: SqliteLedgerStore, ledger: Path) -> LivePipeline:
    """As much of a desk as heeds commands."""
    world, results = Fetched(), Results()
    control = ControlFile(control_path(ledger), ledger.with_name("copydesk.halt"))
    plugs = Plugs(world, results, world, NoVenue(), store, NullLog(), control)
    recalled = recall_live(store, [AccountId("desk")], NullLog())
    begun = rules([a_relation(leader=LEADER)])
    return LivePipeline(plugs, begun, recalled.desks, recalled.position, recalled.since, lambda token: False)


class NoVenue:
    """A venue nobody orders at."""

    def observe(self, trade: object) -> None:
        """As `Venue.observe`."""

    def submit(self, order: object) -> None:
        """As `Venue.submit`."""

    def due_at(self) -> TimeMs | None:
        """As `Venue.due_at`."""
        return None

    def events(self, now: TimeMs) -> tuple[()]:
        """As `Venue.events`."""
        return ()


@contextmanager
def a_desk_on(ledger: Path) -> Iterator[None]:
    """A desk that runs in a thread of its own and heeds commands."""
    stop = threading.Event()

    def run() -> None:
        with desk_lock.held(ledger), closing(SqliteLedgerStore(ledger, open_entry)) as store:
            pipeline = a_pipeline(store, ledger)
            running.set()
            while not stop.is_set():
                pipeline.heed(pipeline.now)
                store.flush()
                wait(5)

    running = threading.Event()
    thread = threading.Thread(target=run)
    thread.start()
    running.wait(10)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def status(typed: Typed, ledger: Path) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(typed("status", "--ledger", ledger, "--json").stdout)
    return answer


def a_leader(typed: Typed, ledger: Path) -> dict[str, Any]:
    rows: list[dict[str, Any]] = json.loads(typed("leaders", "--ledger", ledger, "--json").stdout)["leaders"]
    return rows[0]


def test_a_running_desk_answers_a_halt_and_a_resume(typed: Typed, ledger: Path) -> None:
    """S2.35, S2.36, I19: the answer is the entry in the ledger, and status shows what stands and how to lift it."""
    with a_desk_on(ledger):
        halted = typed("halt", "--reason", "lunch", "--ledger", ledger)
        assert halted.exit_code == Code.DONE
        assert "desk: halted, on record at" in halted.stdout
        assert "No entries are made; exits go on. Lift it with `copydesk resume`." in halted.stdout
        shown = typed("status", "--ledger", ledger).stdout
        assert "HALTED     by operator since" in shown
        assert "lunch · no entries, exits go on · copydesk resume" in shown
        assert typed("halt", "--reason", "mine", "--account", "desk", "--freeze", "--ledger", ledger).exit_code == 0
        resumed = typed("resume", "--ledger", ledger, "--json")
    document = json.loads(resumed.stdout)
    assert (document["is_desk_running"], document["is_taken"]) == (True, True)
    assert document["taken"][0]["left"] == "still halted by client (mine)"
    assert [(each["source"], each["freezes_exits"]) for each in status(typed, ledger)["halts"]] == [("client", True)]


def test_without_a_desk_the_command_waits_for_the_next_and_says_so(typed: Typed, ledger: Path) -> None:
    """S2.36: nothing is lost, and nobody believes that it has happened."""
    before = status(typed, ledger)["ledger_entries"]
    answer = typed("halt", "--reason", "until I am back", "--ledger", ledger)
    assert answer.exit_code == Code.DONE
    assert f"No desk is running on {ledger}. Its next start begins with this: halted." in answer.stdout
    seen = status(typed, ledger)
    assert (seen["ledger_entries"], seen["halts"]) == (before, [])
    assert [each["words"] for each in seen["commands_waiting"]] == ["until I am back"]
    assert "Commanded  halt: until I am back" in typed("status", "--ledger", ledger).stdout
    with closing(SqliteLedgerStore(ledger, open_entry)) as store:
        pipeline = a_pipeline(store, ledger)
        assert [pipeline.heed(pipeline.now), pipeline.heed(pipeline.now)] == [True, False]
    seen = status(typed, ledger)
    assert ([each["words"] for each in seen["halts"]], seen["commands_waiting"]) == (["until I am back"], [])


def test_a_desk_that_does_not_answer_is_told_apart(typed: Typed, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.wiring.control.ANSWER_MAX_MS", 50)
    with desk_lock.held(ledger):
        answer = typed("halt", "--reason", "now", "--ledger", ledger)
    assert answer.exit_code == Code.PARTIAL
    assert "runs but has not answered" in answer.stdout


def test_a_leader_is_cut_off_by_how_its_wallet_begins_and_restored(typed: Typed, ledger: Path) -> None:
    """S2.35: and the list of leaders says since when and why."""
    leader = a_leader(typed, ledger)["leader"]
    with a_desk_on(ledger):
        cut = typed("cutoff", leader[:12], "--reason", "tilting", "--ledger", ledger)
        assert cut.exit_code == Code.DONE
        assert f"Restore it with `copydesk uncutoff {leader}`." in cut.stdout
        row = a_leader(typed, ledger)
        assert (row["leader"], row["state"], row["why"]) == (leader, "cut off", "operator: tilting")
        assert "cut off" in typed("leaders", "--ledger", ledger).stdout
        assert "copydesk uncutoff" in typed("status", "--ledger", ledger).stdout
        assert "copied again" in typed("uncutoff", leader, "--ledger", ledger).stdout
        assert "was not cut off" in typed("uncutoff", leader, "--ledger", ledger).stdout
    assert a_leader(typed, ledger)["state"] != "cut off"


def test_all_leaders_are_paused_and_taken_up_again(typed: Typed, ledger: Path) -> None:
    with a_desk_on(ledger):
        assert "End it with `copydesk unpause`." in typed("pause", "--ledger", ledger).stdout
        assert "Paused     all leaders since" in typed("status", "--ledger", ledger).stdout
        assert "desk: taken up again" in typed("unpause", "--ledger", ledger).stdout
    assert status(typed, ledger)["paused"] == []


def test_leaders_agree_with_the_positions_and_the_report(typed: Typed, ledger: Path, told: dict[str, Any]) -> None:
    """K4: what each earned is what the report says."""
    rows = json.loads(typed("leaders", "--ledger", ledger, "--json").stdout)["leaders"]
    assert {row["leader"]: row["result"] for row in rows if float(row["result"])} == {
        leader: result for leader, result in told["pnl_by_wallet"].items() if float(result)
    }
    assert sum(row["positions_open"] for row in rows) == told["positions_open"]


def test_the_positions_of_one_leader_are_those_after_it_and_no_others(typed: Typed, ledger: Path) -> None:
    """S2.35."""

    def held(*words: str) -> list[dict[str, Any]]:
        answer: dict[str, Any] = json.loads(
            typed("positions", "--settled", *words, "--ledger", ledger, "--json").stdout
        )
        return list(answer["positions"])

    leader = a_leader(typed, ledger)["leader"]
    own = [each for each in held() if each["leader"] == leader]
    assert own == held("--leader", leader[:20])
    assert 0 < len(own) < len(held())
    assert typed("positions", "--leader", "0xnobody", "--ledger", ledger).exit_code == Code.NOT_FOUND


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("halt", "--reason", " "), Code.USAGE, "--reason"),
        (("halt", "--reason", "a\nb"), Code.USAGE, "one line"),
        (("halt", "--reason", "x" * 201), Code.USAGE, "at most 200"),
        (("halt", "--reason", "x", "--account", "nobody"), Code.NOT_FOUND, "no account nobody"),
        (("cutoff", "0xnobody", "--reason", "x"), Code.NOT_FOUND, "no leader 0xnobody"),
        (("cutoff", "0x", "--reason", "x"), Code.USAGE, "give more of the wallet"),
        (("halt",), Code.USAGE, "--reason"),
    ],
)
def test_a_command_that_cannot_be_meant_is_refused_and_leaves_nothing(
    typed: Typed, ledger: Path, words: tuple[str, ...], code: Code, says: str
) -> None:
    answer = typed(*words, "--ledger", ledger)
    assert (answer.exit_code, says in answer.stderr) == (code, True)
    assert given(control_path(ledger)) == []


def test_a_leader_nobody_follows_yet_can_be_cut_off_by_its_wallet(typed: Typed, ledger: Path) -> None:
    wallet = "0x" + "9e" * 20
    assert typed("cutoff", wallet.upper().replace("0X", "0x"), "--reason", "never", "--ledger", ledger).exit_code == 0
    (command,) = given(control_path(ledger))
    assert (command.verb, command.leader) == (Verb.CUT_OFF, wallet)
