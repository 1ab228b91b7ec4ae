"""The settings of the two lower layers: an account, and a relation, which is one leader that it copies."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from copydesk.domain.limits import RelationState
from copydesk.settings.fields import Money, Part

_WALLET_LENGTH = 42
_HEX_ONLY = re.compile(r"0[xX][0-9a-fA-F]*")


def _not_a_cut_wallet(text: str) -> str:
    """A wallet, a profile's address or a name; what is all hex digits and yet no wallet was mistyped."""
    if _HEX_ONLY.fullmatch(text) and len(text) != _WALLET_LENGTH:
        raise PydanticCustomError("leader", "a wallet (0x and 40 hex digits), a profile's address, or a name")
    return text


def _on_paper(mode: object) -> object:
    if mode == "live":
        raise PydanticCustomError(
            "live", "`paper`: this version sends no orders, so a relation cannot be live beside the others on paper"
        )
    return mode


LeaderText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_not_a_cut_wallet),
]
AccountName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Overrides = dict[str, object]
"""What a lower layer says otherwise in a group of settings; checked where the layers are joined."""


class AccountSettings(Part):
    """The account that copies."""

    id: AccountName = "desk"
    """The name of the account: one ledger chain, one set of caps (S0.21)."""
    client: str = "me"
    """The person the account belongs to."""
    bankroll_usdc: Money = Decimal(1_000)
    """What the account starts with, on paper (S2.20)."""


class LowerLayer(Part):
    """What a lower layer may say otherwise. Gates, caps, stops and the price limit can only be tightened."""

    gates: Overrides | None = None
    """Gates that bind tighter here (S1.4, E7)."""
    amount: Overrides | None = None
    """Another amount than above (S0.22, S1.3)."""
    caps: Overrides | None = None
    """Caps that bind tighter here (S1.4, S4.9)."""
    stops: Overrides | None = None
    """Stops that bind tighter here (S2.12, E3)."""
    exits: Overrides | None = None
    """Other exits than above (E5)."""
    slip_max_bps: int | None = None
    """A tighter price limit (S4.12)."""


class LeaderSettings(LowerLayer):
    """One relation: a leader that is copied, and what is otherwise for it. See docs/relations.md."""

    wallet: LeaderText
    """The leader: a wallet; live, also a profile's address or a name (K24)."""
    state: RelationState = RelationState.COPYING
    """Whether it copies: `paused` makes no entry, `stopped_...` says what becomes of its positions (E2)."""
    inverse: bool = False
    """Buy the opposite outcome where the leader buys; refused where the opposite is not known (E7)."""
    copy_existing: bool = False
    """Also buy what the leader holds when we begin to follow, at the leader's average or better (E1, C26)."""
    bankroll_usdc: Money | None = None
    """The leader's bankroll, where you know it (S3.24, C21)."""
    mode: Annotated[Literal["paper"] | None, BeforeValidator(_on_paper)] = None
    """On paper beside others that are live; all are on paper in this version (S2.29, C29)."""


class AccountLayer(LowerLayer):
    """One of several accounts. What it does not say is as in `account` and in the settings at the top."""

    id: AccountName
    """The name of the account: one ledger chain, one set of caps (S0.21)."""
    client: str | None = None
    """The person the account belongs to."""
    bankroll_usdc: Money | None = None
    """What the account starts with, on paper (S2.20)."""
    leaders: tuple[LeaderSettings, ...] | None = None
    """Whom this account copies, if not the leaders at the top (E9)."""
