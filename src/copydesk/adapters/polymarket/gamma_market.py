"""One market as the venue's catalogue describes it, checked field by field."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Final, TypeGuard

import msgspec

from copydesk.adapters.polymarket.parse.numbers import condition_hex, exact, power, time_ms, token_id
from copydesk.adapters.polymarket.parse.refusals import ALLOWED, Refused, RefusedRow, shown
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.money import BPS, MICROS
from copydesk.domain.trade import RowRefused

_EMPTY_TIMES: Final = ("", 0, "1970-01-01")
_UNSETTLED: Final = ("proposed", "disputed", "requested", "challenged", "reproposed")
_UTC_SHORT: Final = "+00"
_PLACEHOLDER: Final = re.compile(r"|(any )?other|another .*|placeholder.*|field|\w+ ([a-z]|\d{1,2})")


class GammaRefusal(StrEnum):
    """Why an object is no market, beyond what a row of any record can be refused for."""

    NOT_A_MARKET = "not_a_market"
    UNKNOWN_VERSION = "unknown_version"
    UNEQUAL_LISTS = "unequal_lists"


ALLOWED_IN_GAMMA: Final = {
    GammaRefusal.NOT_A_MARKET: "an object with a conditionId",
    GammaRefusal.UNKNOWN_VERSION: "version v1, v2 or none",
    GammaRefusal.UNEQUAL_LISTS: "as many prices and tokens as outcomes",
}


class NotInGamma(Exception):
    """An object of the catalogue is refused: by which rule, and what was found."""

    def __init__(self, reason: GammaRefusal, found: str) -> None:
        self.reason, self.found = reason, found
        super().__init__(f"{reason}: {found}")


class GammaMarket(msgspec.Struct, frozen=True, kw_only=True):
    """What the catalogue says of one market. None where it is silent; lists run alongside `outcomes`.

    `payouts` are micro-dollars a share, empty unless the market is closed and settled at 0, 0.5 or 1; `no_result` then
    says why: `open`, `unsettled` or `closed_without_payout`. `takes_orders` is None unless the catalogue says all it
    depends on; `is_unnamed` marks an outcome of a growing event that has no name yet, or means whatever is not named.
    """

    id: MarketId
    outcomes: tuple[str, ...]
    tokens: tuple[TokenId, ...]
    payouts: tuple[int, ...]
    no_result: str
    resolved_at: TimeMs | None
    ends_at: TimeMs | None
    tick: int | None
    shares_min: int | None
    taker_fee_bps: int | None
    is_neg_risk: bool | None
    tags: tuple[str, ...]
    title: str
    slug: str
    event_slug: str
    version: str = ""
    takes_orders: bool | None = None
    seconds_delay: int | None = None
    is_unnamed: bool = False
    series: str | None = None

    @property
    def named_tokens(self) -> tuple[tuple[TokenId, str], ...]:
        """The tokens with the names of their outcomes; empty unless both are listed."""
        return tuple(zip(self.tokens, self.outcomes, strict=True)) if len(self.tokens) == len(self.outcomes) else ()


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Whether a decoded JSON value is an object."""
    return isinstance(value, dict)


def refusal(why: Refused | NotInGamma, file: str, line: int) -> RowRefused:
    """A refusal as the ports know it."""
    allowed = ALLOWED[why.reason] if isinstance(why, Refused) else ALLOWED_IN_GAMMA[why.reason]
    return RowRefused(reason=why.reason.value, file=file, line=line, found=why.found, allowed=allowed)


def gamma_market(found: object) -> GammaMarket:
    """The market in a decoded object. Raises `NotInGamma`, or `Refused` for a field that cannot be right."""
    if not is_object(found) or not found.get("conditionId"):
        raise NotInGamma(GammaRefusal.NOT_A_MARKET, shown(found))
    outcomes, prices = _texts(found.get("outcomes")), _texts(found.get("outcomePrices"))
    tokens = tuple(token_id(each, "token id") for each in _texts(found.get(_tokens_field(found))))
    if len({len(listed) for listed in (outcomes, prices, tokens) if listed}) > 1:
        counts = f"{len(outcomes)} outcomes, {len(prices)} prices, {len(tokens)} tokens"
        raise NotInGamma(GammaRefusal.UNEQUAL_LISTS, counts)
    payouts, no_result = _payouts(found, prices)
    return GammaMarket(
        id=MarketId(condition_hex(found["conditionId"], "conditionId")),
        outcomes=outcomes,
        tokens=tokens,
        payouts=payouts,
        no_result=no_result,
        resolved_at=_first_time(found, "closedTime", "umaEndDate"),
        ends_at=_first_time(found, "endDate"),
        tick=_micros(found, "orderPriceMinTickSize"),
        shares_min=_micros(found, "orderMinSize"),
        taker_fee_bps=_fee_bps(found),
        is_neg_risk=_flag(found, "negRisk"),
        tags=_tags(found),
        title=_text(found, "question"),
        slug=_text(found, "slug"),
        event_slug=_event_slug(found),
        version=_text(found, "version"),
        takes_orders=_takes_orders(found),
        seconds_delay=_seconds(found, "secondsDelay"),
        is_unnamed=_is_unnamed(found),
        series=_series(found),
    )


def _tokens_field(found: dict[str, object]) -> str:
    version = found.get("version")
    if version not in (None, "v1", "v2"):
        raise NotInGamma(GammaRefusal.UNKNOWN_VERSION, shown(version))
    return "positionIds" if version == "v2" else "clobTokenIds"


def _payouts(found: dict[str, object], prices: tuple[str, ...]) -> tuple[tuple[int, ...], str]:
    """What each outcome paid, and why that is not known where it is not."""
    closed = found.get("closed")
    if not (closed is True or (closed is None and found.get("closedTime"))):
        return (), "open"
    if found.get("umaResolutionStatus") in _UNSETTLED:
        return (), "unsettled"
    paid = tuple(_payout(price) for price in prices)
    if not paid or None in paid or sum(each or 0 for each in paid) != MICROS:
        return (), "closed_without_payout"
    return tuple(each or 0 for each in paid), ""


def _payout(price: str) -> int | None:
    """0, 0.5 or 1 in micros; None for any other price."""
    digits, places = exact(price, "outcomePrices")
    doubled = 2 * digits
    return (
        doubled // power(places) * (MICROS // 2) if doubled % power(places) == 0 and digits <= power(places) else None
    )


def _takes_orders(found: dict[str, object]) -> bool | None:
    """Whether the market is active, not closed, has a book and takes orders; None if any of that is not said."""
    said = [_flag(found, name) for name in ("active", "acceptingOrders", "enableOrderBook", "closed")]
    if any(each is None for each in said):
        return False if found.get("closed") is True else None
    return said == [True, True, True, False]


def _seconds(found: dict[str, object], name: str) -> int | None:
    value = found.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _is_unnamed(found: dict[str, object]) -> bool:
    """Whether it is a placeholder or the rest of an event whose outcomes are still being added (#43).

    What such a token stands for can change while it is held.
    """
    if found.get("negRiskOther") is True:
        return True
    events = [event for event in _listed(found.get("events")) if is_object(event)]
    is_growing = any(event.get("negRiskAugmented") is True for event in events)
    return is_growing and bool(_PLACEHOLDER.fullmatch(_text(found, "groupItemTitle").strip().lower()))


def _texts(value: object) -> tuple[str, ...]:
    """The elements of a list, which the catalogue often writes as text that contains JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value, parse_float=str, parse_constant=str) if value else []
        except ValueError:
            raise Refused(RefusedRow.BAD_JSON, f"a list in text: {shown(value)}") from None
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Refused(RefusedRow.WRONG_TYPE, f"{shown(value)} for a list")
    return tuple(str(each) for each in value)


def _first_time(found: dict[str, object], *names: str) -> TimeMs | None:
    """The first of several fields that has a time. The catalogue shortens its UTC offset to +00."""
    for name in names:
        value = found.get(name)
        if value is not None and value not in _EMPTY_TIMES:
            text = value + ":00" if isinstance(value, str) and value.endswith(_UTC_SHORT) else value
            return time_ms(text, name)
    return None


def _micros(found: dict[str, object], name: str) -> int | None:
    value = found.get(name)
    if value is None:
        return None
    digits, places = exact(value, name)
    return digits * MICROS // power(places) or None


def _fee_bps(found: dict[str, object]) -> int | None:
    """The taker rate in basis points, rounded up; None where the catalogue gives none, or one of another formula."""
    if found.get("feesEnabled") is False:
        return 0
    schedule = found.get("feeSchedule")
    if not is_object(schedule) or schedule.get("rate") is None:
        return None
    exponent, exponent_places = exact(schedule.get("exponent"), "feeSchedule exponent")
    if exponent != power(exponent_places):
        return None
    digits, places = exact(schedule["rate"], "feeSchedule rate")
    return -(-digits * BPS // power(places))


def _tags(found: dict[str, object]) -> tuple[str, ...]:
    tags = found.get("tags")
    names = [_text(tag, "slug") or _text(tag, "label") if is_object(tag) else tag for tag in _listed(tags)]
    category = _text(found, "category")
    return tuple(name for name in (*names, category) if isinstance(name, str) and name)


def _event_slug(found: dict[str, object]) -> str:
    return next((_text(event, "slug") for event in _listed(found.get("events")) if is_object(event)), "")


def _series(found: dict[str, object]) -> str | None:
    """The slug of the series its event belongs to: empty for none, None where the catalogue shows no event."""
    events = [event for event in _listed(found.get("events")) if is_object(event)]
    if not events:
        return None
    series = [each for event in events for each in _listed(event.get("series")) if is_object(each)]
    slugs = (*(_text(each, "slug") for each in series), *(_text(event, "seriesSlug") for event in events))
    return next((slug for slug in slugs if slug), "")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(found: dict[str, object], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _flag(found: dict[str, object], name: str) -> bool | None:
    value = found.get(name)
    return value if isinstance(value, bool) else None
