"""The rules of one market: what the order interface says, and the catalogue for the rest (K11)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from copydesk.adapters.polymarket.categories import category_of, taker_fee_bps
from copydesk.adapters.polymarket.gamma_market import GammaMarket
from copydesk.adapters.polymarket.parse.numbers import condition_hex, exact, power, token_id
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.domain.category import UNKNOWN
from copydesk.domain.ids import MarketId, TokenId
from copydesk.domain.market import Market
from copydesk.domain.money import BPS, MICROS, Price, Shares, Usdc

if TYPE_CHECKING:
    from copydesk.domain.trade import Token

LOT: Final = Shares(10_000)
NOTIONAL_MIN: Final = Usdc(MICROS)
TICK_GUESS: Final = Price(10_000)
SHARES_MIN_GUESS: Final = Shares(5 * MICROS)
DELAY_MS: Final = 250
"""How long a market that holds taker orders back does so: the longest the venue has documented."""
_ASSUMED: Final = ("lot", "notional_min")
_V2_ZEROES: Final = ((1 << 64) - 1) << 40


class _TokenRow(msgspec.Struct):
    """One of the two tokens."""

    t: str


class _FeeRow(msgspec.Struct):
    """The fee schedule: rate and exponent."""

    r: Decimal | None = None
    e: Decimal | None = None


class _Info(msgspec.Struct):
    """The short document of `/clob-markets/{condition}`."""

    t: list[_TokenRow]
    c: str = ""
    mts: Decimal | None = None
    mos: Decimal | None = None
    nr: bool | None = None
    itode: bool | None = None
    ao: bool | None = None
    fd: _FeeRow | None = None


class ClobMarket(msgspec.Struct, frozen=True, kw_only=True):
    """What the order interface says of one market; None where it is silent."""

    tokens: tuple[TokenId, ...] = ()
    tick: int | None = None
    shares_min: int | None = None
    taker_fee_bps: int | None = None
    has_other_fee: bool = False
    is_neg_risk: bool | None = None
    is_delayed: bool | None = None
    takes_orders: bool | None = None


_NO_ANSWER: Final = ClobMarket()
_NO_CATALOGUE: Final = GammaMarket(
    id=MarketId(""),
    outcomes=(),
    tokens=(),
    payouts=(),
    no_result="",
    resolved_at=None,
    ends_at=None,
    tick=None,
    shares_min=None,
    taker_fee_bps=None,
    is_neg_risk=None,
    tags=(),
    title="",
    slug="",
    event_slug="",
)


class Rules(NamedTuple):
    """One market's rules, and the fields the two sources say differently."""

    market: Market
    disagreements: tuple[str, ...]


_infos = msgspec.json.Decoder(_Info)


def clob_market(body: bytes, asked: MarketId) -> ClobMarket:
    """The market in an answer of the order interface. Raises the parser's `Refused` if it is not what was asked for."""
    try:
        found = _infos.decode(body)
    except msgspec.DecodeError as why:
        reason = RefusedRow.WRONG_TYPE if isinstance(why, msgspec.ValidationError) else RefusedRow.BAD_JSON
        raise Refused(reason, str(why)) from None
    if found.c and condition_hex(found.c, "c") != asked:
        raise Refused(RefusedRow.BAD_HEX, f"market {found.c} for {asked}")
    fee_bps, has_other_fee = _fee(found.fd)
    return ClobMarket(
        tokens=tuple(token_id(row.t, "t") for row in found.t),
        tick=_micros(found.mts, "mts"),
        shares_min=_micros(found.mos, "mos"),
        taker_fee_bps=fee_bps,
        has_other_fee=has_other_fee,
        is_neg_risk=found.nr,
        is_delayed=found.itode,
        takes_orders=found.ao,
    )


def rules_of(token: Token, told: GammaMarket | None, traded: ClobMarket | None) -> Rules:
    """Put together what both say. The order interface is right where they differ; what neither says is unknown."""
    gamma, clob = told or _NO_CATALOGUE, traded or _NO_ANSWER
    unknown: list[str] = []
    differing: list[str] = []

    def settled(name: str, first: int | None, second: int | None, guess: int) -> int:
        """The first of what is said. Without the order interface nothing is known for sure."""
        if first is not None and second is not None and first != second:
            differing.append(name)
        fact = second if first is None else first
        if fact is None or traded is None:
            unknown.append(name)
        return guess if fact is None else fact

    category = _category(token, gamma)
    fee_bps = settled("taker_fee_bps", clob.taker_fee_bps, gamma.taker_fee_bps, taker_fee_bps(category))
    if clob.has_other_fee:
        unknown.append("taker_fee_bps")
    market = Market(
        id=token.market,
        category=category,
        tick=Price(settled("tick", clob.tick, gamma.tick, int(TICK_GUESS))),
        lot=LOT,
        shares_min=Shares(settled("shares_min", clob.shares_min, gamma.shares_min, int(SHARES_MIN_GUESS))),
        notional_min=NOTIONAL_MIN,
        taker_fee_bps=fee_bps,
        ends_at=gamma.ends_at,
        is_neg_risk=bool(settled("is_neg_risk", clob.is_neg_risk, gamma.is_neg_risk, 0)),
        is_open=bool(settled("is_open", _takes_orders(gamma, clob), gamma.takes_orders, 1)),
        assumed=_ASSUMED,
        version=gamma.version,
        delay_ms=_delay(gamma, clob),
        series=gamma.series,
        outcomes=gamma.named_tokens,
    )
    unknown += _doubts(token, told, traded)
    return Rules(msgspec.structs.replace(market, unknown=tuple(dict.fromkeys(unknown))), tuple(differing))


def is_position_id(token: TokenId) -> bool:
    """Whether a token id is a position of Protocol V2: those have eight zero bytes in their middle."""
    return token.isdecimal() and not int(token) & _V2_ZEROES


def _doubts(token: Token, told: GammaMarket | None, traded: ClobMarket | None) -> list[str]:
    """What else keeps us out: a token that is none of the market's, a protocol in doubt, an outcome without a name."""
    if told is None:
        return ["version"]
    doubts = []
    if token.id not in told.tokens or (traded is not None and token.id not in traded.tokens):
        doubts.append("token")
    if told.version not in {"v1", "v2"} or (told.version == "v2") != is_position_id(token.id):
        doubts.append("version")
    if told.is_unnamed:
        doubts.append("outcome")
    return doubts


def _takes_orders(gamma: GammaMarket, clob: ClobMarket) -> int | None:
    """Open only if the catalogue says so and the order interface does not say otherwise; closed if one says so."""
    if clob.takes_orders is False or gamma.takes_orders is False:
        return 0
    return gamma.takes_orders


def _category(token: Token, gamma: GammaMarket) -> str:
    found = category_of(tags=gamma.tags, slug=gamma.slug, event_slug=gamma.event_slug, title=gamma.title)
    return found if found != UNKNOWN else category_of(slug=token.slug, event_slug=token.event_slug, title=token.title)


def _delay(gamma: GammaMarket, clob: ClobMarket) -> int | None:
    if gamma.seconds_delay is None and clob.is_delayed is None:
        return None
    return max(1_000 * (gamma.seconds_delay or 0), DELAY_MS if clob.is_delayed else 0)


def _fee(row: _FeeRow | None) -> tuple[int | None, bool]:
    """The taker rate in basis points, rounded up, and whether the market charges by another formula than ours."""
    if row is None or row.r is None:
        return None, False
    if row.e is not None and row.e != 1 and row.r:
        return None, True
    digits, places = exact(row.r, "fd r")
    return -(-digits * BPS // power(places)), False


def _micros(number: Decimal | None, field: str) -> int | None:
    if number is None:
        return None
    digits, places = exact(number, field)
    return digits * MICROS // power(places) or None
