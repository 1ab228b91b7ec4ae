"""`LiveResults`: how the markets ended whose tokens are held, as soon as the venue says so for good."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.trouble import VenueTrouble
from copydesk.adapters.polymarket.live.market_frames import MarketOver
from copydesk.adapters.polymarket.live.resolutions import Ended, ended_markets, outcome_places
from copydesk.adapters.polymarket.parse.refusals import ALLOWED, Refused
from copydesk.domain.ids import TimeMs
from copydesk.domain.market import Payout
from copydesk.domain.money import Price
from copydesk.domain.trade import MarketEnded, RowRefused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from copydesk.adapters.polymarket.http.venue_http import VenueHttp
    from copydesk.adapters.polymarket.live.market_channel import MarketChannel
    from copydesk.adapters.polymarket.live.market_frames import ChannelEvent
    from copydesk.domain.ids import MarketId, TokenId
    from copydesk.domain.trade import Token
    from copydesk.ports import Inbox, LiveClock

ASK_EVERY_MS: Final = 30_000
"""How often every market is asked for: results are hours in the making."""
ASK_AGAIN_MS: Final = 2_000
"""How often one is that the stream said is over."""
HINTED_FOR_MS: Final = 120_000
CONDITIONS_MAX: Final = 20
TOKENS_MAX: Final = 50
KNOWN_MAX: Final = 4_096
_CONFLICT: Final = "conflict"
Id = TypeVar("Id", bound=str)


class _Paid(NamedTuple):
    """What each outcome of a market paid, and the place of each of its tokens we asked about."""

    ended: Ended
    places: dict[TokenId, int]


class LiveResults:
    """Payouts by the venue's resolutions. A market under dispute has none; one whose sources disagree has none (E1).

    Each market that has a result is put into the inbox once, again only if there was no room. `troubles` counts
    answers that did not come or made no sense. `current_at` is when every market was last asked for without trouble.
    """

    def __init__(self, http: VenueHttp, clock: LiveClock, channel: MarketChannel | None = None) -> None:
        self._http, self._clock = http, clock
        self._watched: dict[MarketId, dict[TokenId, None]] = {}
        self._known: OrderedDict[MarketId, _Paid] = OrderedDict()
        self._untold: dict[MarketId, None] = {}
        self._hinted: dict[MarketId, int] = {}
        self._news = asyncio.Event()
        self._refused: list[RowRefused] = []
        self.troubles: Counter[str] = Counter()
        self.current_at = TimeMs(0)
        if channel is not None:
            channel.listeners.append(self.hear)

    def watch(self, tokens: Collection[Token]) -> None:
        """From now on ask for the results of these tokens' markets and no others."""
        watched: dict[MarketId, dict[TokenId, None]] = {}
        for token in tokens:
            watched.setdefault(token.market, {})[token.id] = None
        is_new = any(market not in self._watched for market in watched)
        self._watched = watched
        self._hinted = {market: since for market, since in self._hinted.items() if market in watched}
        if is_new:
            self._news.set()

    def payout(self, token: Token) -> Payout | None:
        """What `token` paid, or None if that is not known for good."""
        paid = self._known.get(token.market)
        place = None if paid is None else paid.places.get(token.id)
        if paid is None or place is None:
            return None
        return Payout(per_share=Price(paid.ended.payouts[place]), resolved_at=paid.ended.resolved_at)

    def hear(self, event: ChannelEvent) -> None:
        """A market that is over is asked for at once: the stream says who won, not what is paid."""
        if isinstance(event, MarketOver) and event.market in self._watched and event.market not in self._known:
            self._hinted[event.market] = self._clock.elapsed_ms()
            self._news.set()

    async def learn(self, tokens: Collection[Token]) -> None:
        """Ask once for the results of these tokens' markets, `KNOWN_MAX` at most. Raises `VenueTrouble`."""
        self.watch(tokens)
        for part in _parts(self._open_markets(), CONDITIONS_MAX):
            await self._place(await self._ended(part))

    async def run(self, inbox: Inbox) -> None:
        """Ask until cancelled, and put every new result into `inbox`."""
        asked_ms = self._clock.elapsed_ms() - ASK_EVERY_MS
        while True:
            now_ms = self._clock.elapsed_ms()
            is_time = now_ms - asked_ms >= ASK_EVERY_MS or self._news.is_set()
            self._news.clear()
            if is_time:
                asked_ms = now_ms
            asked_at = self._clock.now()
            if await self._ask(self._open_markets() if is_time else list(self._hinted)) and is_time:
                self.current_at = asked_at
            self._tell(inbox)
            self._hinted = {
                market: since
                for market, since in self._hinted.items()
                if market not in self._known and now_ms - since < HINTED_FOR_MS
            }
            await self._rest()

    async def _rest(self) -> None:
        """Sleep until the next look, or until there is news."""
        sleeping = asyncio.ensure_future(self._clock.sleep(ASK_AGAIN_MS))
        news = asyncio.ensure_future(self._news.wait())
        try:
            await asyncio.wait((sleeping, news), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            news.cancel()

    def _open_markets(self) -> list[MarketId]:
        """What is watched and has no result, or none for one of its tokens."""
        return [
            market
            for market, tokens in self._watched.items()
            if market.startswith("0x") and not (tokens.keys() <= self._places_of(market).keys())
        ]

    def _places_of(self, market: MarketId) -> dict[TokenId, int]:
        paid = self._known.get(market)
        return {} if paid is None else paid.places

    async def _ask(self, markets: Sequence[MarketId]) -> bool:
        """Ask for these markets. Returns whether all were answered for."""
        for part in _parts(markets, CONDITIONS_MAX):
            try:
                await self._place(await self._ended(part))
            except VenueTrouble as why:
                self.troubles[type(why).__name__] += 1
                return False
        return True

    async def _ended(self, markets: Sequence[MarketId]) -> dict[MarketId, Ended]:
        """Those of the markets that ended, as far as that is final."""
        body = await self._http.get(
            "data", "/v2/resolutions", (("condition", ",".join(markets)), self._fresh()), lane=Lane.BACKFILL
        )
        ended: dict[MarketId, Ended] = {}
        for line, found in enumerate(ended_markets(body), start=1):
            if isinstance(found, Refused):
                self._refuse(found, "data /v2/resolutions", line)
            elif found is not None and found.market in markets:
                ended[found.market] = found
        return ended

    async def _place(self, ended: dict[MarketId, Ended]) -> None:
        """Learn which outcome each watched token of these markets is."""
        tokens = {token: market for market in ended for token in self._watched.get(market, ())}
        for part in _parts(list(tokens), TOKENS_MAX):
            body = await self._http.get(
                "data", "/v2/tokens", (("token_id", ",".join(part)), self._fresh()), lane=Lane.BACKFILL
            )
            for line, found in enumerate(outcome_places(body), start=1):
                if isinstance(found, Refused):
                    self._refuse(found, "data /v2/tokens", line)
                elif tokens.get(found.token) == found.market:
                    self._settle(ended[found.market], found.token, found.place, found.final_price)

    def _settle(self, ended: Ended, token: TokenId, place: int, final_price: int | None) -> None:
        """Take a result over, unless the two sources disagree about it."""
        if final_price is not None and final_price != ended.payouts[place]:
            self.troubles[_CONFLICT] += 1
            return
        paid = self._known.get(ended.market)
        if paid is None:
            while len(self._known) >= KNOWN_MAX:
                self._known.popitem(last=False)
            paid = self._known[ended.market] = _Paid(ended, {})
        paid.places[token] = place
        self._untold[ended.market] = None

    def _tell(self, inbox: Inbox) -> None:
        self._refused = [row for row in self._refused if not inbox.put(row)][-CONDITIONS_MAX:]
        self._untold = {market: None for market in self._untold if not inbox.put(MarketEnded(market=market))}

    def _refuse(self, why: Refused, source: str, line: int) -> None:
        self.troubles["refused"] += 1
        allowed = ALLOWED[why.reason]
        self._refused.append(
            RowRefused(reason=why.reason.value, file=source, line=line, found=why.found, allowed=allowed)
        )

    def _fresh(self) -> tuple[str, str]:
        """A parameter that changes each time: a cached answer is as old as it likes (#3)."""
        return "_", str(self._clock.elapsed_ms())


def _parts(items: Sequence[Id], size: int) -> Iterator[Sequence[Id]]:
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]
