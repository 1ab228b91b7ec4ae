"""Markets and books, fetched as soon as a token is traded: its signals wait for them, as a gate never calls out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from copydesk.domain.ids import TokenId
    from copydesk.domain.trade import LeaderTrade, Token
    from copydesk.ports import LiveClock, Preparation

TOKENS_MAX = 256
"""So many tokens may be readied at once; signals of one more do not wait, and are refused for what is missing."""


class Readying:
    """Which tokens are being readied, and which just were; `told` is called when one was.

    None takes longer than `wait_max_ms`; what is missing then is missing in the decision.
    """

    def __init__(
        self, preparations: Sequence[Preparation], clock: LiveClock, wait_max_ms: int, told: Callable[[], None]
    ) -> None:
        self._preparations, self._clock = preparations, clock
        self._wait_max_ms, self._told = wait_max_ms, told
        self._awaited: set[TokenId] = set()
        self._done: list[TokenId] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def is_awaited(self, token: TokenId) -> bool:
        """Whether signals of `token` have something to wait for."""
        return token in self._awaited

    def traded(self, trade: LeaderTrade, age_max_ms: int) -> None:
        """Ready the token of `trade`, unless the trade is too old to be copied."""
        if self._clock.now() - trade.happened_at <= age_max_ms:
            self.warm(trade.token)

    def warm(self, token: Token) -> None:
        """Ready a token that is likely to be needed, as long as there is room."""
        if token.id in self._awaited or len(self._tasks) >= TOKENS_MAX or self._is_ready(token):
            return
        self._awaited.add(token.id)
        task = asyncio.ensure_future(self._ready(token))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def take_done(self) -> list[TokenId]:
        """The tokens for which there is nothing more to wait, each told once."""
        done, self._done = self._done, []
        return done

    async def prepare(self, tokens: Sequence[Token]) -> None:
        """Ready `tokens` side by side; returns after `wait_max_ms` at the latest."""
        work = [each.prepare(token) for token in tokens for each in self._preparations if not each.is_ready(token)]
        if not work:
            return
        preparing = asyncio.ensure_future(_all(work))
        limit = asyncio.ensure_future(self._clock.sleep(self._wait_max_ms))
        try:
            await asyncio.wait({preparing, limit}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            preparing.cancel()
            limit.cancel()
            await asyncio.gather(preparing, limit, return_exceptions=True)

    async def close(self) -> None:
        """Give up what is under way: there is nothing more to wait for."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._end(*self._awaited)

    def _is_ready(self, token: Token) -> bool:
        return all(each.is_ready(token) for each in self._preparations)

    async def _ready(self, token: Token) -> None:
        await self.prepare((token,))
        self._end(token.id)
        self._told()

    def _end(self, *tokens: TokenId) -> None:
        self._done.extend(tokens)
        self._awaited.difference_update(tokens)


async def _all(work: Sequence[Coroutine[object, object, None]]) -> None:
    await asyncio.gather(*work)
