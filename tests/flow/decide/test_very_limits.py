"""The very limits of sizing and of the gates: the last number that still passes, and what is said exactly there."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.domain.decision import Approved, Expired, Skipped
from copydesk.domain.ids import AccountId
from copydesk.domain.limits import AmountMode, BelowMinimum
from copydesk.domain.money import Price, Shares, Usdc
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.entries import Sizing, size_entry
from copydesk.flow.decide.exits import size_exit
from copydesk.flow.decide.gates import EXIT_GATES, ask, book_known, depth, held, price_band, price_moved, spread
from copydesk.flow.decide.rounding import sell_limit, shares_within
from copydesk.flow.decide.snapshot import Around, Snapshot, snapshot_of
from tests.builders import (
    LEADER,
    NO,
    NOON,
    a_book,
    a_market,
    a_relation,
    a_signal,
    a_snapshot,
    micros,
    price,
    shares,
    some_limits,
    usdc,
)
from tests.histories import Account, a_fill, an_order

ACCOUNT = AccountId("desk")


def sized(signal: dict[str, Any] | None = None, snapshot: dict[str, Any] | None = None, **limits: Any) -> Sizing:
    return size_entry(a_signal(**(signal or {})), a_snapshot(**(snapshot or {})), some_limits(**limits))


def sold(held_shares: str, **signal: Any) -> Sizing:
    signal = {"side": Side.SELL, "leader_held": shares(400)} | signal
    return size_exit(a_signal(**signal), a_snapshot(held=shares(held_shares)), some_limits())


# --- caps and funds --------------------------------------------------------------------------------------------------


def test_a_cap_of_exactly_the_stake_does_not_cut_it() -> None:
    """C24: a cap is named only if it cut."""
    assert sized(trade_max=usdc(25)).binding is None
    assert sized(trade_max=Usdc(micros(25) - 1)).binding is Reason.CAP_TRADE


def test_funds_of_exactly_the_stake_are_enough() -> None:
    """S3.49."""
    assert sized(snapshot={"free": usdc(25)}).refused is None
    assert sized(snapshot={"free": Usdc(micros(25) - 1)}).refused is Reason.BALANCE


def test_funds_need_only_cover_what_the_caps_leave() -> None:
    """S3.49: of a stake of 25 the total cap leaves 10, and 20 are free: that is no shortage."""
    sizing = sized(snapshot={"free": usdc(20), "total_exposure": usdc(590)}, total_bps=6_000)
    assert (sizing.refused, sizing.binding) == (None, Reason.CAP_TOTAL)


def test_the_reserve_is_no_shortage_of_funds() -> None:
    """S3.49: what the reserve forbids is named as the reserve."""
    sizing = sized(snapshot={"free": usdc(24)}, fixed=usdc(24), reserve_bps=240)
    assert sizing.refused is Reason.CAP_RESERVE


# --- amounts ---------------------------------------------------------------------------------------------------------


def test_an_equal_share_with_nobody_followed_is_that_of_one() -> None:
    """S0.23: the first copy of a desk that follows everybody."""
    sizing = sized(snapshot={"leaders_followed": 0}, mode=AmountMode.EQUAL, total_bps=6_000)
    assert sizing.lines[1].amount == micros(600)


def test_a_leader_with_a_bankroll_of_nothing_has_an_unknown_one() -> None:
    """C21."""
    sizing = sized(mode=AmountMode.PRO_RATA, leader_bankroll=usdc(0))
    assert sizing.lines[1].note == "leader bankroll unknown: ratio used"


def test_the_leaders_share_is_said_in_millionths() -> None:
    """N28: 25,000 shares at 40 cents are all of 10,000 dollars."""
    sizing = sized({"size": 25_000}, mode=AmountMode.PRO_RATA, leader_bankroll=usdc(10_000))
    assert sizing.lines[0].note == "1000000 millionths of the leader's bankroll"


# --- the grid and the minimum ----------------------------------------------------------------------------------------


def test_a_price_below_half_a_tick_cannot_be_bought() -> None:
    """I7: the limit would be nothing."""
    sizing = sized({"price": "0.004", "size": 10_000}, price_min=price(0))
    assert (sizing.limit, sizing.refused) == (price(0), Reason.BELOW_MINIMUM)


def test_the_smallest_order_is_large_enough() -> None:
    """K9: five shares at 41 cents are 2.05 dollars; a micro less buys a lot less."""
    assert sized(fixed=usdc("2.05")).shares == shares(5)
    assert sized(fixed=Usdc(micros("2.05") - 1)).refused is Reason.BELOW_MINIMUM


def test_the_smallest_stake_is_large_enough() -> None:
    """K9."""
    assert sized(fixed=usdc(10), trade_min=usdc(10)).refused is None
    assert sized(fixed=Usdc(micros(10) - 1), trade_min=usdc(10)).refused is Reason.BELOW_MINIMUM


def test_a_raise_may_fill_the_tightest_cap() -> None:
    """K9: five shares cost 2.05; a cap of exactly that has room for them."""
    raised: dict[str, Any] = {"fixed": usdc(1), "below_minimum": BelowMinimum.RAISE}
    assert sized(trade_max=usdc("2.05"), **raised).shares == shares(5)
    assert sized(trade_max=Usdc(micros("2.05") - 1), **raised).refused is not None


def test_a_raise_meets_the_clients_smallest_stake_too() -> None:
    """K9: ten dollars at 41 cents are 24.39 shares, more than the market's five."""
    raised = sized(fixed=usdc(1), trade_min=usdc(10), below_minimum=BelowMinimum.RAISE)
    assert (raised.refused, raised.shares, raised.reserve) == (None, shares("24.39"), usdc("9.9999"))


def test_a_raise_to_the_markets_minimum_needs_no_more_where_that_is_the_smallest_stake() -> None:
    """K9: five shares are 2.05, and 2.05 is the smallest stake."""
    raised = sized(fixed=usdc(1), trade_min=usdc("2.05"), below_minimum=BelowMinimum.RAISE)
    assert raised.shares == shares(5)


def test_a_raise_never_ends_below_the_markets_minimum() -> None:
    """K9: lots of five shares; a smallest stake of 2.06 buys one lot, not a part of the next."""
    market = a_market(lot=shares(5), shares_min=shares(10))
    sizing = sized(snapshot={"market": market}, fixed=usdc(1), trade_min=usdc("4.11"), below_minimum=BelowMinimum.RAISE)
    assert sizing.shares == shares(10)


def test_a_stake_that_fits_to_the_micro_is_spent_to_the_micro() -> None:
    """I7: fifty shares at fifty cents are twenty-five dollars."""
    assert shares_within(usdc(25), price("0.50"), a_market()) == (shares(50), usdc(25))


def test_rounding_of_the_fee_is_taken_off_the_shares() -> None:
    """I7: the fee rounds up to its fifth decimal, and that may cost the last lot."""
    market = a_market(lot=Shares(1), taker_fee_bps=700)
    fitted = shares_within(Usdc(51), price("0.50"), market)
    assert int(fitted.reserve) <= 51
    assert fitted.shares > shares(0)


def test_a_stake_of_nothing_or_a_price_of_nothing_buys_nothing() -> None:
    """I7: no order of no shares, and no division by nothing."""
    assert shares_within(usdc(25), price(0), a_market()) == (shares(0), usdc(0))
    assert shares_within(Usdc(-1), price("0.40"), a_market()) == (shares(0), usdc(0))
    assert shares_within(usdc(25), Price(1), a_market(tick=Price(1))).shares == shares(25_000_000)


def test_the_largest_stake_is_sized_at_once() -> None:
    """The shares are computed, not counted down to: a billion dollars takes no longer."""
    market = a_market(taker_fee_bps=1_000)
    assert shares_within(usdc(10**9), price("0.50"), market).reserve <= usdc(10**9)


# --- exits -----------------------------------------------------------------------------------------------------------


def test_a_mirrored_sale_of_the_minimum_is_not_made_larger() -> None:
    """K9: a quarter of 20 is the market's 5, and 15 stay."""
    assert sold("20").shares == shares(5)


def test_a_remainder_of_the_minimum_stays() -> None:
    """E28: three quarters of 20 leave 5, which can be sold later."""
    assert sold("20", size=300).shares == shares(15)


def test_a_holding_of_the_minimum_can_be_sold() -> None:
    """E28."""
    assert (sold("5", size=400).shares, sold("5", size=400).refused) == (shares(5), None)


def test_a_sale_of_everything_says_no_more_than_that() -> None:
    """N28: the line about the rest stands only where there is a rest."""
    assert [line.rule for line in sold("60", size=400).lines] == ["held, shares", "mirrored, shares"]


@pytest.mark.parametrize(
    ("leader_held", "note"),
    [
        (shares(100), "leader sold all we know of"),
        (None, "leader's holding unknown: all"),
        (shares(101), "leader sold 100 of 101 shares"),
    ],
)
def test_the_words_of_a_mirrored_exit_say_what_was_known(leader_held: Shares | None, note: str) -> None:
    """N28, K6."""
    assert sold("60", leader_held=leader_held).lines[1].note == note


def test_an_exit_limit_stays_on_the_grid_at_the_top() -> None:
    """I7."""
    assert sell_limit(price("0.999"), 0, a_market()) == price("0.99")


# --- gates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "snapshot", "limits"),
    [
        (Reason.ACTION_ALREADY_DECIDED, {"is_decided": True}, {}),
        (Reason.SIDE, {}, {"sides": ("BUY",)}),
        (Reason.MARKET_CLOSED, {"is_resolved": True}, {}),
        (Reason.NOTHING_HELD, {"held": shares(0)}, {}),
    ],
)
def test_what_keeps_an_exit_back(reason: Reason, snapshot: dict[str, Any], limits: dict[str, Any]) -> None:
    """K6, I8, I20: so little, and each of it."""
    there = a_snapshot(**({"held": shares(10)} | snapshot))
    checks = ask(EXIT_GATES, a_signal(side=Side.SELL), there, some_limits(**limits))
    assert (checks[-1].reason, checks[-1].passed) == (reason, False)


def test_the_smallest_holding_is_a_holding() -> None:
    """I8."""
    check = held.gate(a_signal(side=Side.SELL), a_snapshot(held=Shares(1)), some_limits())
    assert (check.passed, check.limit) == (True, 1)


def test_a_gate_that_needs_a_book_refuses_without_one() -> None:
    """K12, K20: each by itself, also if the gate before it were not there."""
    for gate in (price_moved.gate, spread.gate, depth.gate):
        check = gate(a_signal(), a_snapshot(book=None), some_limits())
        assert check is not None
        assert (check.seen, check.passed) == (None, False)


def test_a_locked_book_is_a_crossed_one() -> None:
    """K12: a bid at the ask would have traded."""
    check = book_known.gate(a_signal(), a_snapshot(book=a_book(bid="0.40", ask="0.40")), some_limits())
    assert (check.seen, check.passed) == ("crossed", False)


def test_a_price_at_the_lower_end_of_the_band_is_held_against_the_upper_one() -> None:
    """K20: the end that is named is the one that is still ahead."""
    check = price_band.gate(a_signal(price="0.03", size=1_000), a_snapshot(), some_limits())
    assert (check.limit, check.passed) == (micros("0.97"), True)


# --- the decision ----------------------------------------------------------------------------------------------------


def test_a_signal_lives_up_to_its_very_last_millisecond() -> None:
    """S0.34: and what is said of one that is too late is a refusal."""
    at_the_end = decide(a_signal(age_s=300), a_snapshot(), a_relation())
    assert isinstance(at_the_end, Skipped)
    assert at_the_end.reason is Reason.AGE
    late = decide(a_signal(age_s=301), a_snapshot(), a_relation())
    assert isinstance(late, Expired)
    assert not late.checks[0].passed


def test_an_audited_sale_sets_nothing_aside() -> None:
    """A buy of the audit mode reserves what the leader paid, a sale nothing."""
    audit = a_relation(mode=AmountMode.EXACT)
    bought = decide(a_signal(), a_snapshot(), audit)
    sale = decide(a_signal(side=Side.SELL), a_snapshot(), audit)
    assert isinstance(bought, Approved)
    assert isinstance(sale, Approved)
    assert (bought.reserve, sale.reserve) == (usdc(40), usdc(0))


# --- the snapshot ----------------------------------------------------------------------------------------------------


def seen_by(account: Account, **signal: Any) -> Snapshot:
    around = Around(
        now=NOON, market=a_market(), book=None, is_halted=False, is_resolved=False, is_decided=False, leaders_followed=1
    )
    return snapshot_of(a_signal(**signal), account.portfolio, around)


def test_a_snapshot_holds_what_the_account_holds_because_of_the_leader() -> None:
    """I8: of the signal's own token, by the signal's own leader."""
    account = Account()
    account.deposit(1_000)
    order = an_order(leader=LEADER)
    account.trade(order, a_fill(order, size="30"))
    ours, other = seen_by(account), seen_by(account, token=NO)
    assert (ours.held, ours.is_new_position) == (shares(30), False)
    assert (other.held, other.is_new_position) == (shares(0), True)
    assert (ours.market_exposure, ours.leader_exposure, ours.total_exposure) == (usdc("12.3"),) * 3
