"""Which decisions a command is asked about: of which leader, and from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.domain.ids import TimeMs
from copydesk.serve.cli.codes import NotFound
from copydesk.serve.cli.moments import moment_or_ago

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copydesk.domain.ids import Wallet
    from copydesk.run.skips import Asked
    from copydesk.serve.cli.ledger_rows import Ledger

LEADERS_NAMED = 8

Leader = Annotated[
    str, typer.Option("--leader", metavar="WALLET", help="Only this leader: the wallet, or how it begins.")
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="From here on: 1d, 12h (back from the ledger's end), or ISO 8601."),
]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Up to but not including.")]


def asked(store: Ledger, leader: str, since: str | None, until: str | None) -> Asked:
    """What is asked for. Times back are counted from the ledger's last entry: a reading command needs no clock."""
    from copydesk.run.skips import Asked

    end = ends_at(store)
    return Asked(
        leader=leader.strip().lower(),
        since=None if since is None else moment_or_ago("--since", since, end),
        until=None if until is None else moment_or_ago("--until", until, end),
    )


def ends_at(store: Ledger) -> TimeMs:
    """When the ledger's last entry was recorded."""
    return next((row.recorded_at for row in store.rows(after=store.head() - 1)), TimeMs(0))


def known(leaders: Iterable[Wallet], leader: str) -> None:
    """Raise `NotFound` naming the leaders there are if none of them is the one that was asked for."""
    names = sorted(leaders)
    if any(name.startswith(leader.strip().lower()) for name in names):
        return
    listed = ", ".join(names[:LEADERS_NAMED]) or "none"
    more = f" and {len(names) - LEADERS_NAMED} more" if len(names) > LEADERS_NAMED else ""
    raise NotFound(f"no decision about a leader {leader or 'at all'}; the ledger has decisions about {listed}{more}")
