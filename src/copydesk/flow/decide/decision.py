"""Decide: one signal and one snapshot in, one decision out. Pure, so live, paper, replay and preview all use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import Approved, Decision, Expired, SizingLine, Skipped
from copydesk.domain.limits import AmountMode
from copydesk.domain.money import NO_USDC
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.trade import Side
from copydesk.flow.decide.entries import Sizing, size_entry
from copydesk.flow.decide.exits import size_exit
from copydesk.flow.decide.gates import ALL_GATES, AUDIT_GATES, EXISTING_GATES, EXIT_GATES, OWN_EXIT_GATES, Gate, ask

if TYPE_CHECKING:
    from copydesk.domain.limits import Relation
    from copydesk.domain.signal import Signal
    from copydesk.flow.decide.snapshot import Snapshot


def decide(signal: Signal, snapshot: Snapshot, relation: Relation) -> Decision:
    """Copy `signal` for `relation`, skip it with a reason, or record that it came too late."""
    limits = relation.limits
    lived_ms = snapshot.now - signal.happened_at
    if lived_ms > limits.gates.ttl_ms:
        late = Check(Reason.SIGNAL_EXPIRED, lived_ms, limits.gates.ttl_ms, "ms", passed=False)
        return Expired(
            account=relation.account,
            signal=signal,
            decided_at=snapshot.now,
            settings_version=limits.version,
            checks=(late,),
        )
    is_audit = limits.amount.mode is AmountMode.EXACT
    checks = ask(AUDIT_GATES if is_audit else _gates_of(signal), signal, snapshot, limits)
    if not checks[-1].passed:
        return _skipped(signal, snapshot, relation, checks, (), checks[-1].reason)
    if is_audit:
        sizing = _as_the_leader(signal)
    elif signal.side is Side.BUY:
        sizing = size_entry(signal, snapshot, limits)
    else:
        sizing = size_exit(signal, snapshot, limits)
    return _concluded(signal, snapshot, relation, checks, sizing)


def _gates_of(signal: Signal) -> tuple[Gate, ...]:
    if signal.side is Side.SELL:
        return OWN_EXIT_GATES if signal.exit is not None and signal.exit.is_own else EXIT_GATES
    return EXISTING_GATES if signal.is_existing else ALL_GATES


def _as_the_leader(signal: Signal) -> Sizing:
    """The audit amount: exactly what the leader traded, with nothing cut and nothing rounded."""
    reserve = signal.notional if signal.side is Side.BUY else NO_USDC
    line = SizingLine("as the leader, shares", None, int(signal.shares))
    return Sizing(signal.shares, signal.price, reserve, (line,), None, None)


def _concluded(
    signal: Signal, snapshot: Snapshot, relation: Relation, checks: tuple[Check, ...], sizing: Sizing
) -> Decision:
    if sizing.refused is not None:
        return _skipped(signal, snapshot, relation, checks, sizing.lines, sizing.refused)
    return Approved(
        account=relation.account,
        signal=signal,
        decided_at=snapshot.now,
        settings_version=relation.limits.version,
        checks=checks,
        sizing=sizing.lines,
        shares=sizing.shares,
        limit=sizing.limit,
        reserve=sizing.reserve,
        binding_cap=sizing.binding or "",
    )


def _skipped(
    signal: Signal,
    snapshot: Snapshot,
    relation: Relation,
    checks: tuple[Check, ...],
    sizing: tuple[SizingLine, ...],
    reason: Reason,
) -> Skipped:
    return Skipped(
        account=relation.account,
        signal=signal,
        decided_at=snapshot.now,
        settings_version=relation.limits.version,
        checks=checks,
        sizing=sizing,
        reason=reason,
    )
