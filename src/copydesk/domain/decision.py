"""What we make of a signal: `Approved`, `Skipped` or `Expired`, with every number that led there."""

from __future__ import annotations

import msgspec

from copydesk.domain.ids import AccountId, TimeMs
from copydesk.domain.money import Price, Shares, Usdc
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.signal import Signal


class SizingLine(msgspec.Struct, frozen=True, array_like=True):
    """One step of the sizing arithmetic: the rule, what it allowed, and what was left after it.

    `limit` and `amount` are micro-dollars, or micro-shares where the rule's name ends in `shares`; `limit` is None
    where the rule sets no bound. `note` says what the numbers cannot.
    """

    rule: str
    limit: int | None
    amount: int
    note: str = ""


class _Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What every decision carries, whatever it is."""

    account: AccountId
    signal: Signal
    decided_at: TimeMs
    settings_version: str
    checks: tuple[Check, ...]
    sizing: tuple[SizingLine, ...] = ()


class Approved(_Decided, frozen=True, kw_only=True, tag="approved"):
    """Copy it: at most `shares` at no worse than `limit`, with `reserve` set aside for cost and fee.

    Only `flow.decide` makes one; `flow.execute` takes nothing else. `binding_cap` names the cap that cut the size,
    empty if none did. A sell reserves nothing.
    """

    shares: Shares
    limit: Price
    reserve: Usdc
    binding_cap: str = ""


class Skipped(_Decided, frozen=True, kw_only=True, tag="skipped"):
    """Do not copy it, for `reason`; the last check, or the last sizing line, has the numbers."""

    reason: Reason


class Expired(_Decided, frozen=True, kw_only=True, tag="expired"):
    """It came, or was reached, after its time to live: recorded and never executed late (S0.34)."""

    reason: Reason = Reason.SIGNAL_EXPIRED


Decision = Approved | Skipped | Expired
