"""One arbiter for each position: the first exit that is due closes it, the most urgent of several, never two (C27)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from copydesk.domain.exits import Exit, ExitCause, Exits, MirrorStyle
from copydesk.domain.ids import TimeMs
from copydesk.domain.money import NO_SHARES
from copydesk.flow.decide.own_exits import (
    adverse_move,
    hold_max,
    stop_loss,
    take_profit,
    time_exit,
    trailing_stop,
    unfilled,
)
from copydesk.flow.decide.own_exits.seen import Reading, Seen

if TYPE_CHECKING:
    from copydesk.domain.exits import Leaving

Rule = Callable[[Seen, Exits], Reading | None]

RULES: dict[ExitCause, Rule] = {
    ExitCause.UNFILLED: unfilled.rule,
    ExitCause.TIME_EXIT: time_exit.rule,
    ExitCause.STOP_LOSS: stop_loss.rule,
    ExitCause.ADVERSE_MOVE: adverse_move.rule,
    ExitCause.TRAILING_STOP: trailing_stop.rule,
    ExitCause.HOLD_MAX: hold_max.rule,
    ExitCause.TAKE_PROFIT: take_profit.rule,
}
"""Every own exit, the most urgent first."""
DOUBLED_MAX = 6
"""The wait between tries doubles so many times at most."""


def first_due(seen: Seen, exits: Exits) -> Exit | None:
    """The exit that closes the position now, or a part of it; None while another is under way or has just failed."""
    leaving = seen.leaving
    if leaving.selling > NO_SHARES or not is_watched(seen, exits) or seen.now < resumes_at(leaving, exits):
        return None
    for cause, rule in RULES.items():
        if _is_spent(cause, leaving, exits):
            continue
        reading = rule(seen, exits)
        if reading is not None and reading.is_out:
            step = leaving.steps + 1 if cause is ExitCause.TAKE_PROFIT else 0
            return Exit(cause=cause, peak=seen.peak if cause is ExitCause.TRAILING_STOP else None, step=step)
    return None


def wakes_at(seen: Seen, exits: Exits) -> TimeMs | None:
    """When time alone may next make an exit due; None if it never does."""
    if not is_watched(seen, exits):
        return None
    leaving, resumes = seen.leaving, resumes_at(seen.leaving, exits)
    times = [
        resumes if leaving.owed and exits.retries_max and not _is_spent(ExitCause.UNFILLED, leaving, exits) else None,
        None if _is_spent(ExitCause.TIME_EXIT, leaving, exits) else time_exit.due_at(seen, exits),
        None if _is_spent(ExitCause.HOLD_MAX, leaving, exits) else hold_max.due_at(seen, exits),
    ]
    return min((max(at, resumes) for at in times if at is not None), default=None)


def is_watched(seen: Seen, exits: Exits) -> bool:
    """Whether any exit of our own may close the position: there is something to sell, and no person alone decides."""
    return seen.sellable > NO_SHARES and exits.mirror is not MirrorStyle.MANUAL and not seen.leaving.is_dust


def resumes_at(leaving: Leaving, exits: Exits) -> TimeMs:
    """Until when nothing is tried again after what came to nothing last."""
    if leaving.tried_at is None:
        return TimeMs(0)
    doubled = min(sum(leaving.tries.values()), DOUBLED_MAX)
    return TimeMs(leaving.tried_at + (exits.retry_after_ms << doubled))


def is_given_up(leaving: Leaving, exits: Exits) -> bool:
    """Whether something is owed that is not tried again any more: a person has to look."""
    return leaving.owed > NO_SHARES and _is_spent(ExitCause.UNFILLED, leaving, exits)


def _is_spent(cause: ExitCause, leaving: Leaving, exits: Exits) -> bool:
    tries = leaving.tries.get(cause, 0)
    return tries >= exits.retries_max + (cause is not ExitCause.UNFILLED)
