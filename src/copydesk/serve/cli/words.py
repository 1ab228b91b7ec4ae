"""Sentences for people: why a trade was not copied, with the number seen and the limit of the decision's own record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import Approved
from copydesk.domain.order import Ending
from copydesk.domain.refusal import Reason
from copydesk.serve.cli import format as shown
from copydesk.serve.cli.reasons import REASONS

if TYPE_CHECKING:
    from copydesk.domain.decision import Decision, SizingLine
    from copydesk.domain.refusal import Check

OFF = "off"
SAID_IN_FULL = (Reason.PROCESSING_FAILED, Reason.HALTED, Reason.FROZEN, Reason.PAUSED, Reason.LEADER_CUT_OFF)
"""Reasons whose check has a person's own words: they are not cut."""
BY_SETTINGS = "halted"
SHARES_SUFFIX = "shares"


ENDINGS: dict[Ending, str] = {
    Ending.FILLED: "filled",
    Ending.PART_FILLED: "part filled",
    Ending.UNFILLED: "not filled",
    Ending.REJECTED: "rejected",
}


def refusal(reason: str) -> str:
    """A reason as a list shows it; a name this release does not know is shown as it is."""
    return REASONS[Reason(reason)].refusal if reason in Reason._value2member_map_ else reason.replace("_", " ")


def value(check: Check, number: int | str | None) -> str:
    """What a check saw, or its limit, in its unit."""
    if number is None:
        return shown.UNKNOWN
    if isinstance(number, str):
        return shown.short(number)
    match check.unit:
        case "ms":
            return shown.duration(number)
        case "bps":
            return shown.percent(number)
        case "micros":
            return REASONS[check.reason].micros(number)
        case _:
            return shown.count(number)


def limit(check: Check) -> str:
    """A check's limit as a card shows it: with its sign, `off` where there is none."""
    wording = REASONS[check.reason]
    if wording.bound is not None:
        return wording.bound
    if check.limit is None:
        return OFF
    sign = _band_sign(check) if check.reason is Reason.PRICE_BAND else wording.sign
    return f"{sign} {value(check, check.limit)}"


def _band_sign(check: Check) -> str:
    """Which end of the price band a check was held against; the record has only the nearer one."""
    if not isinstance(check.seen, int) or not isinstance(check.limit, int):
        return ""
    is_floor = check.seen > check.limit if check.passed else check.seen < check.limit
    return "≥" if is_floor else "≤"


def why(decision: Decision) -> str:
    """Why a trade was not copied, in one line with the numbers; empty for one that was."""
    if isinstance(decision, Approved):
        return ""
    last = decision.checks[-1] if decision.checks else None
    if last is not None and not last.passed:
        return refused_by(last)
    return refused_in_sizing(decision.reason, decision.sizing)


def refused_by(check: Check) -> str:
    """The sentence of a check that did not pass."""
    wording = REASONS[check.reason]
    sentence = wording.blind if check.seen is None and wording.blind else wording.said
    seen = _said_of(check) if check.reason in SAID_IN_FULL and isinstance(check.seen, str) else value(check, check.seen)
    if check.reason is Reason.RESOLVES_SOON and isinstance(check.seen, int) and check.seen < 0:
        sentence, seen = "Ended {seen} ago", shown.duration(-check.seen)
    return sentence.format(seen=seen, limit=value(check, check.limit))


def _said_of(check: Check) -> str:
    """Who halted and why, in their words; what a setting halts has none."""
    return "the settings" if check.seen == BY_SETTINGS else shown.line(str(check.seen))


def refused_in_sizing(reason: Reason, lines: tuple[SizingLine, ...]) -> str:
    """The sentence of an amount that came to nothing: what was left against what the smallest order takes."""
    wording = REASONS[reason]
    if not lines:
        return wording.refusal
    last = lines[-1]
    if reason in {Reason.BALANCE, Reason.PUT_ASIDE}:
        return wording.said.format(limit=amount(last, last.limit), seen=amount(last, last.amount))
    room = next((shown.dollars(line.limit) for line in lines if line.rule == reason and line.limit is not None), None)
    return wording.said.format(seen=room or _fitting(lines), limit=_smallest(last))


def _smallest(last: SizingLine) -> str:
    """What the smallest order takes, from the line that settled it."""
    if last.rule.endswith(SHARES_SUFFIX):
        return f"smallest order {amount(last, last.limit)} shares"
    return f"smallest order {amount(last, last.amount)}"


def _fitting(lines: tuple[SizingLine, ...]) -> str:
    """How much would have been ordered: shares where the grid was reached, else dollars."""
    line = next((line for line in reversed(lines) if line.rule.endswith(SHARES_SUFFIX)), lines[-1])
    unit = " shares" if line.rule.endswith(SHARES_SUFFIX) else ""
    return f"{amount(line, line.amount)}{unit}"


def amount(line: SizingLine, number: int | None) -> str:
    """A number of a sizing line: shares where its rule ends in `shares`, else dollars."""
    if number is None:
        return shown.UNKNOWN
    return shown.shares(number) if line.rule.endswith(SHARES_SUFFIX) else shown.dollars(number)


def rule(line: SizingLine) -> str:
    """The name of a sizing step; caps have the name of their reason."""
    if line.rule in Reason._value2member_map_:
        return REASONS[Reason(line.rule)].gate
    name = line.rule.removesuffix(f", {SHARES_SUFFIX}")
    return name[:1].upper() + name[1:]
