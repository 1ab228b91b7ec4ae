"""`copydesk ledger`: that the record is whole, and the record itself."""

from __future__ import annotations

import csv
import os
import sys
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from copydesk.domain.errors import BadInput
from copydesk.domain.ids import AccountId
from copydesk.serve.cli import options
from copydesk.serve.cli.codes import Code, NotFound
from copydesk.serve.cli.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.domain.events import SealedRow
    from copydesk.flow.ledger.verify import Verdict
    from copydesk.serve.cli.ledger_rows import Ledger

app = typer.Typer(no_args_is_help=True, help="That the record is whole, and the record itself.")

OWNER_ONLY = 0o600
COLUMNS = ("position", "account", "seq", "recorded_at", "kind", "origin", "hash", "body")


class Form(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"
    CSV = "csv"


Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here, not to stdout.")]
Format = Annotated[Form, typer.Option("--format", help="One JSON object or one CSV row for each entry.")]
Number = Annotated[int | None, typer.Argument(metavar="SEQ", help="An entry's number.", show_default=False)]
Account = Annotated[
    str | None, typer.Option("--account", help="Count the entries of this account.", show_default=False)
]


Moment = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help="What was done then, or last before.", show_default=False),
]


@app.command()
def verify(ledger: options.Ledger = None, as_json: options.Json = False) -> None:
    """Walk the whole chain; name the first entry that is not what it was when it was sealed."""
    from copydesk.flow.ledger.verify import verify as walked
    from copydesk.wiring.opening import open_ledger

    path = options.ledger_named(ledger)
    with closing(open_ledger(path)) as store:
        verdict = walked(store.rows(), store.heads())
    if as_json:
        from copydesk.serve.cli.screen import write_document

        write_document(_verdict(verdict, str(path)))
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _told(verdict, str(path))))
    if verdict.fault is not None:
        raise typer.Exit(Code.FAILED)


@app.command()
def export(ledger: options.Ledger = None, form: Format = Form.JSONL, output: Output = None) -> None:
    """Write every entry, as it was sealed."""
    from copydesk.wiring.opening import open_ledger

    with closing(open_ledger(options.ledger_named(ledger))) as store, _opened(output) as stream:
        if form is Form.CSV:
            rows = csv.writer(stream, lineterminator="\n")
            rows.writerow(COLUMNS)
            rows.writerows(_fields(row) for row in store.rows())
        else:
            stream.writelines(_line(row) for row in store.rows())


@app.command()
def show(
    number: Number = None,
    ledger: options.Ledger = None,
    account: Account = None,
    at: Moment = None,
    as_json: options.Json = False,
    no_color: options.NoColor = False,
) -> None:
    """Show one entry in full, by its number or by what time it was; the last one if neither is given."""
    from copydesk.wiring.opening import open_ledger

    with closing(open_ledger(options.ledger_named(ledger))) as store:
        if at is not None:
            number = _number_at(store, at, AccountId(account) if account else None)
        row = _account_entry(store, AccountId(account), number) if account else _entry(store, number)
    if as_json:
        sys.stdout.write(_line(row))
        return
    from copydesk.serve.cli.entry_view import entry_view
    from copydesk.serve.cli.screen import draw

    draw(entry_view(row), is_colourless=no_color)


def _entry(store: Ledger, number: int | None) -> SealedRow:
    """The entry at a position of the whole ledger, by default the last."""
    wanted = store.head() if number is None else number
    for row in store.rows(after=wanted - 1):
        if row.position == wanted:
            return row
        break
    raise NotFound(f"no entry {wanted}; the ledger has {store.head()}")


def _number_at(store: Ledger, at: str, account: AccountId | None) -> int:
    """The number of the last entry that was recorded by `at`: its place in the ledger, or in the account's chain."""
    latest = moment("--at", at)
    found = None
    for row in store.rows(account):
        if row.recorded_at > latest:
            break
        found = row
    if found is None:
        raise NotFound(f"nothing was recorded by {at}")
    return found.seq if account else found.position


def _account_entry(store: Ledger, account: AccountId, number: int | None) -> SealedRow:
    """The entry of one account by its own number, by default its last."""
    head = store.heads().get(account)
    if head is None:
        raise NotFound(f"no account {account}; the ledger has {', '.join(store.heads()) or 'none'}")
    wanted = head.seq if number is None else number
    for row in store.rows(account):
        if row.seq == wanted:
            return row
    raise NotFound(f"no entry {wanted} of {account}; it has {head.seq}")


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """Stdout, or a private file that stands under its name only once it is whole."""
    if output is None:
        yield sys.stdout
        return
    part = output.with_name(f"{output.name}.part")
    try:
        stream = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "w", encoding="utf-8")
    except OSError as error:
        raise BadInput("--output", found=f"{output}: {error.strerror}", allowed="a file that can be written") from error
    with stream:
        yield stream
    part.replace(output)


def _line(row: SealedRow) -> str:
    """An entry as one line of JSON; the body is byte for byte what was sealed."""
    import msgspec

    fields: dict[str, object] = {
        "position": row.position,
        "account": row.account,
        "seq": row.seq,
        "recorded_at": row.recorded_at,
        "kind": row.kind,
        "origin": row.origin,
        "hash": row.hash.hex(),
        "body": msgspec.Raw(row.body),
    }
    return msgspec.json.encode(fields).decode() + "\n"


def _fields(row: SealedRow) -> tuple[object, ...]:
    return (
        *(row.position, row.account, row.seq, row.recorded_at, row.kind, row.origin or ""),
        *(row.hash.hex(), row.body.decode()),
    )


def _verdict(verdict: Verdict, file: str) -> dict[str, object]:
    import msgspec

    return {
        "mode": "paper",
        "ledger_file": file,
        "ok": verdict.is_sound,
        "entries": verdict.entries,
        "heads": {account: {"seq": head.seq, "hash": head.hash.hex()} for account, head in verdict.heads.items()},
        "fault": None if verdict.fault is None else msgspec.structs.asdict(verdict.fault),
    }


def _told(verdict: Verdict, file: str) -> list[str]:
    from copydesk.serve.cli import format as shown

    fault = verdict.fault
    if fault is None:
        heads = [
            f"{account}: {shown.count(head.seq)} entries, head {head.hash.hex()}"
            for account, head in verdict.heads.items()
        ]
        return [f"✓ {file}: {shown.count(verdict.entries)} entries, whole and unchanged", *heads]
    return [
        f"✗ {file}: entry {fault.position} ({fault.account}, number {fault.seq}) is not what was sealed",
        f"{fault.what}: expected {shown.line(fault.expected)}, found {shown.line(fault.found)}",
        f"{shown.count(verdict.entries)} entries before it are sound; trust nothing after it",
    ]
