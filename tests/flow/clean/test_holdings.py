"""What a leader holds as far as we saw: trades, redemptions, merges and splits."""

from __future__ import annotations

from copydesk.domain.ids import TimeMs
from copydesk.domain.money import Shares
from copydesk.domain.trade import ActivityKind, LeaderActivity, LeaderPosition, LeaderPositions, Side
from copydesk.flow.clean.holdings import Holdings
from tests.builders import LEADER, MARKET, NO, NOON, YES, a_trade, an_activity, shares


def held(holdings: Holdings) -> tuple[Shares | None, Shares | None]:
    """Yes and No."""
    return holdings.held(LEADER, MARKET, YES.id), holdings.held(LEADER, MARKET, NO.id)


def after(*activities: LeaderActivity) -> tuple[Shares | None, Shares | None]:
    """Yes and No of a leader who bought 100 Yes and 40 No, and then did `activities`."""
    holdings = Holdings()
    holdings.trade(a_trade(size=100))
    holdings.trade(a_trade(size=40, token=NO))
    for activity in activities:
        holdings.activity(activity)
    return held(holdings)


def test_buys_add_and_sells_take() -> None:
    """E5: the base of proportional exits."""
    holdings = Holdings()
    holdings.trade(a_trade(size=100))
    holdings.trade(a_trade(size=30, side=Side.SELL))
    assert held(holdings) == (shares(70), shares(0))


def test_nothing_is_known_before_the_first_buy() -> None:
    """A sell of what we never saw bought leaves the holding unknown, not negative."""
    holdings = Holdings()
    holdings.trade(a_trade(side=Side.SELL))
    assert held(holdings) == (None, None)


def test_selling_more_than_is_known_leaves_nothing() -> None:
    """K6."""
    holdings = Holdings()
    holdings.trade(a_trade(size=10))
    holdings.trade(a_trade(size=99, side=Side.SELL))
    assert held(holdings) == (None, None)


def test_a_redemption_empties_the_market() -> None:
    """F39: a redemption takes the whole balance of both outcomes."""
    assert after(an_activity(ActivityKind.REDEEM, "100")) == (None, None)


def test_a_merge_takes_from_both_outcomes() -> None:
    """F39, K7: a leader may leave by merging, without a sell."""
    assert after(an_activity(ActivityKind.MERGE, "30")) == (shares(70), shares(10))


def test_an_activity_of_unknown_type_takes_from_both_at_most_what_is_there() -> None:
    """A record that dropped the type can only make our knowledge smaller."""
    assert after(an_activity(ActivityKind.REDEEM_OR_MERGE, "60")) == (shares(40), shares(0))


def test_a_split_adds_to_what_is_known() -> None:
    """F39."""
    assert after(an_activity(ActivityKind.SPLIT, "5")) == (shares(105), shares(45))


def test_a_transfer_takes_from_its_token() -> None:
    """F39."""
    assert after(an_activity(ActivityKind.TRANSFER, "40", token=YES)) == (shares(60), shares(40))


def test_a_reward_changes_no_holding() -> None:
    """Rewards and rebates have no market."""
    assert after(an_activity(ActivityKind.REWARD, "9", market=None)) == (shares(100), shares(40))


def positions(seen_at_s: int, size: int) -> LeaderPositions:
    """The venue says the leader holds `size` Yes and nothing else."""
    held = (LeaderPosition(token=YES, shares=shares(size), average=None),)
    return LeaderPositions(leader=LEADER, seen_at=TimeMs(NOON + 1000 * seen_at_s), positions=held)


def test_what_the_venue_says_takes_the_place_of_what_we_saw() -> None:
    """S0.14, E5: it knows of transfers, and of what was held before we looked."""
    holdings = Holdings()
    holdings.trade(a_trade(size=40, token=NO))
    holdings.correct(positions(10, 250))
    assert held(holdings) == (shares(250), shares(0))


def test_a_list_older_than_the_latest_trade_does_not_undo_it() -> None:
    """E5: lists lag behind the streams; the next one will be newer."""
    holdings = Holdings()
    holdings.correct(positions(0, 100))
    holdings.trade(a_trade(size=50, at_s=20))
    holdings.correct(positions(15, 100))
    assert held(holdings)[0] == shares(150)
    holdings.correct(positions(25, 150))
    assert held(holdings)[0] == shares(150)


def fallen(activity: LeaderActivity) -> list[tuple[str, Shares]]:
    """What a leader of 100 Yes and 40 No gives up by an activity."""
    holdings = Holdings()
    holdings.trade(a_trade(size=100))
    holdings.trade(a_trade(size=40, token=NO))
    return [(fall.token, fall.lost) for fall in holdings.falls(activity)]


def test_a_merge_gives_up_both_outcomes_as_far_as_they_are_held() -> None:
    """E26, K6."""
    assert fallen(an_activity(ActivityKind.MERGE, "50")) == [(YES.id, shares(50)), (NO.id, shares(40))]


def test_a_transfer_or_conversion_gives_up_the_token_it_names() -> None:
    """E26, K6."""
    for kind in (ActivityKind.TRANSFER, ActivityKind.CONVERSION):
        assert fallen(an_activity(kind, "30", token=YES)) == [(YES.id, shares(30))]
        assert fallen(an_activity(kind, "30")) == []


def test_a_redemption_or_a_split_gives_nothing_up() -> None:
    """E5: a redemption comes after the result, a split is no exit."""
    for kind in (ActivityKind.REDEEM, ActivityKind.SPLIT, ActivityKind.REWARD):
        assert fallen(an_activity(kind, "30")) == []
