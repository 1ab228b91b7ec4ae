"""The gates, in the order they are asked: cheap before dear, our own state before the market's.

A gate is `gate(signal, snapshot, limits) -> Check | None`: one file, one reason, pure; None where the settings switch
it off. All the others are recorded with the value seen and the limit; the first that does not pass decides, and the
ones behind it are not asked.
"""

from __future__ import annotations

from collections.abc import Callable

from copydesk.domain.limits import Limits
from copydesk.domain.refusal import Check
from copydesk.domain.signal import Signal
from copydesk.flow.decide.gates import (
    add_on,
    add_on_lower,
    age,
    bid_known,
    book_known,
    category_allowed,
    conflict,
    consensus,
    cool_down,
    daily_loss,
    decided_once,
    depth,
    depth_top,
    drawdown,
    event_allowed,
    event_denied,
    existing_price,
    exit_due,
    exit_mirrored,
    exit_under_way,
    fee_drag,
    frozen,
    halted,
    held,
    leader_cut_off,
    leader_drawdown,
    leader_edge,
    leader_fresh,
    leader_lock,
    leader_losses,
    leader_notional,
    leader_notional_max,
    leader_ratio,
    leader_sample,
    leader_score,
    leader_size,
    loss_guard,
    market_allowed,
    market_denied,
    market_known,
    market_open,
    opposite_known,
    orders_day,
    orders_hour,
    outcome_denied,
    paused,
    positions_open,
    price_band,
    price_fell,
    price_moved,
    relation_loss,
    relation_profit,
    relation_state,
    repeat,
    resolves_late,
    resolves_soon,
    series_allowed,
    series_denied,
    side,
    slippage,
    spread,
    weekly_loss,
    words_allowed,
    words_denied,
)
from copydesk.flow.decide.snapshot import Snapshot

Gate = Callable[[Signal, Snapshot, Limits], Check | None]

STOP_GATES: tuple[Gate, ...] = (
    daily_loss.gate,
    weekly_loss.gate,
    drawdown.gate,
    leader_drawdown.gate,
    leader_losses.gate,
    relation_loss.gate,
    relation_profit.gate,
    loss_guard.gate,
    cool_down.gate,
    leader_lock.gate,
)
"""What has lost too much stops entering, and only that: no exit asks these (I18)."""

ALL_GATES: tuple[Gate, ...] = (
    halted.gate,
    paused.gate,
    relation_state.gate,
    leader_cut_off.gate,
    decided_once.gate,
    *STOP_GATES,
    age.gate,
    side.gate,
    opposite_known.gate,
    market_allowed.gate,
    market_denied.gate,
    outcome_denied.gate,
    event_allowed.gate,
    event_denied.gate,
    words_allowed.gate,
    words_denied.gate,
    market_known.gate,
    market_open.gate,
    series_allowed.gate,
    series_denied.gate,
    category_allowed.gate,
    resolves_soon.gate,
    resolves_late.gate,
    leader_notional.gate,
    leader_fresh.gate,
    leader_sample.gate,
    leader_score.gate,
    leader_ratio.gate,
    leader_size.gate,
    leader_notional_max.gate,
    price_band.gate,
    positions_open.gate,
    orders_hour.gate,
    orders_day.gate,
    add_on.gate,
    repeat.gate,
    conflict.gate,
    consensus.gate,
    book_known.gate,
    add_on_lower.gate,
    price_moved.gate,
    price_fell.gate,
    slippage.gate,
    fee_drag.gate,
    spread.gate,
    depth_top.gate,
    depth.gate,
    leader_edge.gate,
)
"""What an entry must pass."""

EXISTING_GATES: tuple[Gate, ...] = (*ALL_GATES, existing_price.gate)
"""What buying a position that the leader held before must pass."""

EXIT_GATES: tuple[Gate, ...] = (
    frozen.gate,
    decided_once.gate,
    side.gate,
    opposite_known.gate,
    exit_mirrored.gate,
    market_open.gate,
    held.gate,
    exit_under_way.gate,
    bid_known.gate,
)
"""What an exit must pass: far less, because not leaving is the greater danger (K6)."""

OWN_EXIT_GATES: tuple[Gate, ...] = (
    frozen.gate,
    decided_once.gate,
    market_open.gate,
    held.gate,
    exit_under_way.gate,
    bid_known.gate,
    exit_due.gate,
)
"""What an exit of our own must pass."""

AUDIT_GATES: tuple[Gate, ...] = (decided_once.gate,)
"""What the audit mode `exact` asks: nothing but that an action is decided once."""


def ask(gates: tuple[Gate, ...], signal: Signal, snapshot: Snapshot, limits: Limits) -> tuple[Check, ...]:
    """The checks of `gates` up to and including the first that does not pass."""
    checks = []
    for gate in gates:
        check = gate(signal, snapshot, limits)
        if check is None:
            continue
        checks.append(check)
        if not check.passed:
            break
    return tuple(checks)
