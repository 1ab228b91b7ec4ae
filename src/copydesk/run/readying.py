"""Between inbox and flow: a trade waits until its market and book are there, because a gate never calls out."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from copydesk.domain.ids import TokenId
    from copydesk.domain.trade import LeaderTrade, Token
    from copydesk.ports import LiveClock, Preparation

TOKENS_MAX = 256
"""So many tokens may be readied at once; a trade in one more goes on as it is, and is refused for what is missing."""


class Readying:
    """Trades on their way to a decision. Trades of one token keep their order; those of others overtake.

    None waits longer than `wait_max_ms`; what is missing then is missing in the decision. One too old to be copied
    does not wait at all.
    """

    def __init__(
        self, preparations: Sequence[Preparation], clock: LiveClock, wait_max_ms: int, told: Callable[[], None]
    ) -> None:
        self._preparations, self._clock = preparations, clock
        self._wait_max_ms, self._told = wait_max_ms, told
        self._waiting: dict[TokenId, list[LeaderTrade]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready: deque[LeaderTrade] = deque()

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values())) + len(self._ready)

    def admit(self, trade: LeaderTrade, age_max_ms: int) -> None:
        """Take a trade in; it comes out of `take_ready` now or later."""
        token = trade.token
        queued = self._waiting.get(token.id)
        if queued is not None:
            queued.append(trade)
        elif self._needs_nothing(trade, age_max_ms):
            self._ready.append(trade)
        else:
            self._waiting[token.id] = [trade]
            self._start(self._release(token))

    def take_ready(self) -> list[LeaderTrade]:
        """What can be decided now, in order of arrival within each token."""
        ready = list(self._ready)
        self._ready.clear()
        return ready

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

    def warm(self, token: Token) -> None:
        """Ready a token that is likely to be needed, as long as there is room."""
        if len(self._tasks) < TOKENS_MAX and not all(each.is_ready(token) for each in self._preparations):
            self._start(self.prepare((token,)))

    async def close(self) -> None:
        """Give up what is under way; what waited is let out as it is."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for queued in self._waiting.values():
            self._ready.extend(queued)
        self._waiting.clear()

    def _needs_nothing(self, trade: LeaderTrade, age_max_ms: int) -> bool:
        if self._clock.now() - trade.happened_at > age_max_ms or len(self._tasks) >= TOKENS_MAX:
            return True
        return all(each.is_ready(trade.token) for each in self._preparations)

    async def _release(self, token: Token) -> None:
        await self.prepare((token,))
        self._ready.extend(self._waiting.pop(token.id))
        self._told()

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _all(work: Sequence[Coroutine[object, object, None]]) -> None:
    await asyncio.gather(*work)
