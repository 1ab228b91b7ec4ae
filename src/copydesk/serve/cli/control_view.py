"""How halts, cut-offs and pauses are told: by whom, since when, why, and what lifts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.control import Halted, HaltSource
from copydesk.serve.cli import format as shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copydesk.domain.control import LeaderCutOff, RelationPaused

BY_SETTINGS = "by the settings: no entries, exits go on · set halted to false"
_RESUME = "copydesk resume"
LIFTED_BY: dict[HaltSource, str] = {
    HaltSource.OPERATOR: _RESUME,
    HaltSource.CLIENT: "copydesk resume --account {account}",
    HaltSource.FILE: "remove the file",
    HaltSource.ERRORS: _RESUME,
    HaltSource.LOSS: _RESUME,
    HaltSource.DRIFT: _RESUME,
}


def halt_line(account: str, halt: Halted) -> str:
    """`by operator since 2026-05-14 14:31:59 UTC: lunch · no entries, exits go on · copydesk resume`."""
    what = "no entries and no exits" if halt.freezes_exits else "no entries, exits go on"
    how = LIFTED_BY[halt.source].format(account=account)
    return f"by {halt.source} since {shown.moment(halt.since)[:19]} UTC: {shown.line(halt.words)} · {what} · {how}"


def cut_line(cut: LeaderCutOff) -> str:
    """A leader that is cut off."""
    since = shown.moment(cut.since)[:19]
    return f"{shown.short(cut.leader)} by {cut.source} since {since} UTC: {shown.line(cut.words)} · copydesk uncutoff"


def pause_line(pause: RelationPaused) -> str:
    """A pause of one leader or all."""
    whom = "all leaders" if pause.leader is None else shown.short(pause.leader)
    return f"{whom} since {shown.moment(pause.since)[:19]} UTC: {shown.line(pause.words)} · copydesk unpause"


def in_short(halts: Iterable[tuple[str, Halted]], *, is_by_settings: bool) -> list[str]:
    """Each halt once, in one line, for a live screen; what every account has is not said for each."""
    told: dict[tuple[str, str], str] = {}
    for account, halt in halts:
        head = "FROZEN, exits too," if halt.freezes_exits else "HALTED"
        how = f"since {shown.moment(halt.since)[11:19]} · {LIFTED_BY[halt.source].format(account=account)}"
        told.setdefault((halt.source, halt.words), f"{head} by {halt.source} {how} · {shown.line(halt.words)}")
    return [*told.values(), *([f"HALTED {BY_SETTINGS}"] if is_by_settings else [])]
