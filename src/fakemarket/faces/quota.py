"""How often one address may ask: sliding windows of market time, by group of paths."""

from collections import deque
from collections.abc import Mapping
from typing import Final

from fakemarket.world.clock import Clock

WINDOW_MS: Final = 10_000


class Quota:
    """The limits of one host by group; the empty group is the limit over all of its paths."""

    def __init__(self, clock: Clock, per_window: Mapping[str, int], *, window_ms: int = WINDOW_MS) -> None:
        self._clock = clock
        self._per_window = per_window
        self._window_ms = window_ms
        self._seen: dict[tuple[str, str], deque[int]] = {}

    def admits(self, address: str, group: str) -> bool:
        """Count one request, unless a window of it is full already."""
        now_ms = self._clock.now_ms()
        groups = [name for name in ("", group) if name in self._per_window]
        windows = [(self._window((address, name), now_ms), self._per_window[name]) for name in dict.fromkeys(groups)]
        if any(len(window) >= top for window, top in windows):
            return False
        for window, _ in windows:
            window.append(now_ms)
        return True

    def _window(self, key: tuple[str, str], now_ms: int) -> deque[int]:
        window = self._seen.setdefault(key, deque())
        while window and window[0] <= now_ms - self._window_ms:
            window.popleft()
        return window
