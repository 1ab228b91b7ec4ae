"""`copydesk halt`, `resume`, `cutoff`, `uncutoff`, `pause` and `unpause`: what a person commands a desk with.

Each leaves a command beside the ledger. A running desk takes it over before its next signal, and the command ends when
that is on record; where none runs, the next one begins with it.
"""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.domain.control import Verb
from copydesk.domain.errors import BadInput
from copydesk.domain.ids import AccountId
from copydesk.serve.cli import options
from copydesk.serve.cli.codes import Code, NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.serve.cli.ledger_rows import Ledger
    from copydesk.wiring.control import Answer, Wanted

WORDS_MAX = 200

Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why: it is on record and on screen.")]
Account = Annotated[
    str | None,
    typer.Option("--account", metavar="ACCOUNT", help="Only this account, as its client.", show_default=False),
]
Freeze = Annotated[bool, options.switch("--freeze", "Stop exits too: what is held stays as it is.")]
OneLeader = Annotated[str, typer.Argument(metavar="LEADER", help="The wallet, or how it begins.")]
AnyLeader = Annotated[
    str | None,
    typer.Argument(metavar="LEADER", help="The wallet, or how it begins; without it, all.", show_default=False),
]


def halt(
    *,
    reason: Reason,
    account: Account = None,
    freeze: Freeze = False,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Stop all entries before the next signal. Exits go on, unless --freeze."""
    _command(Verb.HALT, ledger, as_json=as_json, words=reason, account=account, freezes_exits=freeze)


def resume(
    reason: Reason = "", account: Account = None, ledger: options.Ledger = None, as_json: options.Json = False
) -> None:
    """Lift a halt: your own, and those the desk made by itself."""
    _command(Verb.RESUME, ledger, as_json=as_json, words=reason, account=account)


def cutoff(
    leader: OneLeader,
    *,
    reason: Reason,
    account: Account = None,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Make no more entries after a leader, until it is restored. Exits go on."""
    _command(Verb.CUT_OFF, ledger, as_json=as_json, words=reason, account=account, leader=leader)


def uncutoff(
    leader: OneLeader,
    reason: Reason = "",
    account: Account = None,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Copy a leader again that was cut off."""
    _command(Verb.RESTORE, ledger, as_json=as_json, words=reason, account=account, leader=leader)


def pause(
    leader: AnyLeader = None,
    reason: Reason = "",
    account: Account = None,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Make no more entries after a leader, or after any, for a while. Exits go on."""
    _command(Verb.PAUSE, ledger, as_json=as_json, words=reason or "paused", account=account, leader=leader)


def unpause(
    leader: AnyLeader = None,
    reason: Reason = "",
    account: Account = None,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """End a pause."""
    _command(Verb.UNPAUSE, ledger, as_json=as_json, words=reason, account=account, leader=leader)


def _command(
    verb: Verb,
    ledger: Path | None,
    *,
    as_json: bool,
    words: str,
    account: str | None = None,
    leader: str | None = None,
    freezes_exits: bool = False,
) -> None:
    """Give a command and tell what became of it; `Code.PARTIAL` if a running desk does not answer."""
    from copydesk.serve.cli.leading import wallet_of
    from copydesk.wiring.control import Wanted, command_desk
    from copydesk.wiring.opening import open_ledger

    path = options.ledger_named(ledger)
    with closing(open_ledger(path)) as store:
        wanted = Wanted(
            verb,
            _one_line(words, is_needed=verb in {Verb.HALT, Verb.CUT_OFF}),
            _account(store, account),
            None if leader is None else wallet_of(store, leader),
            freezes_exits,
        )
        answer = command_desk(store, path, wanted)
    if as_json:
        from copydesk.serve.cli.screen import write_document

        write_document(_document(answer, path))
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _told(answer, wanted, path)))
    if answer.is_running and not answer.taken:
        raise typer.Exit(Code.PARTIAL)


def _one_line(words: str, *, is_needed: bool) -> str:
    words = words.strip()
    if (is_needed and not words) or len(words) > WORDS_MAX or not words.isprintable():
        raise BadInput("--reason", found=repr(words[:WORDS_MAX]), allowed=f"one line, at most {WORDS_MAX} letters")
    return words


def _account(store: Ledger, name: str | None) -> AccountId | None:
    known = store.heads()
    if name is not None and name not in known:
        raise NotFound(f"no account {name}; the ledger has {', '.join(known) or 'none'}")
    return None if name is None else AccountId(name)


def _told(answer: Answer, wanted: Wanted, ledger: Path) -> list[str]:
    from copydesk.serve.cli import format as shown

    lines = [
        f"{each.account}: {shown.line(each.left) or DONE[wanted.verb]}, on record at {shown.moment(each.at)[:19]} UTC"
        for each in answer.taken
    ]
    if lines:
        return [*lines, *_what_now(wanted)]
    if answer.is_running:
        return [f"The desk on {ledger} runs but has not answered; the command stands in {answer.file}."]
    return [f"No desk is running on {ledger}. Its next start begins with this: {DONE[wanted.verb]}."]


DONE = {
    Verb.HALT: "halted",
    Verb.RESUME: "resumed",
    Verb.CUT_OFF: "cut off",
    Verb.RESTORE: "copied again",
    Verb.PAUSE: "paused",
    Verb.UNPAUSE: "taken up again",
}


def _what_now(wanted: Wanted) -> list[str]:
    own = f" --account {wanted.account}" if wanted.account else ""
    match wanted.verb:
        case Verb.HALT:
            what = "Neither entries nor exits are made" if wanted.freezes_exits else "No entries are made; exits go on"
            return [f"{what}. Lift it with `copydesk resume{own}`."]
        case Verb.CUT_OFF:
            return [f"No entries follow it; exits go on. Restore it with `copydesk uncutoff {wanted.leader}{own}`."]
        case Verb.PAUSE:
            return [
                f"No entries are made; exits go on. End it with `copydesk unpause {wanted.leader or ''}".rstrip()
                + f"{own}`."
            ]
        case _:
            return []


def _document(answer: Answer, ledger: Path) -> dict[str, object]:
    import msgspec

    return {
        "mode": "paper",
        "ledger_file": str(ledger),
        "command": msgspec.to_builtins(answer.command),
        "is_desk_running": answer.is_running,
        "is_taken": bool(answer.taken),
        "taken": [each._asdict() for each in answer.taken],
    }
