"""Log indexes of a block, given out as transactions are mined; no two logs of a block share one."""


class LogRoom:
    """The next free log index of the block that collects now."""

    def __init__(self) -> None:
        self._block = -1
        self._next = 0

    def take(self, block: int, count: int) -> int:
        """Give the first of so many indexes."""
        if block != self._block:
            self._block, self._next = block, 0
        base, self._next = self._next, self._next + count
        return base
