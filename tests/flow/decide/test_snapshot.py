"""A snapshot of an account: what a decision sees of its holdings, each part where it belongs (I17, N17)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from copydesk.domain.control import HaltSource, LeaderCutOff, RelationPaused
from copydesk.domain.decision import SizingLine, Skipped
from copydesk.domain.ids import Wallet
from copydesk.domain.limits import CorrelatedGroup
from copydesk.domain.refusal import Reason
from copydesk.domain.rest import PUT_ASIDE, Rest
from copydesk.flow.decide.snapshot import Around, Snapshot, snapshot_of
from copydesk.flow.portfolio.fold import Portfolio
from tests.builders import LEADER, NOON, YES, a_market, a_signal, usdc
from tests.histories import OTHER_LEADER, Account, a_decision, an_order, planned

RAIN = CorrelatedGroup(name="wet", words=(" rain ",), most=None, bps=1)
SNOW = CorrelatedGroup(name="cold", words=(" snow ",), most=None, bps=1)
IN_EVENT = msgspec.structs.replace(YES, event_slug="storm-season")


def an_account() -> Account:
    """A thousand dollars, and a buy of 20.50 on its way."""
    account = Account()
    account.deposit(1_000)
    account.add(planned(an_order(token=IN_EVENT)))
    return account


def seen(portfolio: Portfolio, **said: Any) -> Snapshot:
    """What a decision about the builders' signal sees of `portfolio`."""
    category = said.pop("category", "weather")
    around = Around(
        now=NOON, market=a_market(category=category), book=None, is_halted=False, is_resolved=False, is_decided=False,
        leaders_followed=1, groups=said.pop("groups", ()),
    )  # fmt: skip
    return snapshot_of(a_signal(**({"token": IN_EVENT} | said)), portfolio, around)


def test_what_is_on_its_way_is_at_stake_by_everything_a_cap_goes_by() -> None:
    """I17: market, event, category, leader, position, group and day, before anything is filled."""
    snapshot = seen(an_account().portfolio, groups=(SNOW, RAIN))
    at_stake = usdc("20.5")
    assert (snapshot.market_exposure, snapshot.leader_exposure, snapshot.total_exposure) == (at_stake,) * 3
    assert (snapshot.event_exposure, snapshot.category_exposure, snapshot.position_exposure) == (at_stake,) * 3
    assert (snapshot.group_exposures, snapshot.spent_today) == ((("wet", at_stake),), at_stake)
    assert (snapshot.positions_open, snapshot.is_new_position) == (1, False)


def test_of_another_leader_it_is_a_new_position_with_nothing_at_stake() -> None:
    snapshot = seen(an_account().portfolio, leader=OTHER_LEADER)
    assert (snapshot.leader_exposure, snapshot.position_exposure, snapshot.is_new_position) == (usdc(0), usdc(0), True)
    assert snapshot.group_exposures == ()


@pytest.mark.parametrize("category", ["", "unknown"])
def test_a_category_nobody_told_is_not_known(category: str) -> None:
    """K20."""
    assert seen(an_account().portfolio, category=category).category_exposure is None
    assert seen(an_account().portfolio, category="crypto").category_exposure == usdc(0)


def test_what_was_put_aside_of_the_same_is_seen() -> None:
    """E14: by leader and token."""
    account = an_account()
    line = SizingLine(PUT_ASIDE, 0, int(usdc("0.9")))
    account.add(a_decision(Skipped, reason=Reason.PUT_ASIDE, sizing=(line,)))
    assert seen(account.portfolio).rest == Rest(amount=usdc("0.9"), since=NOON)
    assert seen(account.portfolio, leader=OTHER_LEADER).rest is None


def test_a_cut_off_is_that_of_the_signals_leader() -> None:
    """S2.12."""
    account = an_account()
    assert (seen(account.portfolio).cut_off, seen(account.portfolio).pause) == (None, None)
    cut = LeaderCutOff(leader=LEADER, source=HaltSource.LOSS, since=NOON, words="20% down")
    account.add(cut)
    assert seen(account.portfolio).cut_off == cut
    assert seen(account.portfolio, leader=OTHER_LEADER).cut_off is None


@pytest.mark.parametrize("of", [LEADER, None])
def test_a_pause_of_one_leader_or_of_all_is_seen(of: Wallet | None) -> None:
    account = an_account()
    pause = RelationPaused(leader=of, since=NOON, words="on holiday")
    account.add(pause)
    assert seen(account.portfolio).pause == pause
    assert seen(account.portfolio, leader=OTHER_LEADER).pause == (None if of else pause)
