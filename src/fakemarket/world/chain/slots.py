"""Block times: a block every two seconds of market time, numbered by the time it holds."""

from typing import Final

SLOT_MS: Final = 2_000
_EPOCH_MS: Final = 1_790_000_000_000
_EPOCH_BLOCK: Final = 80_000_000


def block_at(now_ms: int) -> int:
    """Give the number of the block that collects what happens at this moment; it is shown when its time is over."""
    return _EPOCH_BLOCK + (now_ms - _EPOCH_MS) // SLOT_MS


def head_at(now_ms: int) -> int:
    """Give the newest block that is shown."""
    return block_at(now_ms) - 1


def block_ms(number: int) -> int:
    return _EPOCH_MS + (number - _EPOCH_BLOCK) * SLOT_MS


def block_time_s(number: int) -> int:
    """Give what the header says, in Unix seconds: the beginning of the block's time."""
    return block_ms(number) // 1000
