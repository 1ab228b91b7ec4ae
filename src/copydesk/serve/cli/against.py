"""`copydesk replay --against LEDGER`: recorded decisions made again by today's code and settings, and compared."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import typer

from copydesk.domain.errors import BadInput
from copydesk.domain.events import RunStarted
from copydesk.serve.cli.codes import Code, NotFound
from copydesk.serve.cli.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from copydesk.domain.events import SealedRow
    from copydesk.domain.ids import AccountId
    from copydesk.domain.limits import Relation
    from copydesk.run.redecide import Agreement, Span
    from copydesk.serve.cli.ledger_rows import Ledger
    from copydesk.settings.layers import Loaded

REPLAY = "replay"
STARTED_KIND = "run_started"
OTHERS = ("--source", "--results", "--books", "--columns", "--leader", "--ledger", "--decisions", "--plot")
"""The options of a replay of trades, which mean nothing here."""


class Question(NamedTuple):
    """What is asked: which ledger, under which settings, of which time."""

    ledger: Path | None
    settings: Path | None
    flags: dict[str, str]
    since: str | None
    until: str | None


def compare(question: Question, others: Sequence[object], *, as_json: bool, is_colourless: bool) -> None:
    """Compare and show; `others` are what the options `OTHERS` were given.

    Exits with REFUSED if something changed, with PARTIAL if nothing did and something could not be decided again.
    """
    from copydesk.run.redecide import Today, agree
    from copydesk.serve.cli.against_view import Compared, against_view, document
    from copydesk.serve.cli.screen import draw, write_document
    from copydesk.settings.limits import relations
    from copydesk.wiring.opening import open_ledger

    unused = [name for name, given in zip(OTHERS, others, strict=True) if given]
    if question.ledger is None or unused:
        raise BadInput(
            "--settings" if question.ledger is None else ", ".join(unused),
            found="no --against LEDGER" if question.ledger is None else "--against",
            allowed="--against with --settings or --set, --since, --until, --json",
        )
    span = _span(question)
    with closing(open_ledger(question.ledger)) as store:
        loaded = _settings(question, store)
        today = Today(relations(loaded), loaded.settings.halted)
        _require_account(today.relations, store.heads())
        agreement = agree(store, today, span)
    if not agreement.decisions:
        raise NotFound(f"no decision to make again in {question.ledger}")
    compared = Compared(str(question.ledger), loaded.settings.preset, loaded.version, agreement)
    if as_json:
        write_document(document(compared))
    else:
        draw(against_view(compared), is_colourless=is_colourless)
    raise typer.Exit(_code(agreement))


def _code(agreement: Agreement) -> Code:
    if not agreement.is_unchanged:
        return Code.REFUSED
    return Code.DONE if agreement.is_complete else Code.PARTIAL


def _span(question: Question) -> Span:
    from copydesk.run.redecide import Span

    since = None if question.since is None else moment("--since", question.since)
    until = None if question.until is None else moment("--until", question.until)
    return Span(since, until)


def _settings(question: Question, store: Ledger) -> Loaded:
    """A settings file counts alone; without one, the layers of the command that wrote the ledger."""
    from copydesk.serve.cli.replay import COMMAND_DEFAULTS
    from copydesk.settings.layers import load, load_file

    if question.settings is None:
        return load(question.flags, COMMAND_DEFAULTS if _kind(store.rows()) == REPLAY else {})
    if question.flags:
        raise BadInput("--set, --preset", found="--settings", allowed="one or the other", remedy="put it into the file")
    if not question.settings.is_file():
        raise BadInput("--settings", found=f"no file {question.settings}", allowed="a file of settings")
    return load_file(question.settings)


def _kind(rows: Iterable[SealedRow]) -> str:
    """What kind of run wrote the ledger last."""
    from copydesk.flow.ledger.seal import open_entry

    last = None
    for row in rows:
        last = row if row.kind == STARTED_KIND else last
    fact = None if last is None else open_entry(last).fact
    return fact.kind if isinstance(fact, RunStarted) else ""


def _require_account(relations: Sequence[Relation], accounts: Iterable[AccountId]) -> None:
    """Raise `BadInput` if the settings are of other accounts altogether."""
    own, known = {relation.account for relation in relations}, sorted(accounts)
    if known and not own.intersection(known):
        raise BadInput(
            "account.id of the settings",
            found=", ".join(sorted(own)),
            allowed=f"an account of the ledger: {', '.join(known)}",
        )
