"""The markets of the sample world. Each is a function of seed and number, so none has to be remembered."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from copydesk.adapters.sample.kinds import KINDS, LANES, Kind
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.market import Market, Payout
from copydesk.domain.money import MICROS, Price, Shares, Usdc
from copydesk.domain.trade import Token

if TYPE_CHECKING:
    from collections.abc import Mapping

BEGIN: Final = TimeMs(1_777_896_000_000)
"""When the sample world begins: 4 May 2026, 12:00 UTC."""
CENT: Final = MICROS // 100

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER_HEX, _NUMBER_DIGITS = 8, 10
_MARKETS_REMEMBERED, _ANSWERS_REMEMBERED = 256, 1_024
_SPAN_MAX_MS: Final = 1_000 * 365 * 86_400_000


class SampleMarket(msgspec.Struct, frozen=True, kw_only=True):
    """One market of the sample world, with its end known beforehand; `winner` is the place of the winning token."""

    number: int
    kind: Kind
    tokens: tuple[Token, Token]
    opening_cents: int
    winner: int
    starts_at: TimeMs
    ends_at: TimeMs
    resolved_at: TimeMs

    @property
    def id(self) -> MarketId:
        """The market's condition id."""
        return self.tokens[0].market


class SampleMarkets:
    """Every market of one seed, by number, lane or token; the latest asked for are remembered."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._latest: OrderedDict[int, SampleMarket] = OrderedDict()

    def on_lane(self, lane: int, at: TimeMs) -> SampleMarket:
        """The market that runs on a lane at a time from `BEGIN` on."""
        duration = LANES[lane].duration_ms
        return self.numbered(lane + len(LANES) * ((at - BEGIN + _PHASES[lane]) // duration))

    def numbered(self, number: int) -> SampleMarket:
        """The market of a number: lane first, then how many came before it on the lane."""
        found = self._latest.get(number)
        if found is None:
            if len(self._latest) >= _MARKETS_REMEMBERED:
                self._latest.popitem(last=False)
            found = self._latest[number] = _made(self._seed, number)
        return found

    def of(self, token: Token) -> SampleMarket | None:
        """The market of a token; None for a token that is not of this world."""
        digits = token.id[-_NUMBER_DIGITS:]
        number = int(digits) // 2 if digits.isdecimal() else 0
        if LANES[number % len(LANES)].duration_ms * (number // len(LANES)) > _SPAN_MAX_MS:
            return None
        found = self.numbered(number)
        return found if any((each.id, each.market) == (token.id, token.market) for each in found.tokens) else None


class SampleDirectory:
    """The rules of the sample's markets, none of them a guess."""

    def __init__(self, markets: SampleMarkets) -> None:
        self._markets = markets
        self._answers: OrderedDict[MarketId, Market] = OrderedDict()

    def market(self, token: Token) -> Market:
        """The market of `token`; a token that is not of this world has a market that is closed."""
        known = self._answers.get(token.market)
        if known is None:
            if len(self._answers) >= _ANSWERS_REMEMBERED:
                self._answers.popitem(last=False)
            known = self._answers[token.market] = _rules(token, self._markets.of(token))
        return known


class SampleResults:
    """How the sample's markets end. Known beforehand, as results of the past are; each has its time."""

    def __init__(self, markets: SampleMarkets) -> None:
        self._markets = markets
        self._answers: OrderedDict[TokenId, Payout | None] = OrderedDict()

    def payout(self, token: Token) -> Payout | None:
        """What `token` pays and from when; None for a token that is not of this world."""
        if token.id not in self._answers:
            if len(self._answers) >= _ANSWERS_REMEMBERED:
                self._answers.popitem(last=False)
            self._answers[token.id] = _payout(token, self._markets.of(token))
        return self._answers[token.id]


def _phases() -> tuple[int, ...]:
    """How far into its first market each lane is at the beginning: lanes of a kind are spread over its duration."""
    return tuple(
        0 if kind.is_on_the_clock else kind.duration_ms * lane // kind.lanes
        for kind in KINDS
        for lane in range(kind.lanes)
    )


_PHASES: Final = _phases()


def _rules(token: Token, market: SampleMarket | None) -> Market:
    kind = market.kind if market else None
    return Market(
        id=token.market,
        category=kind.category if kind else "unknown",
        tick=Price(CENT),
        lot=Shares(CENT),
        shares_min=Shares(5 * MICROS),
        notional_min=Usdc(MICROS),
        taker_fee_bps=kind.taker_fee_bps if kind else 0,
        ends_at=market.ends_at if market else None,
        is_open=market is not None,
        outcomes=tuple((each.id, each.outcome) for each in market.tokens) if market else (),
    )


def _payout(token: Token, market: SampleMarket | None) -> Payout | None:
    if market is None:
        return None
    has_won = token.id == market.tokens[market.winner].id
    return Payout(per_share=Price(MICROS if has_won else 0), resolved_at=market.resolved_at)


def _made(seed: int, number: int) -> SampleMarket:
    lane, before = number % len(LANES), number // len(LANES)
    kind = LANES[lane]
    starts_at = TimeMs(BEGIN - _PHASES[lane] + before * kind.duration_ms)
    chance = sha256(f"sample\x1f{seed}\x1f{number}".encode()).hexdigest()
    opening_cents = 50 if kind.is_on_the_clock else 20 + int(chance[:4], 16) % 61
    return SampleMarket(
        number=number,
        kind=kind,
        tokens=_tokens(kind, starts_at, chance, number),
        opening_cents=opening_cents,
        winner=0 if int(chance[4:12], 16) % 100 < opening_cents else 1,
        starts_at=starts_at,
        ends_at=TimeMs(starts_at + kind.duration_ms),
        resolved_at=TimeMs(starts_at + kind.duration_ms + kind.settling_ms),
    )


def _tokens(kind: Kind, starts_at: TimeMs, chance: str, number: int) -> tuple[Token, Token]:
    """Both tokens; market and token ids end in their number, so that a market is found again from its token."""
    words = _words_for(kind, starts_at, number, int(chance[12:20], 16))
    slug, title = kind.slug.format_map(words), kind.title.format_map(words)
    market = MarketId(f"0x{chance[:-_NUMBER_HEX]}{number:0{_NUMBER_HEX}x}")
    first, second = (
        Token(
            id=TokenId(f"{int(chance[20:60], 16) + 1}{2 * number + place:0{_NUMBER_DIGITS}d}"),
            market=market,
            outcome=outcome.format_map(words),
            title=title,
            slug=slug,
            event_slug=slug,
        )
        for place, outcome in enumerate(kind.outcomes)
    )
    return first, second


def _words_for(kind: Kind, starts_at: TimeMs, number: int, chance: int) -> Mapping[str, str]:
    """What the names of a market are made of. Markets that run together on lanes of a kind have different names."""
    names, lane, before = kind.names, number % len(LANES), number // len(LANES)
    first = (lane if kind.is_on_the_clock else lane + before * kind.lanes) % len(names)
    name, other = names[first], names[(first + 1 + chance % (len(names) - 1)) % len(names)]
    begin = _EPOCH + timedelta(milliseconds=starts_at)
    end = begin + timedelta(milliseconds=kind.duration_ms)
    short, _, long = name.partition(" ") if kind.is_on_the_clock else (name, "", name)
    return {
        "name": long,
        "other": other,
        "short": short.lower().replace(" ", "-"),
        "day": f"{end:%Y-%m-%d}",
        "clock": f"{begin:%H:%M}",
        "start": str(starts_at // 1_000),
        "window": f"{begin:%B} {begin.day}, {begin:%H:%M}-{end:%H:%M}",
    }
