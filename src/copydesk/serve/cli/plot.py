"""A curve in braille: two dots across and four down for each character, with the amounts and days at the edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.serve.cli import format as shown

if TYPE_CHECKING:
    from collections.abc import Sequence

BLANK = 0x2800
DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
ROWS = 8
COLUMNS_LEAST = 16


def curve(points: Sequence[tuple[int, int]], width: int) -> list[str]:
    """Lines that draw (time in ms, micro-dollars) as steps, at most `width` wide. No lines for less than two points."""
    if len(points) < 2:  # noqa: PLR2004 - one point is no curve
        return []
    low, high = min(value for _, value in points), max(value for _, value in points)
    labels = (shown.dollars(high), shown.dollars((high + low) // 2), shown.dollars(low))
    margin = max(len(label) for label in labels)
    columns = max(width - margin - 2, COLUMNS_LEAST)
    rows = _drawn(_sampled(points, columns * 2), low, high)
    at_row = {0: labels[0], ROWS // 2: labels[1] if high > low else "", ROWS - 1: labels[2] if high > low else ""}
    lines = [f"{at_row.get(row, ''):>{margin}} ┤{drawn}" for row, drawn in enumerate(rows)]
    begin, end = shown.to_the_minute(points[0][0]), f"{shown.to_the_minute(points[-1][0])} UTC"
    return [*lines, f"{'':>{margin}}  {begin}{end:>{max(columns - len(begin), len(end) + 1)}}"]


def told(points: Sequence[tuple[int, int]]) -> str:
    """The curve in words, for who does not see it."""
    if not points:
        return "no curve: no money moved"
    values = [value for _, value in points]
    ends = f"from {shown.dollars(values[0])} to {shown.dollars(values[-1])}"
    return f"{ends}, lowest {shown.dollars(min(values))}, highest {shown.dollars(max(values))}"


def _sampled(points: Sequence[tuple[int, int]], dots: int) -> list[int]:
    """The last known value at each of `dots` moments, evenly spread."""
    begin, end = points[0][0], points[-1][0]
    values: list[int] = []
    place = 0
    for dot in range(dots):
        at = begin + (end - begin) * dot // (dots - 1)
        while place + 1 < len(points) and points[place + 1][0] <= at:
            place += 1
        values.append(points[place][1])
    return values


def _drawn(values: list[int], low: int, high: int) -> list[str]:
    """One character for two values; a step between two heights is drawn through."""
    dots = ROWS * 4
    heights = [(high - value) * (dots - 1) // (high - low) if high > low else dots // 2 for value in values]
    cells = [[BLANK] * (len(values) // 2) for _ in range(ROWS)]
    before = heights[0]
    for place, height in enumerate(heights):
        for dot in range(min(before, height), max(before, height) + 1):
            cells[dot // 4][place // 2] |= DOTS[place % 2][dot % 4]
        before = height
    return ["".join(map(chr, row)) for row in cells]
