"""Leaders netted against each other in one market: the part of a trade that is left is copied, exactly (E22)."""

from __future__ import annotations

import msgspec
import pytest

from copydesk.domain.decision import SizingLine
from copydesk.domain.ids import TimeMs, Wallet
from copydesk.domain.limits import Conflict
from copydesk.domain.money import Usdc
from copydesk.domain.stance import Stance
from copydesk.flow.decide.conflicts import net_notional, netted
from tests.builders import NO, NOON, YES, a_signal, a_snapshot, shares, some_limits, usdc

OTHER = Wallet("0x" + "2f" * 20)
BEFORE = TimeMs(NOON - 60_000)
FIRST, OWN = SizingLine("leader's notional", None, 7), SizingLine("copy factor", None, 1_000_001)


def stance(dollars: str) -> Stance:
    """So many dollars of something, bought before."""
    return Stance(shares(1), usdc(dollars), BEFORE, BEFORE)


def after_netting(with_it: str, against: str, policy: Conflict = Conflict.NET) -> tuple[SizingLine, ...]:
    """The lines of a copy of a trade of 40 dollars, where others stand so."""
    stances = {(OTHER, YES.id): stance(with_it), (OTHER, NO.id): stance(against)}
    snapshot = a_snapshot(stances=stances)
    return netted((FIRST, OWN), a_signal(size=100, price="0.40"), snapshot, some_limits(conflict=policy))


def test_what_leaders_put_in_is_added_on_one_side_and_taken_off_on_the_other() -> None:
    stances = {(OTHER, YES.id): stance("7"), (OTHER, NO.id): stance("30")}
    assert net_notional(a_signal(size=100, price="0.40"), a_snapshot(stances=stances)) == usdc(17)


@pytest.mark.parametrize(
    ("with_it", "against", "net", "left"),
    [("0", "10", "30", 750_000), ("5", "35", "10", 250_000), ("0", "39.999999", "0.000001", 0), ("0", "90", "0", 0)],
)
def test_a_copy_is_cut_to_the_net_part_of_the_trade(with_it: str, against: str, net: str, left: int) -> None:
    """E22: three quarters of the trade are left, so three quarters of ours, rounded down; never less than nothing."""
    lines = after_netting(with_it, against)
    assert lines[:2] == (FIRST, OWN)
    assert lines[2:] == (SizingLine("net of the leaders", int(usdc(net)), left),)


@pytest.mark.parametrize(("with_it", "against"), [("0", "0"), ("10", "0"), ("10", "10")])
def test_a_trade_that_nobody_outweighs_is_copied_as_it_is(with_it: str, against: str) -> None:
    assert after_netting(with_it, against) == (FIRST, OWN)


@pytest.mark.parametrize("policy", [Conflict.BOTH, Conflict.FIRST, Conflict.NONE])
def test_other_policies_cut_nothing(policy: Conflict) -> None:
    assert after_netting("0", "10", policy) == (FIRST, OWN)


def test_a_trade_of_nothing_is_not_divided_by() -> None:
    nothing = msgspec.structs.replace(a_signal(), notional=Usdc(0))
    snapshot = a_snapshot(stances={(OTHER, NO.id): stance("10")})
    assert netted((FIRST, OWN), nothing, snapshot, some_limits(conflict=Conflict.NET)) == (FIRST, OWN)
