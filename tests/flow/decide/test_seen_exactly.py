"""What a snapshot sees of an account, what exits are priced by, and the very numbers that notes and sums show."""

from __future__ import annotations

from copydesk.domain.control import HaltSource, LeaderCutOff, RelationPaused
from copydesk.domain.ids import AccountId, Wallet
from copydesk.domain.leader import SCORE_NEUTRAL
from copydesk.domain.limits import AmountRange, CorrelatedGroup
from copydesk.domain.money import Shares
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.gates import exit_under_way
from copydesk.flow.decide.leaders.score_sums import ScoreSums
from copydesk.flow.decide.scaled_amount import by_weight, in_range, in_tiers
from copydesk.flow.decide.snapshot import Around, Snapshot, snapshot_of
from copydesk.flow.decide.stopping import stopped_by
from tests.builders import LEADER, NOON, a_market, a_relation, a_signal, a_snapshot, shares, some_limits, usdc
from tests.histories import OTHER_LEADER, Account, a_fill, an_order

DESK = AccountId("desk")


def seen_by(account: Account, category: str = "weather", groups: tuple[CorrelatedGroup, ...] = ()) -> Snapshot:
    around = Around(
        now=NOON,
        market=a_market(category=category),
        book=None,
        is_halted=False,
        is_resolved=False,
        is_decided=False,
        leaders_followed=1,
        groups=groups,
    )
    return snapshot_of(a_signal(), account.portfolio, around)


def an_account() -> Account:
    """Thirty shares at 41 cents behind the builders' leader."""
    account = Account()
    account.deposit(1_000)
    order = an_order()
    account.trade(order, a_fill(order, size="30"))
    return account


def test_a_pause_of_one_leader_or_of_all_is_seen() -> None:
    """E1, E6: either is enough, and that of another leader is none."""
    paused: list[tuple[Wallet | None, bool]] = [(LEADER, True), (None, True), (OTHER_LEADER, False)]
    for leader, is_seen in paused:
        account = an_account()
        account.add(RelationPaused(leader=leader, since=NOON, words=""))
        assert (seen_by(account).pause is not None) is is_seen


def test_a_leader_that_is_cut_off_is_seen() -> None:
    """S2.12."""
    account = an_account()
    assert seen_by(account).cut_off is None
    account.add(LeaderCutOff(leader=LEADER, source=HaltSource.LOSS, since=NOON, words=""))
    assert seen_by(account).cut_off is not None


def test_what_is_at_stake_in_a_category_and_in_a_group_is_seen() -> None:
    """S3.18: a market without a category is in none; a group is asked only where one is named."""
    account = an_account()
    assert seen_by(account).category_exposure == usdc("12.3")
    assert seen_by(account, category="").category_exposure is None
    rain = CorrelatedGroup(name="rain", words=(" rain ",), bps=1_000, most=None)
    assert seen_by(account, groups=(rain,)).group_exposures == (("rain", usdc("12.3")),)
    assert seen_by(account).group_exposures == ()


def test_nothing_is_known_of_a_score_unless_it_was_looked_at() -> None:
    """N7: nought means not looked at."""
    assert (seen_by(an_account()).scores_followed, a_snapshot().scores_followed) == (0, 0)


def test_the_last_share_that_is_not_being_sold_may_be_sold() -> None:
    """I8."""
    signal = a_signal(side=Side.SELL)
    for selling, passes in ((9_999_999, True), (10_000_000, False)):
        check = exit_under_way.gate(signal, a_snapshot(held=shares(10), selling=Shares(selling)), some_limits())
        assert check is not None
        assert (check.passed, check.limit) == (passes, 1)


def test_a_decision_that_no_gate_refused_stops_nothing() -> None:
    """S2.11: an approval is no refusal of a stop."""
    assert stopped_by(decide(a_signal(), a_snapshot(), a_relation())) is None


def test_the_notes_of_scaled_amounts_are_exact() -> None:
    """N28, K23."""
    span = AmountRange(least=usdc(1), most=usdc(100), leader_least=usdc(10), leader_most=usdc(40))
    assert in_range(a_signal(), span)[1].note == "1000000 millionths of the way"
    assert by_weight(a_signal(), a_snapshot(), usdc(40))[0].note.startswith("1000000 millionths")
    assert in_tiers(a_signal(), ())[1].amount == 0


def test_scores_are_added_up_above_neutral() -> None:
    """S1.45: a change of one leader changes the sum of whoever follows it, and of everybody."""
    sums = ScoreSums()
    followed = (LEADER, OTHER_LEADER)
    assert sums.of(DESK, followed, 2, lambda _: SCORE_NEUTRAL + 10) == 2 * SCORE_NEUTRAL + 20
    sums.changed(LEADER, 5)
    assert sums.of(DESK, followed, 2, lambda _: 0) == 2 * SCORE_NEUTRAL + 25
    assert sums.of(DESK, (), 3, lambda _: 0) == 3 * SCORE_NEUTRAL + 5
    assert ScoreSums().of(DESK, (), 0, lambda _: 0) == 1
