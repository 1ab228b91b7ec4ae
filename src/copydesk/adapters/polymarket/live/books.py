"""`LiveBooks`: the books of the tokens we look at, rebuilt from the stream and held to a witness over HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.trouble import Forbidden, VenueTrouble
from copydesk.adapters.polymarket.http.trouble import Refused as RefusedByVenue
from copydesk.adapters.polymarket.live.market_frames import rest_books
from copydesk.adapters.polymarket.live.order_book import Changes, Snapshot
from copydesk.adapters.polymarket.live.watched_book import Trouble, WatchedBook
from copydesk.adapters.polymarket.parse.refusals import Refused
from copydesk.domain.book import Book
from copydesk.domain.ids import TimeMs, TokenId

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from copydesk.adapters.polymarket.http.venue_http import VenueHttp
    from copydesk.adapters.polymarket.live.market_channel import MarketChannel
    from copydesk.adapters.polymarket.live.market_frames import ChannelEvent
    from copydesk.domain.health import FeedHealth
    from copydesk.domain.trade import LeaderTrade, Token
    from copydesk.ports import Inbox, LiveClock

AGE_MAX_MS: Final = 25_000
"""A book nothing has confirmed for longer is none (S0.43)."""
WITNESS_EVERY_MS: Final = 10_000
"""How often every book is asked for over HTTP (S0.42)."""
SUSPECTS_EVERY_MS: Final = 1_000
"""How often a book that must be wrong is."""
JUDGE_EVERY_MS: Final = 500
STARVED_MAX_MS: Final = 20_000
"""After so long without an answer to a renewed subscription the connection is given up."""
RECONNECT_EVERY_MS: Final = 60_000
GONE_FOR_MS: Final = 600_000
"""How long a token the venue has no book of is left out, unless the stream says otherwise."""
FETCH_EVERY_MS: Final = 1_000
"""A book that cannot be had is not asked for more often."""
TOKENS_MAX: Final = 400
_BATCH: Final = 100
_PREPARE_S: Final = 5.0


class LiveBooks:
    """Books as they stand. It knows the present only: `at` is the present, give or take the time to hand it over.

    At most `tokens_max` tokens are watched: the one asked for longest ago makes room, never one that is kept.
    `troubles` counts what was found wrong with a book, and what was done about it.
    """

    def __init__(
        self, channel: MarketChannel, http: VenueHttp, clock: LiveClock, *, tokens_max: int = TOKENS_MAX
    ) -> None:
        self._channel, self._http, self._clock = channel, http, clock
        self._tokens_max = tokens_max
        self._watched: dict[TokenId, WatchedBook] = {}
        self._asked_ms: dict[TokenId, int] = {}
        self._fetched_ms: dict[TokenId, int] = {}
        self._starved_ms: dict[TokenId, int] = {}
        self._gone_ms: dict[TokenId, int] = {}
        self._kept: frozenset[TokenId] = frozenset()
        self._fetching: dict[TokenId, asyncio.Task[None]] = {}
        self._reconnected_ms = -RECONNECT_EVERY_MS
        self._shown = 0
        self.troubles: Counter[str] = Counter()
        channel.listeners.append(self.hear)
        channel.openings.append(self._begin_anew)

    # --- what is asked of it

    def observe(self, trade: LeaderTrade) -> None:
        """Change nothing: the stream shows what a print did to the book."""

    def book(self, token: Token, at: TimeMs) -> Book | None:
        """The book of `token` as last confirmed; None if that is too long ago, or nothing rests in it."""
        now_ms = self._clock.elapsed_ms()
        watched = self._watched.get(token.id)
        if watched is None:
            return None
        self._asked_ms[token.id] = now_ms
        shown = watched.shown
        if shown is None:
            return None
        age_ms = now_ms - shown.confirmed_ms
        confirmed_at = self._clock.now() - age_ms
        if age_ms > AGE_MAX_MS or confirmed_at - at > AGE_MAX_MS or shown.sides.is_empty:
            return None
        return Book(
            token=token.id,
            at=TimeMs(min(confirmed_at, at)),
            bids=shown.sides.bids,
            asks=shown.sides.asks,
            origin="live",
        )

    def is_ready(self, token: Token) -> bool:
        """Whether there is a book of `token` to trust now."""
        return self.book(token, self._clock.now()) is not None

    async def prepare(self, token: Token) -> None:
        """Listen to `token` from now on, and ask for its book if there is none to trust. Bounded; never raises."""
        if not self._watch(token.id) or self.is_ready(token):
            return
        task = self._fetching.get(token.id)
        if task is None:
            now_ms = self._clock.elapsed_ms()
            if now_ms - self._fetched_ms.get(token.id, -FETCH_EVERY_MS) < FETCH_EVERY_MS:
                return
            self._fetched_ms[token.id] = now_ms
            task = self._fetching[token.id] = asyncio.create_task(self._fetch(token.id))
            task.add_done_callback(lambda _: self._fetching.pop(token.id, None))
        await asyncio.wait((task,), timeout=_PREPARE_S)

    def keep(self, tokens: Collection[Token]) -> None:
        """Never stop listening to these: the tokens of open positions."""
        self._kept = frozenset(token.id for token in tokens)
        for token in tokens:
            self._watch(token.id)

    async def run(self, inbox: Inbox) -> None:
        """Listen, and ask the witness, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._channel.run(inbox))
            group.create_task(self._witness())
            group.create_task(self._judge())

    def health(self) -> FeedHealth:
        """How the books are doing."""
        starved = len(self._starved_ms)
        gaps = sum(self.troubles[trouble] for trouble in Trouble)
        return self._channel.health(self._shown, gaps, f"{starved} books get no data" if starved else "")

    # --- what the stream says

    def hear(self, event: ChannelEvent) -> None:
        """Take in one event of the channel."""
        if not isinstance(event, Changes | Snapshot):
            return
        watched = self._watched.get(event.token)
        if watched is None:
            return
        self._shown += 1
        now_ms = self._clock.elapsed_ms()
        self._count(
            watched.heard_changes(event, now_ms) if isinstance(event, Changes) else watched.heard_book(event, now_ms)
        )
        if self._starved_ms or self._gone_ms:
            self._starved_ms.pop(event.token, None)
            self._gone_ms.pop(event.token, None)

    def _begin_anew(self) -> None:
        for watched in self._watched.values():
            watched.lost_touch()

    # --- what the witness says

    async def _witness(self) -> None:
        asked_ms = self._clock.elapsed_ms()
        while True:
            await self._clock.sleep(SUSPECTS_EVERY_MS)
            now_ms = self._clock.elapsed_ms()
            tokens = [token for token, watched in self._watched.items() if watched.is_suspect]
            if now_ms - asked_ms >= WITNESS_EVERY_MS:
                asked_ms, tokens = now_ms, list(self._watched)
            tokens = [token for token in tokens if now_ms - self._gone_ms.get(token, -GONE_FOR_MS) >= GONE_FOR_MS]
            for begin in range(0, len(tokens), _BATCH):
                await self._ask(tokens[begin : begin + _BATCH])

    async def _ask(self, tokens: Sequence[TokenId]) -> None:
        """Ask for these books. One that does not exist any more must not hide the others: the halves are asked for."""
        question = msgspec.json.encode([{"token_id": token} for token in tokens])
        try:
            body = await self._http.post("clob", "/books", question, lane=Lane.BACKFILL)
        except VenueTrouble as why:
            if isinstance(why, RefusedByVenue) and not isinstance(why, Forbidden):
                await self._ask_in_parts(tokens)
            else:
                self.troubles["no_witness"] += 1
            return
        self._compare(body, "clob /books", is_streaming=self._channel.is_live)

    async def _ask_in_parts(self, tokens: Sequence[TokenId]) -> None:
        middle = len(tokens) // 2
        if middle:
            await self._ask(tokens[:middle])
            await self._ask(tokens[middle:])
            return
        self._gone_ms[tokens[0]] = self._clock.elapsed_ms()
        self.troubles["gone"] += 1

    async def _fetch(self, token: TokenId) -> None:
        try:
            body = await self._http.get("clob", "/book", (("token_id", token),), lane=Lane.BUY)
        except VenueTrouble:
            self.troubles["no_book"] += 1
            return
        self._compare(body, "clob /book", is_streaming=False)

    def _compare(self, body: bytes, source: str, *, is_streaming: bool) -> None:
        now_ms = self._clock.elapsed_ms()
        for line, found in enumerate(rest_books(body), start=1):
            if isinstance(found, Refused):
                self._channel.refuse(found, source, line)
            elif found.token in self._watched:
                watched = self._watched[found.token]
                self._count(watched.witnessed(found, now_ms, is_streaming=is_streaming))

    async def _judge(self) -> None:
        while True:
            await self._clock.sleep(JUDGE_EVERY_MS)
            now_ms = self._clock.elapsed_ms()
            for token, watched in self._watched.items():
                if (trouble := watched.judge(now_ms)) is not None:
                    self._count(trouble)
                    self._channel.renew((token,))
                if watched.is_starved:
                    self._starved_ms.setdefault(token, now_ms)
            await self._give_up_on_a_deaf_connection(now_ms)

    async def _give_up_on_a_deaf_connection(self, now_ms: int) -> None:
        is_deaf = any(now_ms - since_ms >= STARVED_MAX_MS for since_ms in self._starved_ms.values())
        if is_deaf and now_ms - self._reconnected_ms >= RECONNECT_EVERY_MS:
            self._reconnected_ms = now_ms
            self.troubles["reconnected"] += 1
            await self._channel.reconnect("books change, and nothing is heard of it")

    # --- who is watched

    def _watch(self, token: TokenId) -> bool:
        """Listen to `token`; False if there is no room. A token that is kept always has room."""
        self._asked_ms[token] = self._clock.elapsed_ms()
        if token in self._watched:
            return True
        while len(self._watched) >= self._tokens_max:
            others = [each for each in self._watched if each not in self._kept]
            if not others:
                break
            self._leave(min(others, key=lambda each: self._asked_ms.get(each, 0)))
        if len(self._watched) >= self._tokens_max and token not in self._kept:
            self.troubles["no_room"] += 1
            return False
        self._watched[token] = WatchedBook()
        self._channel.want((token,))
        return True

    def _leave(self, token: TokenId) -> None:
        for known in (self._watched, self._asked_ms, self._fetched_ms, self._starved_ms, self._gone_ms):
            known.pop(token, None)
        self._channel.drop((token,))

    def _count(self, trouble: Trouble | None) -> None:
        if trouble is not None:
            self.troubles[trouble] += 1
