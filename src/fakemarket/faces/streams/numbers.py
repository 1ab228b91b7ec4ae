"""Numbers and times as the streams write them."""

from fakemarket.world.money import ONE, decimal_text, number


def price_text(price: int | None, missing: str) -> str:
    return missing if price is None else decimal_text(price)


def plain_number(micros: int) -> int | float:
    """Give a JSON number: without a fraction when there is none."""
    return micros // ONE if micros % ONE == 0 else number(micros)


def seconds_text(ms: int) -> str:
    return str(ms // 1000)
