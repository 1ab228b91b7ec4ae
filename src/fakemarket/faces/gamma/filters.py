"""Gamma's filters: repeated keys, silence about what it does not know, and refusal of orders it cannot sort by."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from multidict import MultiMapping

from fakemarket.faces.gamma.documents import liquidity_of
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE, decimal_text
from fakemarket.world.tokens import Event, Market, clob_tokens

Parameters = MultiMapping[str]


class GammaError(Exception):
    """A request Gamma refuses: the status and its own two words for why."""

    def __init__(self, status: int, kind: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.kind = kind
        self.words = words


def invalid(words: str) -> GammaError:
    return GammaError(422, "validation error", words)


# --- single values ---------------------------------------------------------------------------------------------------


def flag(parameters: Parameters, key: str) -> bool | None:
    value = parameters.get(key, "").lower()
    if value in {"true", "1"}:
        return True
    if value in {"false", "0"}:
        return False
    if value == "":
        return None
    raise invalid(f"{key} must be a boolean")


def integer(parameters: Parameters, key: str, default: int) -> int:
    value = parameters.get(key, "")
    if value == "":
        return default
    if not value.isdecimal():
        raise invalid(f"{key} must be a non-negative integer")
    return int(value)


def micros(parameters: Parameters, key: str) -> int | None:
    value = parameters.get(key, "")
    try:
        return int(Decimal(value) * ONE) if value else None
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise invalid(f"{key} must be a number") from error


def moment_ms(parameters: Parameters, key: str) -> int | None:
    value = parameters.get(key, "")
    try:
        return round(datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp() * 1000) if value else None
    except ValueError as error:
        raise invalid(f"{key} must be a date") from error


def repeated(parameters: Parameters, key: str) -> set[str] | None:
    """Read a key given once or more; a comma list is one odd value, which is ignored as if it had not been given."""
    values = {value.lower() for value in parameters.getall(key, []) if "," not in value and value != ""}
    return values or None


# --- markets ---------------------------------------------------------------------------------------------------------

IDENTITIES: Final[dict[str, Callable[[Market], set[str]]]] = {
    "id": lambda market: {market.id},
    "slug": lambda market: {market.slug},
    "condition_ids": lambda market: {market.condition, market.short_condition},
    "clob_token_ids": lambda market: set(market.tokens if market.version == "v1" else clob_tokens(market.condition)),
    "position_ids": lambda market: set(market.tokens) if market.version == "v2" else set(),
    "question_ids": lambda market: {market.question_id},
    "tag_id": lambda market: {tag.id for tag in market.tags},
}
UMA_STATUSES: Final = {"proposed", "disputed", "resolved"}


def market_filter(exchange: Exchange, parameters: Parameters) -> Callable[[Market], bool]:
    """Build the filter of a market list: closed ones are left out unless asked for; `version` changes nothing."""
    wanted = {key: values for key in IDENTITIES if (values := repeated(parameters, key)) is not None}
    is_closed = flag(parameters, "closed") or False
    uma = parameters.get("uma_resolution_status", "").lower()
    ranges = _market_ranges(exchange, parameters)

    def keep(market: Market) -> bool:
        return (
            market.closed == is_closed
            and all(IDENTITIES[key](market) & values for key, values in wanted.items())
            and (uma not in UMA_STATUSES or market.resolution == uma)
            and all(within(market) for within in ranges)
        )

    return keep


def _market_ranges(exchange: Exchange, parameters: Parameters) -> list[Callable[[Market], bool]]:
    amounts: dict[str, Callable[[Market], int | None]] = {
        "volume_num": lambda market: market.volume,
        "liquidity_num": lambda market: liquidity_of(exchange, market),
    }
    dates: dict[str, Callable[[Market], int | None]] = {
        "start_date": lambda market: market.start_ms,
        "end_date": lambda market: market.end_ms,
    }
    found = [
        _between(value, micros(parameters, f"{key}_min"), micros(parameters, f"{key}_max"))
        for key, value in amounts.items()
    ]
    found += [
        _between(value, moment_ms(parameters, f"{key}_min"), moment_ms(parameters, f"{key}_max"))
        for key, value in dates.items()
    ]
    return [one for one in found if one is not None]


def _between(
    value: Callable[[Market], int | None], low: int | None, high: int | None
) -> Callable[[Market], bool] | None:
    if low is None and high is None:
        return None

    def within(market: Market) -> bool:
        amount = value(market)
        return amount is not None and (low is None or low <= amount) and (high is None or amount <= high)

    return within


# --- events ----------------------------------------------------------------------------------------------------------


def event_filter(parameters: Parameters) -> Callable[[Event], bool]:
    ids, slugs, tags = repeated(parameters, "id"), repeated(parameters, "slug"), repeated(parameters, "tag_id")
    is_closed = flag(parameters, "closed") or False
    tag_slug = parameters.get("tag_slug", "")
    title = parameters.get("title_search", "").lower()

    def keep(event: Event) -> bool:
        return (
            event.closed == is_closed
            and (ids is None or event.id in ids)
            and (slugs is None or event.slug in slugs)
            and (tags is None or any(tag.id in tags for tag in event.tags))
            and (tag_slug == "" or any(tag.slug == tag_slug for tag in event.tags))
            and title in event.title.lower()
        )

    return keep


# --- order -----------------------------------------------------------------------------------------------------------


def order_of(parameters: Parameters, ranks: dict[str, Callable[..., object]]) -> list[Callable[..., object]]:
    """Read the fields to sort by; they are camelCase, and a name that is none of them is refused."""
    names = [name.strip() for name in parameters.get("order", "").split(",") if name.strip()]
    unknown = [name for name in names if name not in ranks]
    if unknown:
        raise invalid("order fields are not valid")
    return [ranks[name] for name in names]


def market_ranks(exchange: Exchange) -> dict[str, Callable[..., object]]:
    """Name what markets sort by; `volume` is a text column, so it sorts as text."""
    return {
        "id": lambda market: int(market.id),
        "slug": lambda market: market.slug,
        "volume": lambda market: decimal_text(market.volume),
        "volumeNum": lambda market: market.volume,
        "volume24hr": lambda market: market.volume,
        "liquidity": lambda market: liquidity_of(exchange, market),
        "liquidityNum": lambda market: liquidity_of(exchange, market),
        "startDate": lambda market: market.start_ms,
        "endDate": lambda market: market.end_ms or 0,
        "createdAt": lambda market: market.created_ms,
    }


def event_ranks(exchange: Exchange) -> dict[str, Callable[..., object]]:
    def volume(event: Event) -> int:
        return sum(exchange.catalog.markets[condition].volume for condition in event.conditions)

    return {
        "id": lambda event: int(event.id),
        "slug": lambda event: event.slug,
        "title": lambda event: event.title,
        "volume": volume,
        "volume24hr": volume,
        "startDate": lambda event: event.created_ms,
        "endDate": lambda event: event.end_ms or 0,
        "createdAt": lambda event: event.created_ms,
    }
