"""When a market ends, where its slug or title carries the window of time it is about."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from copydesk.domain.ids import TimeMs

if TYPE_CHECKING:
    from copydesk.domain.trade import Token

_SLUG = re.compile(r"-updown-(\d{1,3})([mh])-(\d{10})$")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAY = rf"(?P<month>{'|'.join(_MONTHS)})[ -](?P<day>\d{{1,2}})(?:,? (?P<year>20\d\d)|-(?P<slug_year>20\d\d))?"
_TO_CLOCK = re.compile(_DAY + r", (?P<from>\d{1,2}(?::\d\d)?[ap]m)-(?P<to>\d{1,2}(?::\d\d)?[ap]m) et\b")
_HOUR = re.compile(_DAY + r"(?:, |-)(?P<from>\d{1,2}(?::\d\d)?[ap]m)[ -]et\b")
_NOON = re.compile(r"up[ -]or[ -]down[ -]on[ -]" + _DAY)
_YEAR = re.compile(r"-(20\d\d)(?:-|$)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND, _HOUR_LONG, _DAY_LONG = timedelta(milliseconds=1), timedelta(hours=1), timedelta(days=1)
_SUNDAY, _MARCH, _NOVEMBER = 6, 3, 11
_NOON_HOUR = 12


def window_end(token: Token, around: TimeMs | None) -> TimeMs | None:
    """The end of the window a market is about; None if it names none, or names no year and `around` is not known.

    A day without a year is taken as the nearest such day to `around`. New York time, as the venue writes it.
    """
    for slug in (token.slug, token.event_slug):
        window = _SLUG.search(slug)
        if window:
            minutes = int(window[1]) * (60 if window[2] == "h" else 1)
            return TimeMs((int(window[3]) + 60 * minutes) * 1_000)
    year = next((int(found[1]) for slug in (token.slug, token.event_slug) if (found := _YEAR.search(slug))), None)
    for words in (token.title.lower(), token.slug, token.event_slug):
        for pattern in (_TO_CLOCK, _HOUR, _NOON):
            found = pattern.search(words)
            if found:
                return _end(found, year, around)
    return None


def _end(found: re.Match[str], year: int | None, around: TimeMs | None) -> TimeMs | None:
    parts = found.groupdict()
    named = parts["year"] or parts["slug_year"] or year
    if named is None and around is None:
        return None
    month, day = _MONTHS.index(parts["month"]) + 1, int(parts["day"])
    begins, ends = parts.get("from"), parts.get("to")
    try:
        midnight = _day(int(named), month, day) if named is not None else _nearest_day(month, day, around or TimeMs(0))
    except ValueError:
        return None
    if not begins:
        local = midnight + _NOON_HOUR * _HOUR_LONG
    elif not ends:
        local = midnight + _clock(begins) + _HOUR_LONG
    else:
        local = midnight + _clock(ends) + (_DAY_LONG if _clock(ends) <= _clock(begins) else timedelta())
    return TimeMs((local - _offset(local) - _EPOCH) // _MILLISECOND)


def _clock(text: str) -> timedelta:
    """How far into the day 1:25pm is."""
    hours, _, minutes = text[:-2].partition(":")
    return timedelta(hours=int(hours) % 12 + (12 if text.endswith("pm") else 0), minutes=int(minutes or 0))


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def _nearest_day(month: int, day: int, around: TimeMs) -> datetime:
    """The day of that name nearest to `around`. Raises ValueError for a day that no near year has."""
    middle = _EPOCH + around * _MILLISECOND
    days = []
    for year in (middle.year - 1, middle.year, middle.year + 1):
        with suppress(ValueError):
            days.append(_day(year, month, day))
    return min(days, key=lambda each: abs(each - middle))


def _offset(local: datetime) -> timedelta:
    """New York's offset: four hours behind from the second Sunday of March to the first of November, else five.

    Own rule, since a machine need not have a time zone database.
    """
    begins = _first_sunday(local.year, _MARCH) + 7 * _DAY_LONG + 2 * _HOUR_LONG
    ends = _first_sunday(local.year, _NOVEMBER) + 2 * _HOUR_LONG
    return -4 * _HOUR_LONG if begins <= local < ends else -5 * _HOUR_LONG


def _first_sunday(year: int, month: int) -> datetime:
    first = _day(year, month, 1)
    return first + (_SUNDAY - first.weekday()) % 7 * _DAY_LONG
