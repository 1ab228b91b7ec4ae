"""What one connection still has to send: a queue with a bound, which says when it is full instead of dropping."""

import asyncio
from collections import deque

FRAMES_MAX = 32_768


class Outbox:
    """The unsent frames of one connection, oldest first."""

    def __init__(self, frames_max: int = FRAMES_MAX) -> None:
        self._frames: deque[str] = deque()
        self._frames_max = frames_max
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: str) -> bool:
        """Queue a frame; False when there is no room, and then nothing was queued."""
        if len(self._frames) >= self._frames_max:
            return False
        self._frames.append(frame)
        self._filled.set()
        return True

    async def take(self) -> str:
        """Give the oldest frame, waiting for one if need be."""
        while not self._frames:
            self._filled.clear()
            await self._filled.wait()
        return self._frames.popleft()

    def clear(self) -> None:
        self._frames.clear()
