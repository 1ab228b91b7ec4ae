"""The amount as settings: each leader's own, and what is refused before it can do harm."""

from __future__ import annotations

import pytest

from copydesk.domain.errors import BadInput
from copydesk.domain.limits import AmountMode, AmountRange, Tier
from copydesk.flow.decide.amount import first_amount
from copydesk.settings.layers import load
from copydesk.settings.limits import relations
from tests.builders import a_signal, a_snapshot, micros, usdc

ONE, OTHER = "0x" + "1e" * 20, "0x" + "2f" * 20


def test_each_leader_can_have_a_fixed_stake_of_their_own() -> None:
    """S0.25, S1.3: a fixed sum of dollars for each trader; who says nothing has the account's."""
    named = f"[{{wallet: '{ONE}', amount: {{fixed_usdc: 7.5}}}}, {{wallet: '{OTHER}'}}]"
    made = relations(load({"preset": "custom", "leaders": named}))
    stakes = [first_amount(a_signal(), a_snapshot(), each.limits)[-1].amount for each in made]
    assert stakes == [micros("7.5"), micros(25)]


def test_a_range_and_tiers_come_as_they_are_written() -> None:
    """K23."""
    tiers = "[{below_usdc: 100, factor_bps: 10000}, {factor_bps: 500}]"
    amount = relations(load({"amount.mode": "tiered", "amount.tiers": tiers, "amount.range_max_usdc": "80"}))[
        0
    ].limits.amount
    assert amount.mode is AmountMode.TIERED
    assert amount.tiers == (Tier(below=usdc(100), factor_bps=10_000), Tier(below=None, factor_bps=500))
    assert amount.range == AmountRange(least=usdc(10), most=usdc(80), leader_least=usdc(10), leader_most=usdc(10_000))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount.factor_bps": "10001"}, "less than or equal to 10000"),
        ({"amount.range_min_usdc": "300"}, "a range whose least is below its most"),
        ({"amount.range_leader_max_usdc": "10"}, "a range whose least is below its most"),
        ({"amount.mode": "tiered"}, "at least one tier"),
        ({"amount.tiers": "[{below_usdc: 5, factor_bps: 1}]"}, "tiers that rise"),
        ({"amount.tiers": "[{factor_bps: 1}, {factor_bps: 2}]"}, "tiers that rise"),
        (
            {"amount.tiers": "[{below_usdc: 9, factor_bps: 1}, {below_usdc: 5, factor_bps: 1}, {factor_bps: 2}]"},
            "tiers",
        ),
        (
            {"amount.tiers": "[{below_usdc: 9, factor_bps: 1}, {below_usdc: 9, factor_bps: 1}, {factor_bps: 2}]"},
            "tiers",
        ),
    ],
)
def test_an_amount_that_makes_no_sense_is_refused(said: dict[str, str], words: str) -> None:
    """S4.8: a copy factor is 0 to 1; a range goes up; tiers rise and leave no notional out."""
    with pytest.raises(BadInput, match=words):
        load(said)
