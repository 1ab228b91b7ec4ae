"""Telling from the raw text that a frame is about nobody who is followed, without reading it as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from copydesk.domain.ids import Wallet

_KEY: Final = b'"proxyWallet"'
_VALUE: Final = b':"0x'
_VALUE_FROM, _VALUE_TO = len(_KEY), len(_KEY) + len(_VALUE) + 40
_BACKSLASH: Final = 0x5C
_ESCAPED: Final = b"\\u00"


STRANGERS_MAX: Final = 50_000
"""So many names of wallets nobody follows are remembered as they were written; then all are forgotten."""


class Sieve:
    """Who is followed, as the stream writes it.

    `may_drop` says whether a frame certainly concerns nobody who is followed. It may be dropped unread only if it
    names one wallet, once, as the venue's own encoder does, and nobody follows that one. A second name, white space, a
    letter of the key or value as an escape, no name at all: the frame has to be read in full. Upper and lower case are
    one.
    """

    def __init__(self) -> None:
        self.followed: frozenset[str] = frozenset()
        self.may_drop = _dropping(frozenset())

    def follow(self, leaders: Iterable[Wallet]) -> None:
        """Let these pass and no others."""
        self.followed = frozenset(wallet.lower() for wallet in leaders)
        self.may_drop = _dropping(frozenset(f':"{wallet}'.encode() for wallet in self.followed))


def _dropping(followed: frozenset[bytes]) -> Callable[[bytes], bool]:
    """A function and not a method, with what it needs in its own names: it runs for every frame of the whole venue."""
    strangers: set[bytes] = set()

    def may_drop(frame: bytes) -> bool:
        at = frame.rfind(_KEY)
        if at < 0:
            return False
        value = frame[at + _VALUE_FROM : at + _VALUE_TO]
        if value not in strangers:
            if value[: len(_VALUE)] != _VALUE or value.lower() in followed:
                return False
            if len(strangers) >= STRANGERS_MAX:
                strangers.clear()
            strangers.add(value)
        return frame.rfind(_KEY, 0, at) < 0 and (_BACKSLASH not in frame or _ESCAPED not in frame)

    return may_drop
