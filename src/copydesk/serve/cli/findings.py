"""Findings: what a check came to, told to a person or a program, with the exit code that follows."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import typer

from copydesk.serve.cli import format as shown
from copydesk.serve.cli.codes import Code

if TYPE_CHECKING:
    from collections.abc import Sequence

_LABEL = 16


class Grade(StrEnum):
    """How a check came out, worst last."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


MARKS = {Grade.OK: "✓", Grade.WARN: "!", Grade.FAIL: "✗"}


class Finding(NamedTuple):
    """One check: how it came out, what was found, and the fix if it is not well."""

    check: str
    grade: Grade
    found: str
    fix: str = ""


def tell(findings: Sequence[Finding], *, is_short: bool, as_json: bool) -> None:
    """Write the findings, or in short only what is not well. Exits with 6 if anything failed."""
    grades = [each.grade for each in findings]
    worst = max(grades, key=list(Grade).index)
    if as_json:
        from copydesk.serve.cli.screen import write_document

        write_document({"status": worst, "checks": [each._asdict() for each in findings]})
    else:
        for each in findings:
            if not is_short or each.grade is not Grade.OK:
                sys.stdout.write("".join(f"{line}\n" for line in _lines(each)))
        sys.stdout.write(f"{_summary(grades, worst)}\n")
    if worst is Grade.FAIL:
        raise typer.Exit(Code.UNHEALTHY)


def _lines(finding: Finding) -> list[str]:
    lines = [f"{MARKS[finding.grade]} {finding.check:<{_LABEL}} {shown.line(finding.found)}"]
    return [*lines, f"{'':<{_LABEL + 2}} fix: {finding.fix}"] if finding.fix else lines


def _summary(grades: Sequence[Grade], worst: Grade) -> str:
    counts = {grade: grades.count(grade) for grade in Grade}
    parts = [f"{counts[Grade.OK]} well"]
    parts += [f"{counts[Grade.WARN]} to look at"] if counts[Grade.WARN] else []
    parts += [f"{counts[Grade.FAIL]} failed"] if counts[Grade.FAIL] else []
    return f"{MARKS[worst]} {len(grades)} checks: {', '.join(parts)}"
