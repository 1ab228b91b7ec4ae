"""When to stop entering: the limits of what may be lost, as plain data; docs/stops.md tells of each."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from copydesk.domain.money import Usdc


class CoolDown(StrEnum):
    """Whose loss a cool-down follows."""

    LEADER = "leader"
    ACCOUNT = "account"


class Stops(msgspec.Struct, frozen=True, kw_only=True):
    """The stops of one relation. None switches a stop off: it is then not asked. No stop ever holds up an exit."""

    daily_loss_max_bps: int | None = None
    weekly_loss_max_bps: int | None = None
    drawdown_max_bps: int | None = None
    leader_drawdown_max_bps: int | None = None
    leader_losses_max: int | None = None
    relation_loss_max: Usdc | None = None
    relation_loss_max_bps: int | None = None
    relation_profit_max: Usdc | None = None
    relation_profit_max_bps: int | None = None
    guard_losses_max: int | None = None
    guard_within_ms: int = 3_600_000
    guard_pause_ms: int = 3_600_000
    cool_down_ms: int | None = None
    cool_down_of: CoolDown = CoolDown.LEADER
    leader_profit_min: Usdc | None = None
    leader_profit_trades: int = 10
    leader_lock_ms: int = 86_400_000
