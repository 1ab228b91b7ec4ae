"""`RecordedDirectory`: the rules of markets, as the venue's catalogue gave them or else by a stated guess."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import msgspec

from copydesk.adapters.polymarket.categories import category_of, taker_fee_bps
from copydesk.adapters.polymarket.gamma_files import catalogue_objects, is_table
from copydesk.adapters.polymarket.gamma_market import GammaMarket, NotInGamma, gamma_market, refusal
from copydesk.adapters.polymarket.gamma_windows import window_end
from copydesk.adapters.polymarket.parse.refusals import Refused
from copydesk.domain.category import UNKNOWN
from copydesk.domain.market import Market
from copydesk.domain.money import MICROS, Price, Shares, Usdc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from copydesk.domain.ids import MarketId, TimeMs, TokenId
    from copydesk.domain.trade import RowRefused, Token

_TICK: Final = Price(10_000)
_LOT: Final = Shares(10_000)
_SHARES_MIN: Final = Shares(5 * MICROS)
_NOTIONAL_MIN: Final = Usdc(MICROS)
_REMEMBERED_MAX: Final = 8_192
_NEVER_RECORDED: Final = ("notional_min", "is_open")


class RecordedDirectory:
    """Markets of the past. What no file says is assumed and named: docs/paper.md has each assumption's reason.

    A day without a year, as titles have it, can only be placed if `around`, a moment of the records, is known.
    Raises `Unreadable` if a file cannot be opened; tables of results are passed over, other bad rows are in `refused`.
    """

    def __init__(self, paths: Iterable[Path] = (), *, around: TimeMs | None = None) -> None:
        self._around = around
        self._by_market: dict[MarketId, GammaMarket] = {}
        self._by_token: dict[TokenId, GammaMarket] = {}
        self._answers: OrderedDict[MarketId, Market] = OrderedDict()
        self.refused: list[RowRefused] = []
        for path in paths:
            if not is_table(path):
                self._read(path)

    def place_in_time(self, around: TimeMs) -> None:
        """Say what time the records are from, before the first market is asked for."""
        self._around = around
        self._answers.clear()

    def market(self, token: Token) -> Market:
        """The market of `token`: the same answer for the same market every time."""
        known = self._answers.get(token.market)
        if known is None:
            if len(self._answers) >= _REMEMBERED_MAX:
                self._answers.popitem(last=False)
            known = self._answers[token.market] = self._made(token)
        return known

    def _read(self, path: Path) -> None:
        for line, found in catalogue_objects(path):
            try:
                if isinstance(found, Refused):
                    raise found
                market = gamma_market(found)
            except (Refused, NotInGamma) as why:
                self.refused.append(refusal(why, str(path), line))
                continue
            self._by_market[market.id] = market
            self._by_token.update(dict.fromkeys(market.tokens, market))

    def _made(self, token: Token) -> Market:
        told = self._by_market.get(token.market) or self._by_token.get(token.id)
        market = _assumed(token, window_end(token, self._around))
        return _as_told(market, told) if told else market


def _assumed(token: Token, ends_at: TimeMs | None) -> Market:
    category = category_of(slug=token.slug, event_slug=token.event_slug, title=token.title)
    guesses = ("category", "tick", "shares_min", "taker_fee_bps", "ends_at", "is_neg_risk", *_NEVER_RECORDED)
    return Market(
        id=token.market,
        category=category,
        tick=_TICK,
        lot=_LOT,
        shares_min=_SHARES_MIN,
        notional_min=_NOTIONAL_MIN,
        taker_fee_bps=taker_fee_bps(category),
        ends_at=ends_at,
        assumed=tuple(guess for guess in guesses if guess != "ends_at" or ends_at is not None),
    )


def _as_told(guess: Market, told: GammaMarket) -> Market:
    """The guess with everything the catalogue says put in its place.

    A market that has closed shows the tick it closed with, often a finer one than it traded with: prices near 0 and 1
    made it finer. Prices on the coarser grid are valid on both.
    """
    category = category_of(tags=told.tags, slug=told.slug, event_slug=told.event_slug, title=told.title)
    has_closed = told.no_result != "open"
    facts: dict[str, object] = {
        "category": category if category != UNKNOWN else None,
        "tick": None if told.tick is None or (has_closed and told.tick < int(_TICK)) else Price(told.tick),
        "shares_min": None if told.shares_min is None else Shares(told.shares_min),
        "taker_fee_bps": told.taker_fee_bps,
        "ends_at": told.ends_at,
        "is_neg_risk": told.is_neg_risk,
        "series": told.series,
        "outcomes": told.named_tokens,
    }
    said = {name: fact for name, fact in facts.items() if fact is not None}
    if "category" in said and "taker_fee_bps" not in said:
        guess = msgspec.structs.replace(guess, taker_fee_bps=taker_fee_bps(category))
    assumed = tuple(name for name in guess.assumed if name not in said)
    return msgspec.structs.replace(guess, **said, assumed=assumed)
