"""Who trades in the sample world: six leaders, each with a way of trading, and a crowd."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import msgspec

from copydesk.domain.ids import Wallet

CROWD: Final = 256
"""How many other wallets there are."""


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """A way of trading. Chances are out of 256.

    `skill` is the chance of buying the side that will win, `sells` of selling when something is held, in `parts`;
    `lots` is its usual size in hundredths of a share, one deal in eight being eight times as large, and
    `fills` how many fills a transaction has at most.
    """

    name: str
    skill: int
    sells: int
    parts: int
    lots: int
    fills: int
    is_maker: bool = False
    is_merging: bool = False


STYLES: Final = (
    Style(name="directional", skill=150, sells=70, parts=3, lots=20_000, fills=2),
    Style(name="scalper", skill=136, sells=200, parts=1, lots=10_000, fills=2),
    Style(name="holder", skill=144, sells=0, parts=1, lots=30_000, fills=2),
    Style(name="maker", skill=128, sells=110, parts=2, lots=16_000, fills=2, is_maker=True, is_merging=True),
    Style(name="whale", skill=138, sells=50, parts=3, lots=200_000, fills=6),
    Style(name="unlucky", skill=100, sells=90, parts=2, lots=20_000, fills=3),
)
CROWD_STYLE: Final = Style(name="crowd", skill=128, sells=96, parts=1, lots=60_000, fills=3)


class SampleLeader(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet worth watching, or not, and how it trades."""

    wallet: Wallet
    style: Style


def leaders_of(seed: int) -> tuple[SampleLeader, ...]:
    """The leaders of a seed, one of each style."""
    return tuple(SampleLeader(wallet=_wallet(seed, style.name), style=style) for style in STYLES)


def crowd_of(seed: int) -> tuple[Wallet, ...]:
    """Everybody else."""
    return tuple(_wallet(seed, str(number)) for number in range(CROWD))


def _wallet(seed: int, name: str) -> Wallet:
    return Wallet("0x" + sha256(f"sample\x1f{seed}\x1f{name}".encode()).hexdigest()[:40])
