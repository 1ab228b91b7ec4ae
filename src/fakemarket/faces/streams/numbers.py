"""Numbers, times and addresses as the streams write them."""

from functools import lru_cache

from fakemarket.world.hashing import checksum
from fakemarket.world.money import ONE, decimal_text, number


def price_text(price: int | None, missing: str) -> str:
    return missing if price is None else decimal_text(price)


def plain_number(micros: int) -> int | float:
    """Give a JSON number: without a fraction when there is none."""
    return micros // ONE if micros % ONE == 0 else number(micros)


def seconds_text(ms: int) -> str:
    return str(ms // 1000)


@lru_cache(maxsize=4_096)
def address_text(address: str) -> str:
    """Write an address in mixed case; remembered, because the case costs a hash."""
    return checksum(address)
