"""How numbers, times and ids look to a person, in one place. Everything is whole numbers in, text out.

Amounts are micros (1e-6), shares of a whole are basis points, times are milliseconds since 1970 UTC. Rounding is to the
nearest, halves away from zero; zero has no sign; what is not known is `UNKNOWN`, never 0.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

UNKNOWN = "—"
MINUS = "−"
MICROS = 1_000_000
BPS = 10_000

_CENT = 10_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_SECONDS_UP_TO = 600 * _SECOND
_WALLET_LENGTH, _HASH_LENGTH, _ID_SHOWN, _TEXT_SHOWN = 42, 66, 12, 24


def count(number: int) -> str:
    """`12,345`."""
    return f"{number:,}".replace("-", MINUS)


def dollars(micros: int) -> str:
    """`$12,486.31`, `−$35.52`."""
    return _with_sign(micros, _CENT, "", f"${_fixed(micros, _CENT, 2)}")


def signed_dollars(micros: int) -> str:
    """`+$30.48`, `−$35.52`, `$0.00`."""
    return _with_sign(micros, _CENT, "+", f"${_fixed(micros, _CENT, 2)}")


def exact_dollars(micros: int) -> str:
    """`$12.345678`: every micro, for the ledger."""
    return _with_sign(micros, 1, "", f"${_fixed(micros, 1, 6)}")


def micros_of(text: str) -> int:
    """The micros of decimal text with six decimals, as reports carry money."""
    return int(text.replace(".", ""))


def price(micros: int) -> str:
    """`68.7¢`; a second or third decimal only where one would say 0 or a whole dollar and it is not."""
    tenth = _nearest(micros, 1_000)
    if micros % 1_000 and tenth in {0, 1_000}:
        return f"{_trimmed(_fixed(micros, 10, 3), 1)}¢"
    return _with_sign(micros, 1_000, "", f"{_fixed(micros, 1_000, 1)}¢")


def shares(micros: int) -> str:
    """`1,240`, `802.1`, `69.78`; more decimals only for a holding that would otherwise look like nothing."""
    if micros and abs(micros) < _CENT // 2:
        return _with_sign(micros, 1, "", _trimmed(_fixed(micros, 1, 6), 0))
    return _with_sign(micros, _CENT, "", _trimmed(_fixed(micros, _CENT, 2), 0))


def bps(number: int) -> str:
    """`+27 bps`, `−48 bps`, `0 bps`."""
    return f"{_with_sign(number, 1, '+', f'{abs(number):,}')} bps"


def percent(basis_points: int) -> str:
    """`0.27%`, `2.1%`, `95.0%`: what basis points are of a whole; from ten percent on one decimal is enough."""
    if abs(basis_points) >= BPS // 10:
        return _with_sign(basis_points, 10, "", f"{_fixed(basis_points, 10, 1)}%")
    return _with_sign(basis_points, 1, "", f"{_trimmed(_fixed(basis_points, 1, 2), 1)}%")


def part_of(part: int, whole: int) -> str:
    """`31.8%`: how much `part` is of `whole`."""
    return UNKNOWN if whole == 0 else f"{_fixed(_nearest(part * 1_000, whole), 1, 1)}%"


def signed_part_of(part: int, whole: int) -> str:
    """`+1.74%`: how much a gain or loss is of `whole`."""
    if whole == 0:
        return UNKNOWN
    hundredths = _nearest(part * BPS, whole)
    return _with_sign(hundredths, 1, "+", f"{_fixed(hundredths, 1, 2)}%")


def duration(ms: int) -> str:
    """`<1 ms`, `486 ms`, `1.31 s`, `312 s`, `12 min`, `5 h 3 min`, `20 d 6 h`."""
    if ms < 0:
        return f"{MINUS}{duration(-ms)}"
    if ms < _SECOND:
        return f"{ms} ms" if ms else "<1 ms"
    if ms < _SECONDS_UP_TO:
        return f"{_trimmed(_fixed(ms, 10, 2), 0)} s"
    if ms < _HOUR:
        return f"{ms // _MINUTE} min"
    if ms < _DAY:
        return _two(ms, _HOUR, "h", _MINUTE, "min")
    return _two(ms, _DAY, "d", _HOUR, "h")


def age(ms: int) -> str:
    """`41s`, `12m`, `6h`, `20d`."""
    for unit, letter in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if ms >= unit:
            return f"{ms // unit}{letter}"
    return f"{max(ms, 0) // _SECOND}s"


def moment(ms: int) -> str:
    """`2026-05-14 14:31:59.241`, in UTC; the number itself where no calendar reaches."""
    try:
        at = _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return str(ms)
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1_000:03d}"


def to_the_minute(ms: int) -> str:
    """`2026-05-14 14:31`, in UTC."""
    return moment(ms)[:16]


def line(text: str) -> str:
    """Foreign text as one line that cannot command a terminal: what does not print becomes a space."""
    return text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)


def short(name: str) -> str:
    """`0x7e41…c09a` for a wallet, `0x08980b04…2d1996` for a hash, an id's first 12 digits, other text cut."""
    if name.startswith("0x") and len(name) == _WALLET_LENGTH:
        return f"{name[:6]}…{name[-4:]}"
    if name.startswith("0x") and len(name) == _HASH_LENGTH:
        return f"{name[:10]}…{name[-6:]}"
    if len(name) == _HASH_LENGTH - 2 and all(letter in "0123456789abcdef" for letter in name):
        return name[:_ID_SHOWN]
    name = line(name)
    return name if len(name) <= _TEXT_SHOWN else f"{name[: _TEXT_SHOWN - 1]}…"


def _nearest(amount: int, unit: int) -> int:
    """`amount` in whole `unit`s, halves away from zero."""
    whole = (2 * abs(amount) + unit) // (2 * unit)
    return -whole if amount < 0 else whole


def _fixed(amount: int, unit: int, decimals: int) -> str:
    """The size of `amount`, rounded to `unit`, of which `decimals` digits stand behind the point."""
    whole, part = divmod(abs(_nearest(amount, unit)), 10**decimals)
    return f"{whole:,}.{part:0{decimals}d}"


def _trimmed(text: str, decimals_least: int) -> str:
    whole, _, part = text.partition(".")
    part = part.rstrip("0").ljust(decimals_least, "0")
    return f"{whole}.{part}" if part else whole


def _with_sign(amount: int, unit: int, plus: str, text: str) -> str:
    rounded = _nearest(amount, unit)
    return f"{MINUS}{text}" if rounded < 0 else f"{plus if rounded else ''}{text}"


def _two(ms: int, large: int, large_name: str, small: int, small_name: str) -> str:
    first, second = ms // large, ms % large // small
    return f"{first} {large_name} {second} {small_name}" if second else f"{first} {large_name}"
