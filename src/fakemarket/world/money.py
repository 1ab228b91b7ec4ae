"""Whole micros: ticks, the venue's rounding table, number texts and fees."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

ONE = 1_000_000
_FEE_STEP = 10  # five decimals
_HUGE = 10**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """How many decimals the price, the size and the other amount of an order may have."""

    price: int
    size: int
    amount: int


ROUNDING: dict[int, Rounding] = {
    100_000: Rounding(price=1, size=2, amount=3),
    10_000: Rounding(price=2, size=2, amount=4),
    5_000: Rounding(price=3, size=2, amount=5),
    2_500: Rounding(price=4, size=2, amount=6),
    1_000: Rounding(price=3, size=2, amount=5),
    100: Rounding(price=4, size=2, amount=6),
}
TICKS: tuple[int, ...] = tuple(ROUNDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSchedule:
    """What a taker pays: shares × rate × (p × (1 − p))^exponent; the rate in bps of one."""

    rate_bps: int
    exponent: int = 1
    taker_only: bool = True
    rebate_bps: int = 2_500


@lru_cache(maxsize=65_536)
def decimal_text(micros: int) -> str:
    """Write micros as the venue's number strings are: no exponent, no trailing zeros; remembered, they come again."""
    sign, whole, part = "-" if micros < 0 else "", abs(micros) // ONE, abs(micros) % ONE
    return f"{sign}{whole}" if part == 0 else f"{sign}{whole}.{part:06d}".rstrip("0")


def number(micros: int) -> float:
    return float(decimal_text(micros))


def parse_micros(text: str | int | float | Decimal) -> int:
    """Read an amount; ValueError if it is not a whole number of micros."""
    try:
        value = Decimal(str(text)) * ONE
        micros = int(value) if abs(value) < _HUGE else 0
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise ValueError(f"not a number: {text!r}") from error
    if value != micros:
        raise ValueError(f"finer than a micro: {text!r}")
    return micros


def cost(shares: int, price: int) -> int:
    """Give shares × price, rounded down as the contract rounds."""
    return shares * price // ONE


def fee_for(schedule: FeeSchedule | None, shares: int, price: int) -> int:
    """Give the taker's fee: five decimals, at least 0.00001 where there is a fee at all."""
    if schedule is None or schedule.rate_bps == 0 or shares == 0:
        return 0
    curve: int = pow(price * (ONE - price), schedule.exponent)
    scale: int = 10_000 * pow(ONE, 2 * schedule.exponent)
    exact = shares * schedule.rate_bps * curve
    steps = (2 * exact + scale * _FEE_STEP) // (2 * scale * _FEE_STEP)
    return max(steps, 1) * _FEE_STEP
