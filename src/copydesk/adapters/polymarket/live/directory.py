"""`LiveDirectory`: the rules of markets as they are now, asked for before a decision and kept up to date."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Final

import msgspec

from copydesk.adapters.polymarket.gamma_market import GammaMarket, NotInGamma, gamma_market, is_object
from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.trouble import VenueTrouble
from copydesk.adapters.polymarket.live.market_frames import MarketListed, MarketOver, TickChanged
from copydesk.adapters.polymarket.live.market_rules import ClobMarket, clob_market, rules_of
from copydesk.adapters.polymarket.live.order_book import Snapshot
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow

if TYPE_CHECKING:
    from copydesk.adapters.polymarket.http.venue_http import VenueHttp
    from copydesk.adapters.polymarket.live.market_channel import MarketChannel
    from copydesk.adapters.polymarket.live.market_frames import ChannelEvent
    from copydesk.domain.ids import MarketId, TokenId
    from copydesk.domain.market import Market
    from copydesk.domain.money import Price
    from copydesk.domain.trade import Token
    from copydesk.ports import Inbox, LiveClock

REFRESH_MS: Final = 600_000
"""How old the rules of a market that is in use become before they are asked for again."""
AGE_MAX_MS: Final = 2 * REFRESH_MS
"""Rules nobody could refresh for so long are not known any more."""
IN_USE_MS: Final = 3 * REFRESH_MS
RETRY_MS: Final = 5_000
"""How long a market of which not everything could be learnt is left alone."""
MARKETS_MAX: Final = 4_096
_LOOK_EVERY_MS: Final = 30_000
_REFRESHED_AT_ONCE_MAX: Final = 64
_PREPARE_S: Final = 5.0
_V2_LENGTH: Final = 64
_WATCHED: Final = ("tick", "shares_min", "taker_fee_bps", "is_neg_risk", "is_open", "version")


class _Known:
    """What is known of one token: its market's rules, when they were asked for, and when somebody last wanted them."""

    __slots__ = ("asked_at_ms", "learnt_at_ms", "market", "token", "wanted_at_ms")

    def __init__(self, token: Token, now_ms: int) -> None:
        self.token = token
        self.market: Market | None = None
        self.learnt_at_ms = self.asked_at_ms = now_ms - AGE_MAX_MS
        self.wanted_at_ms = now_ms


class LiveDirectory:
    """Markets by the order interface and the catalogue; at most `markets_max` tokens, the least recent leave first.

    What nobody told is in the market's `unknown`, and no entry is made (K11). `changes` counts fields that changed
    while we watched, `disagreements` those the two sources say differently (the order interface is then believed), and
    `troubles` what could not be learnt.
    """

    def __init__(
        self,
        http: VenueHttp,
        clock: LiveClock,
        channel: MarketChannel | None = None,
        *,
        markets_max: int = MARKETS_MAX,
    ) -> None:
        self._http, self._clock = http, clock
        self._markets_max = markets_max
        self._known: OrderedDict[TokenId, _Known] = OrderedDict()
        self._fetching: dict[TokenId, asyncio.Task[None]] = {}
        self.changes: Counter[str] = Counter()
        self.disagreements: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()
        if channel is not None:
            channel.listeners.append(self.hear)

    # --- what is asked of it

    def market(self, token: Token) -> Market:
        """The market of `token`; one not prepared is unknown."""
        known = self._known.get(token.id)
        if known is None:
            return rules_of(token, None, None).market
        now_ms = self._clock.elapsed_ms()
        known.wanted_at_ms = now_ms
        if known.market is None or now_ms - known.learnt_at_ms > AGE_MAX_MS:
            return rules_of(token, None, None).market
        return known.market

    def is_ready(self, token: Token) -> bool:
        """Whether the rules of `token`'s market are known, or were asked for a moment ago in vain."""
        known = self._known.get(token.id)
        if known is None:
            return False
        now_ms = self._clock.elapsed_ms()
        is_learnt = known.market is not None and now_ms - known.learnt_at_ms <= AGE_MAX_MS
        if is_learnt and known.market is not None and not known.market.unknown:
            return True
        return now_ms - known.asked_at_ms < RETRY_MS

    async def prepare(self, token: Token) -> None:
        """Learn the rules of `token`'s market, if they are not known. Bounded; never raises."""
        if self.is_ready(token):
            return
        task = self._fetching.get(token.id)
        if task is None:
            task = self._fetching[token.id] = asyncio.create_task(self._learn(token, Lane.BUY))
            task.add_done_callback(lambda _: self._fetching.pop(token.id, None))
        await asyncio.wait((task,), timeout=_PREPARE_S)

    async def run(self, inbox: Inbox) -> None:
        """Keep the rules of markets in use up to date until cancelled. Nothing of it is for the inbox."""
        del inbox
        while True:
            await self._clock.sleep(_LOOK_EVERY_MS)
            now_ms = self._clock.elapsed_ms()
            due = [
                known.token
                for known in self._known.values()
                if now_ms - known.asked_at_ms >= REFRESH_MS and now_ms - known.wanted_at_ms < IN_USE_MS
            ]
            for token in due[:_REFRESHED_AT_ONCE_MAX]:
                await self._learn(token, Lane.BACKFILL)

    # --- what the stream says

    def hear(self, event: ChannelEvent) -> None:
        """Take in one event of the channel: it is newer than anything asked for."""
        match event:
            case TickChanged():
                self._change(event.market, tick=event.tick)
            case Snapshot():
                if event.tick is not None:
                    self._change(event.market, tick=event.tick)
            case MarketOver():
                self._change(event.market, is_open=False)
            case MarketListed():
                self.changes["listed"] += 1
                for known in self._of(event.market):
                    known.asked_at_ms = self._clock.elapsed_ms() - AGE_MAX_MS
            case _:
                return

    def _of(self, market: MarketId) -> list[_Known]:
        return [known for known in self._known.values() if known.token.market == market]

    def _change(self, market: MarketId, *, tick: Price | None = None, is_open: bool | None = None) -> None:
        facts: dict[str, object] = {}
        if tick is not None:
            facts["tick"] = tick
        if is_open is not None:
            facts["is_open"] = is_open
        for known in self._of(market):
            if known.market is not None:
                self._put(known, msgspec.structs.replace(known.market, **facts))

    # --- what is asked for

    async def _learn(self, token: Token, lane: Lane) -> None:
        known = self._place_of(token)
        known.asked_at_ms = self._clock.elapsed_ms()
        told, traded = await asyncio.gather(self._told(token, lane), self._traded(token, lane))
        if (told is None or traded is None) and known.market is not None:
            return
        rules = rules_of(token, told, traded)
        for field in rules.disagreements:
            self.disagreements[field] += 1
        known.learnt_at_ms = self._clock.elapsed_ms()
        self._put(known, rules.market)

    async def _told(self, token: Token, lane: Lane) -> GammaMarket | None:
        """What the catalogue says. It leaves closed markets out unless asked for them (#19)."""
        try:
            for closed in ("false", "true"):
                params = [("condition_ids", each) for each in _forms(token.market)]
                params += [("closed", closed), ("include_tag", "true"), ("limit", "100")]
                body = await self._http.get("gamma", "/markets/keyset", params, lane=lane)
                if (found := _listed(body, token.market)) is not None:
                    return found
        except (VenueTrouble, Refused, NotInGamma) as why:
            self.troubles[type(why).__name__] += 1
            return None
        self.troubles["not_listed"] += 1
        return None

    async def _traded(self, token: Token, lane: Lane) -> ClobMarket | None:
        try:
            body = await self._http.get("clob", f"/clob-markets/{token.market}", lane=lane)
            return clob_market(body, token.market)
        except (VenueTrouble, Refused) as why:
            self.troubles[type(why).__name__] += 1
            return None

    def _place_of(self, token: Token) -> _Known:
        known = self._known.get(token.id)
        if known is None:
            while len(self._known) >= self._markets_max:
                self._known.popitem(last=False)
            known = self._known[token.id] = _Known(token, self._clock.elapsed_ms())
        self._known.move_to_end(token.id)
        return known

    def _put(self, known: _Known, market: Market) -> None:
        before = known.market
        if before is not None:
            for field in _WATCHED:
                self.changes[field] += getattr(before, field) != getattr(market, field)
        known.market = market


def _forms(market: MarketId) -> tuple[str, ...]:
    """The names a market may go by: a v2 condition has 62 hex digits in the catalogue and 64 elsewhere (#40)."""
    short = market[:_V2_LENGTH]
    return (market, short) if market == short + "00" else (market,)


def _listed(body: bytes, market: MarketId) -> GammaMarket | None:
    """The market in a page of the catalogue, if it is the one that was asked for: what it does not know it ignores."""
    try:
        page: object = _pages.decode(body)
    except msgspec.DecodeError as why:
        raise Refused(RefusedRow.BAD_JSON, str(why)) from None
    rows = page.get("markets") if is_object(page) else None
    for row in rows if isinstance(rows, list) else ():
        found = gamma_market(row)
        if found.id == market:
            return found
    return None


_pages = msgspec.json.Decoder(float_hook=str)
