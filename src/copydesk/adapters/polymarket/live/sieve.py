"""Telling from the raw text that a frame is about nobody who is followed, without reading it as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copydesk.domain.ids import Wallet

_KEY: Final = b'"proxyWallet"'
_VALUE: Final = b':"0x'
_VALUE_FROM, _VALUE_TO = len(_KEY), len(_KEY) + len(_VALUE) + 40
_BACKSLASH: Final = 0x5C
_ESCAPED: Final = b"\\u00"


class Sieve:
    """Who is followed, as the stream writes it.

    A frame may be dropped unread only if it names one wallet, once, as the venue's own encoder does, and nobody
    follows that one. A second name, white space, a letter of the key or value as an escape, no name at all: the frame
    has to be read in full. Upper and lower case are one.
    """

    def __init__(self) -> None:
        self.followed: frozenset[str] = frozenset()
        self._values: frozenset[bytes] = frozenset()

    def follow(self, leaders: Iterable[Wallet]) -> None:
        """Let these pass and no others."""
        self.followed = frozenset(wallet.lower() for wallet in leaders)
        self._values = frozenset(f':"{wallet}'.encode() for wallet in self.followed)

    def may_drop(self, frame: bytes) -> bool:
        """Say whether `frame` certainly concerns nobody who is followed."""
        at = frame.rfind(_KEY)
        value = frame[at + _VALUE_FROM : at + _VALUE_TO].lower()
        if at < 0 or value in self._values or value[: len(_VALUE)] != _VALUE or frame.rfind(_KEY, 0, at) >= 0:
            return False
        return _BACKSLASH not in frame or _ESCAPED not in frame
