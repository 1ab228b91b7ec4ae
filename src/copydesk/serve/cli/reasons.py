"""The wording of every reason: what its gate is called, how a refusal is said, and which setting changes it."""

from __future__ import annotations

from copydesk.domain.refusal import Reason
from copydesk.serve.cli.control_reasons import CONTROL_REASONS
from copydesk.serve.cli.exit_reasons import EXIT_REASONS
from copydesk.serve.cli.gate_reasons import GATE_REASONS
from copydesk.serve.cli.leader_reasons import LEADER_REASONS
from copydesk.serve.cli.stop_reasons import STOP_REASONS
from copydesk.serve.cli.wording import Wording

REASONS: dict[Reason, Wording] = {
    **CONTROL_REASONS,
    **GATE_REASONS,
    **LEADER_REASONS,
    **EXIT_REASONS,
    **STOP_REASONS,
    Reason.CAP_TRADE: Wording(
        gate="Per-trade cap",
        refusal="Per-trade cap",
        said="Per-trade cap leaves {seen} · {limit}",
        setting="caps.trade_bps, caps.trade_max_usdc",
    ),
    Reason.CAP_MARKET: Wording(
        gate="Per-market cap",
        refusal="Per-market cap",
        said="Per-market cap leaves {seen} · {limit}",
        setting="caps.market_bps, caps.market_max_usdc",
    ),
    Reason.CAP_EVENT: Wording(
        gate="Per-event cap",
        refusal="Per-event cap",
        said="Per-event cap leaves {seen} · {limit}",
        setting="caps.event_bps, caps.event_max_usdc",
    ),
    Reason.CAP_GROUP: Wording(
        gate="Correlated-group cap",
        refusal="Correlated-group cap",
        said="Correlated-group cap leaves {seen} · {limit}",
        setting="caps.groups",
    ),
    Reason.CAP_CATEGORY: Wording(
        gate="Per-category cap",
        refusal="Per-category cap",
        said="Per-category cap leaves {seen} · {limit}",
        setting="caps.category_bps",
    ),
    Reason.CAP_LEADER: Wording(
        gate="Per-leader cap",
        refusal="Per-leader cap",
        said="Per-leader cap leaves {seen} · {limit}",
        setting="caps.leader_bps",
    ),
    Reason.CAP_TOTAL: Wording(
        gate="Total exposure cap",
        refusal="Total exposure cap",
        said="Total exposure cap leaves {seen} · {limit}",
        setting="caps.total_bps, caps.total_max_usdc",
    ),
    Reason.CAP_DAY: Wording(
        gate="Daily spend",
        refusal="Daily spend reached",
        said="Daily spend leaves {seen} · {limit}",
        setting="caps.day_bps, caps.day_max_usdc",
    ),
    Reason.CAP_RESERVE: Wording(
        gate="Cash reserve",
        refusal="Cash reserve",
        said="Cash reserve leaves {seen} · {limit}",
        setting="caps.reserve_bps",
    ),
    Reason.BALANCE: Wording(
        gate="Free balance",
        refusal="Short of funds",
        said="{limit} free · {seen} needed",
        setting="account.bankroll_usdc",
    ),
    Reason.BELOW_MINIMUM: Wording(
        gate="Smallest order",
        refusal="Below the smallest order",
        said="{seen} would fit · {limit}",
        setting="below_minimum",
    ),
    Reason.PUT_ASIDE: Wording(
        gate="Smallest order",
        refusal="Put aside until it is enough",
        said="Put aside until it is enough for an order: {seen} in all",
        setting="below_minimum, put_aside_max_s",
    ),
}
