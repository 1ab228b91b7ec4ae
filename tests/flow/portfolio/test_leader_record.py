"""What copies of one leader came to: profit, falls, rows of losses, and when positions ended, from the ledger."""

from __future__ import annotations

from copydesk.domain.control import HaltSource, LeaderRestored, Resumed
from copydesk.domain.ids import TimeMs
from copydesk.domain.leader_record import RESULTS_KEPT, LeaderRecord, Result
from copydesk.domain.record import LOSSES_KEPT
from copydesk.flow.portfolio.fold import Portfolio
from tests.builders import LEADER, NOON, YES, price, shares, usdc
from tests.histories import OTHER_LEADER, Account, a_fill, a_sell, an_order


def lived(account: Account) -> Portfolio:
    """The account as its ledger has it, an entry a second."""
    portfolio = Portfolio()
    for number, fact in enumerate(account.facts):
        portfolio.apply(fact, TimeMs(NOON + 1_000 * number))
    return portfolio


def record_of(account: Account) -> LeaderRecord:
    record = lived(account).leader_record(LEADER)
    assert record is not None
    return record


def bought(account: Account, number: int = 1) -> None:
    """Fifty shares at 40 cents."""
    buy = an_order(number, limit=price("0.40"))
    account.trade(buy, a_fill(buy))


def test_a_position_redeemed_below_its_cost_is_a_loss_and_a_row_goes_on() -> None:
    """S2.12."""
    account = Account()
    for number, payout in enumerate(("0", "0", "1", "0")):
        bought(account, number)
        account.settle((LEADER, YES.id), price(payout))
    record = record_of(account)
    assert (record.losses, record.losses_most) == (1, 2)
    assert (record.profit, record.highest, record.lowest) == (usdc(-30), usdc(0), usdc(-40))
    assert record.fallen == usdc(40)
    assert [int(each.total) for each in record.results] == [0, -20_000_000, -40_000_000, -10_000_000, -30_000_000]
    assert lived(account).leader_record(OTHER_LEADER) == LeaderRecord()


def test_a_position_that_is_sold_out_is_one_result_and_its_redemption_none() -> None:
    """Half of it sold at a profit and half at a greater loss is one loss, counted once."""
    account = Account()
    bought(account)
    for number, amount in ((2, "12"), (3, "6")):
        sell = a_sell(number, shares=shares(25))
        account.trade(sell, a_fill(sell, size="25", amount=amount))
    account.settle((LEADER, YES.id), price(0))
    record = record_of(account)
    assert (record.losses, len(record.results), record.profit) == (1, 2, usdc(-2))


def test_a_position_bought_again_after_it_was_sold_out_is_another_result() -> None:
    account = Account()
    for number, amount in ((1, "15"), (3, "30")):
        bought(account, number)
        sell = a_sell(number + 1)
        account.trade(sell, a_fill(sell, amount=amount))
    record = record_of(account)
    assert [int(each.total) for each in record.results] == [0, -5_000_000, 5_000_000]
    assert (record.losses, record.losses_most) == (0, 1)


def test_a_fee_can_make_a_loss_of_what_was_none() -> None:
    account = Account()
    buy = an_order(1, limit=price("0.40"))
    account.trade(buy, a_fill(buy, fee="0.5"))
    account.settle((LEADER, YES.id), price("0.40"))
    assert (record_of(account).losses, record_of(account).profit) == (1, usdc("-0.5"))


def test_the_stake_is_the_most_that_was_at_stake_at_once() -> None:
    account = Account()
    bought(account)
    account.settle((LEADER, YES.id), price(1))
    bought(account, 2)
    assert record_of(account).staked == usdc("20.5")


def test_a_leader_that_is_restored_begins_anew() -> None:
    """S2.35: or the next trade would cut it off again."""
    account = Account()
    bought(account)
    account.settle((LEADER, YES.id), price(0))
    account.add(LeaderRestored(leader=LEADER))
    assert record_of(account) == LeaderRecord()


def test_an_account_that_is_resumed_after_a_loss_is_measured_from_there() -> None:
    """S2.11, C28: a person has seen it; another source resuming lifts nothing, and the day stays what it was."""
    account = Account()
    account.deposit(100)
    bought(account)
    account.settle((LEADER, YES.id), price(0))
    for source, lost in ((HaltSource.OPERATOR, 2_000), (HaltSource.LOSS, 0)):
        account.add(Resumed(source=source))
        record = lived(account).account_record
        assert record is not None
        assert (record.week.lost, record.fallen, record.day.lost) == (lost, lost, 2_000)
        assert (record.week.anchor, record.peak) == ((usdc(80), usdc(-20)) if not lost else (usdc(0), usdc(0)))


def test_no_more_is_kept_than_a_stop_looks_back_on() -> None:
    record = LeaderRecord()
    for number in range(RESULTS_KEPT + 5):
        record = record.after_result(usdc(-1), TimeMs(NOON + number))
    assert len(record.results) == RESULTS_KEPT
    assert record.results[-1] == Result(TimeMs(NOON + RESULTS_KEPT + 4), usdc(-RESULTS_KEPT - 5))
    assert (record.losses, record.lost_at) == (RESULTS_KEPT + 5, NOON + RESULTS_KEPT + 4)


def test_the_times_of_the_last_losses_of_an_account_are_kept() -> None:
    """E46."""
    account = Account()
    for number in range(LOSSES_KEPT + 2):
        bought(account, number)
        account.settle((LEADER, YES.id), price(0))
    record = lived(account).account_record
    assert record is not None
    assert len(record.lost_at) == LOSSES_KEPT
    assert record.lost_at[-1] == NOON + 1_000 * (len(account.facts) - 1)
