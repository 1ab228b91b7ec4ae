"""A running desk heeds what people command: before the next signal, once for ever, entries only (S2.36, S2.37, I19)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from copydesk.adapters.storage.control_file import ControlFile, control_path, give
from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.control import Command, CommandTaken, Halted, HaltSource, LeaderCutOff, Resumed, Verb
from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.ids import AccountId, ClientId, EventId, TimeMs, Wallet
from copydesk.domain.trade import LeaderTrade, Side
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.redecide import Span, Today, agree
from tests.builders import LEADER, a_relation
from tests.live_worlds import Town, at, decisions, facts, rules
from tests.run.test_live import a_baseline
from tests.virtual_time import START_MS, VirtualClock

AT_MS = 5_030
"""When something is commanded: not when an idle desk looks."""


class Timed:
    """Commands and a halt file that come and go by the virtual clock; what was given is shown once, as from a file."""

    def __init__(self, given: Sequence[tuple[int, Command]] = (), file: Callable[[int], str | None] | None = None):
        self._given, self._file = list(given), file
        self._shown = 0

    def commands(self) -> list[Command]:
        """As `CommandSource.commands`."""
        due = [command for ms, command in self._given if ms <= VirtualClock().elapsed_ms()]
        new, self._shown = due[self._shown :], len(due)
        return new

    def halt_words(self) -> str | None:
        """As `CommandSource.halt_words`."""
        return self._file(VirtualClock().elapsed_ms()) if self._file else None


def a_command(verb: Verb = Verb.HALT, number: int = 1, **said: object) -> Command:
    parts: dict[str, object] = {"given_at": TimeMs(START_MS), "words": "lunch"}
    return Command(id=EventId(f"{number:064x}"), verb=verb, **(parts | said))  # type: ignore[arg-type]


def buys(*times: int) -> list[tuple[int, LeaderTrade]]:
    """A leader's buy at each time, seen at once."""
    return [(ms, at(ms, tx=f"0x{ms:064x}", size=100 + ms % 97)) for ms in times]


def a_sale(ms: int) -> tuple[int, LeaderTrade]:
    return ms, at(ms, tx=f"0x{ms:064x}", size=100, side=Side.SELL)


def a_store() -> MemoryLedgerStore:
    return MemoryLedgerStore(open_entry)


def verdicts(store: MemoryLedgerStore) -> list[tuple[int, str]]:
    """When each trade happened, and what became of it."""
    made = [fact.decision for fact in decisions(store)]
    return [
        (int(each.signal.happened_at) - START_MS, "copied" if isinstance(each, Approved) else str(each.reason))
        for each in made
    ]


def test_a_halt_stops_the_very_next_entry_and_no_exit() -> None:
    """S2.36, S2.37, I18, I19, I27: given 1 ms before a signal is decided, it stops it; the sale goes through."""
    store = a_store()
    script = [(0, a_baseline()), *buys(1_000, AT_MS - 9), a_sale(6_000), *buys(7_000)]
    Town(poller=script, control=Timed([(AT_MS, a_command())])).run(store)
    assert verdicts(store) == [(1_000, "copied"), (5_021, "halted"), (6_000, "copied"), (7_000, "halted")]
    stopped = next(fact.decision for fact in decisions(store) if isinstance(fact.decision, Skipped))
    assert stopped.checks[-1].seen == "operator: lunch"


def test_a_command_to_an_idle_desk_is_on_record_within_a_second() -> None:
    """I19, I27, S2.36: and it says when it was taken over."""
    store = a_store()
    Town(poller=[(0, a_baseline())], control=Timed([(AT_MS, a_command())])).run(store)
    (halted,) = [fact for fact in facts(store) if isinstance(fact, Halted)]
    assert 0 <= halted.since - (START_MS + AT_MS) <= 1_000
    assert (halted.source, halted.words, halted.command) == (HaltSource.OPERATOR, "lunch", a_command().id)


def test_a_resumed_desk_copies_again() -> None:
    store = a_store()
    given = [(2_000, a_command()), (4_000, a_command(Verb.RESUME, 2))]
    Town(poller=[(0, a_baseline()), *buys(3_000, 5_000)], control=Timed(given)).run(store)
    assert verdicts(store) == [(3_000, "halted"), (5_000, "copied")]


def test_a_frozen_desk_makes_no_exit_either() -> None:
    """C28: freeze all."""
    store = a_store()
    given = [(2_000, a_command(freezes_exits=True))]
    Town(poller=[(0, a_baseline()), *buys(1_000), a_sale(3_000)], control=Timed(given)).run(store)
    assert verdicts(store) == [(1_000, "copied"), (3_000, "frozen")]


def test_settings_that_halt_act_on_what_is_decided_a_second_later() -> None:
    """I27: at the latest; and lifting them is no command."""
    relations = [a_relation(leader=LEADER)]
    halted = msgspec.structs.replace(rules(relations, "second"), is_halted=True)
    store = a_store()
    changes = {3_001: halted, 6_001: rules(relations, "third")}
    Town(poller=[(0, a_baseline()), *buys(1_000, 3_990, 6_990)], changes=changes).run(store)
    assert verdicts(store) == [(1_000, "copied"), (3_990, "halted"), (6_990, "copied")]
    assert not [fact for fact in facts(store) if isinstance(fact, (Halted, Resumed, CommandTaken))]


def test_a_command_is_taken_over_once_whatever_is_read_again() -> None:
    """A desk that is killed after recording reads the command again and does not obey it twice."""
    store = a_store()
    halt, resume = a_command(), a_command(Verb.RESUME, 2)
    for _ in range(3):
        Town(poller=[(0, a_baseline())], control=Timed([(1_000, halt), (2_000, resume)])).run(store, ms=4_000)
    assert [fact.command for fact in facts(store) if isinstance(fact, CommandTaken)] == [halt, resume]
    assert len([fact for fact in facts(store) if isinstance(fact, (Halted, Resumed))]) == 2


def test_a_resume_of_nothing_is_used_up_and_never_lifts_a_later_halt() -> None:
    """I19: only an authorised act resumes, and an old one is no act."""
    store = a_store()
    given = [(1_000, a_command(Verb.RESUME)), (2_000, a_command(number=2))]
    for _ in range(2):
        Town(poller=[(0, a_baseline()), *buys(3_000)], control=Timed(given)).run(store, ms=4_000)
    assert verdicts(store) == [(3_000, "halted")]
    assert not [fact for fact in facts(store) if isinstance(fact, Resumed)]


def test_what_was_commanded_while_no_desk_ran_holds_from_the_first_signal_on() -> None:
    """S2.36: taken over at the next start, before anything is decided."""
    store = a_store()
    Town(poller=[(0, a_baseline())]).run(store, ms=1_000)
    Town(poller=buys(10), control=Timed([(0, a_command())])).run(store)
    assert [reason for _, reason in verdicts(store)] == ["halted"]


def test_a_halt_survives_a_restart() -> None:
    """I19, I12: it is in the ledger, not in the process."""
    store = a_store()
    Town(poller=[(0, a_baseline())], control=Timed([(100, a_command())])).run(store, ms=1_000)
    Town(poller=buys(500)).run(store)
    assert [reason for _, reason in verdicts(store)] == ["halted"]


def test_the_halt_file_halts_while_it_is_there_and_lifts_its_own_halt_alone() -> None:
    """S2.37: it is looked at before every signal."""
    store = a_store()
    file = lambda ms: "copydesk.halt" if 2_000 <= ms < 4_000 else None  # noqa: E731
    script = [(0, a_baseline()), *buys(1_000, 3_000, 5_000, 7_000), a_sale(3_500)]
    Town(poller=sorted(script, key=lambda each: each[0]), control=Timed([(6_000, a_command())], file)).run(store)
    assert verdicts(store) == [
        (1_000, "copied"), (3_000, "halted"), (3_500, "copied"), (5_000, "copied"), (7_000, "halted"),
    ]  # fmt: skip
    lifted = [fact for fact in facts(store) if isinstance(fact, Resumed)]
    assert [fact.source for fact in lifted] == [HaltSource.FILE]


def test_a_leader_that_is_cut_off_is_followed_out_but_not_in() -> None:
    """S2.35, S2.36: exits go on, and other leaders are copied."""
    other = Wallet("0x" + "2f" * 20)
    store = a_store()
    theirs = 6_000, at(6_000, tx="0x" + "06" * 32, leader=other)
    town = Town(
        relations=[a_relation(leader=LEADER), a_relation(leader=other)],
        poller=[(0, a_baseline()), (0, a_baseline(leader=other)), *buys(1_000, 3_000), a_sale(4_000), theirs],
        control=Timed([(2_000, a_command(Verb.CUT_OFF, leader=LEADER))]),
    )
    town.run(store)
    assert verdicts(store) == [(1_000, "copied"), (3_000, "leader_cut_off"), (4_000, "copied"), (6_000, "copied")]


def test_one_clients_halt_is_not_anothers() -> None:
    """S3.43: the instant switch of each client."""
    mine, theirs = a_relation(leader=LEADER), a_relation(leader=LEADER, client=ClientId("b"), account=AccountId("b"))
    store = a_store()
    given = [(2_000, a_command(account=AccountId("b")))]
    Town(relations=[mine, theirs], poller=[(0, a_baseline()), *buys(3_000)], control=Timed(given)).run(store)
    made = {fact.decision.account: fact.decision for fact in decisions(store)}
    assert isinstance(made[AccountId("desk")], Approved)
    assert made[AccountId("b")].checks[-1].seen == "client: lunch"


def test_an_account_that_comes_later_stands_under_the_operators_halt() -> None:
    """S3.43, I27: a new account is no way around it."""
    mine, theirs = a_relation(leader=LEADER), a_relation(leader=LEADER, client=ClientId("b"), account=AccountId("b"))
    store = a_store()
    given = [(1_000, a_command()), (1_100, a_command(Verb.CUT_OFF, 2, leader=LEADER))]
    town = Town(
        relations=[mine],
        poller=[(0, a_baseline()), *buys(5_000)],
        control=Timed(given),
        changes={2_500: rules([mine, theirs], "second")},
    )
    town.run(store)
    assert [fact.decision.account for fact in decisions(store)] == ["desk", "b"]
    assert [reason for _, reason in verdicts(store)] == ["halted", "halted"]
    assert len([fact for fact in facts(store) if isinstance(fact, LeaderCutOff)]) == 2


def test_a_command_for_an_account_the_desk_does_not_have_is_used_up() -> None:
    store = a_store()
    Town(poller=[(0, a_baseline())], control=Timed([(1_000, a_command(account=AccountId("x")))])).run(store)
    (taken,) = [fact for fact in facts(store) if isinstance(fact, CommandTaken)]
    assert taken.left == "this desk has no account x"


def test_a_desk_killed_between_reading_and_recording_reads_the_command_again(tmp_path: Path) -> None:
    """F35, I19: what was read and not recorded was not taken over."""
    path = control_path(tmp_path / "desk.db")
    give(path, a_command())
    assert ControlFile(path, tmp_path / "none").commands() == [a_command()]  # and here it is killed
    store = a_store()
    for _ in range(2):
        Town(poller=[(0, a_baseline())], control=ControlFile(path, tmp_path / "none")).run(store, ms=1_000)
    assert [type(fact) for fact in facts(store) if isinstance(fact, (CommandTaken, Halted))] == [CommandTaken, Halted]


def test_every_decision_under_halts_and_cut_offs_is_made_again_to_the_byte() -> None:
    """N7, S2.41: the halt is in the entries before the decision, so nothing else is needed."""
    store = a_store()
    given = [
        (2_000, a_command()),
        (4_000, a_command(Verb.RESUME, 2)),
        (6_000, a_command(Verb.CUT_OFF, 3, leader=LEADER)),
        (8_000, a_command(Verb.PAUSE, 4)),
    ]
    script = [(0, a_baseline()), *buys(1_000, 3_000, 5_000, 7_000, 9_000)]
    Town(poller=script, control=Timed(given)).run(store)
    agreement = agree(store, Today((a_relation(leader=LEADER),), is_halted=False), Span(None, None))
    assert [what for _, what in verdicts(store)] == ["copied", "halted", "copied", "leader_cut_off", "paused"]
    assert (agreement.decisions, agreement.identical, agreement.missing) == (5, 5, {})


@pytest.mark.parametrize("is_given_first", [True, False])
def test_a_desk_reads_real_files(tmp_path: Path, *, is_given_first: bool) -> None:
    """S2.36, S2.37: the same with the files a second process writes."""
    path = control_path(tmp_path / "desk.db")
    if is_given_first:
        give(path, a_command())
    else:
        (tmp_path / "copydesk.halt").write_text("maintenance")
    store = a_store()
    control = ControlFile(path, tmp_path / "copydesk.halt")
    Town(poller=[(0, a_baseline()), *buys(1_000)], control=control).run(store)
    (made,) = decisions(store)
    said = "operator: lunch" if is_given_first else f"file: {tmp_path / 'copydesk.halt'}: maintenance"
    assert made.decision.checks[-1].seen == said
