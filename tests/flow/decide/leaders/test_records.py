"""Track records: what a leader's trades came to, seen from a moment, never from after it (S2.43, S3.12)."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.exits import Exit, ExitCause
from copydesk.domain.ids import AccountId, EventId, MarketId, TimeMs, TokenId, Wallet
from copydesk.domain.leader import SCORE_NEUTRAL, LeaderKnowledge
from copydesk.domain.market import Payout
from copydesk.domain.trade import Side, Token
from copydesk.flow.decide.leaders.record import CLOSED_MAX, OPEN_MAX, WINDOW_MS, TrackRecord
from copydesk.flow.decide.leaders.records import WATCHED_MAX, TrackRecords
from copydesk.flow.decide.leaders.score_sums import ScoreSums
from tests.builders import LEADER, NO, NOON, YES, a_signal, price, usdc

OTHER = Wallet("0x" + "2f" * 20)
DAY_MS = 86_400_000


def a_token(number: int) -> Token:
    return Token(id=TokenId(str(number)), market=MarketId(f"0x{number:064x}"))


class Told:
    """Track records as they are told of trades, each under an event of its own."""

    def __init__(self) -> None:
        self.records, self.events = TrackRecords(), 0

    def trade(self, at_ms: int = 0, payout: Payout | None = None, **said: Any) -> None:
        """A buy of 100 shares at 0.40, unless it is said otherwise, so long after noon."""
        self.events += 1
        signal = a_signal(events=(EventId(f"{self.events:064x}"),), **said)
        self.records.observe(signal, payout, TimeMs(NOON + at_ms))

    def known(self, at_ms: int = 0, leader: Wallet = LEADER) -> LeaderKnowledge:
        return self.records.known(leader, TimeMs(NOON + at_ms))

    def won(self, count: int, start: int = 100, **said: Any) -> None:
        """So many trades bought at 0.40 that pay a dollar."""
        for number in range(start, start + count):
            self.trade(token=a_token(number), **said)
            self.records.settle(a_token(number).id, price(1), NOON)


def test_a_leader_nobody_saw_trade_is_known_by_nothing() -> None:
    known = Told().known()
    assert (known.trades, known.closed, known.sizes, known.size_usual) == (0, 0, 0, usdc(0))
    assert known.score_bps == SCORE_NEUTRAL


def test_a_result_counts_from_its_own_time_on() -> None:
    """No lookahead: on record it was from the start."""
    told = Told()
    told.trade(payout=Payout(per_share=price(1), resolved_at=TimeMs(NOON + 5_000)))
    before, after = told.known(4_999), told.known(5_000)
    assert (before.closed, before.trades) == (0, 1)
    assert (after.closed, after.losses_in_row) == (1, 0)
    assert after.return_bps == 15_000 // 31
    assert after.as_of == NOON + 5_000


def test_a_result_without_a_time_never_counts() -> None:
    told = Told()
    told.trade(payout=Payout(per_share=price(1), resolved_at=None))
    assert told.known(WINDOW_MS).closed == 0


def test_a_sale_of_all_is_a_result() -> None:
    """Bought 100 for 40, sold in two parts for 25 and 30."""
    told = Told()
    told.trade()
    told.trade(side=Side.SELL, size=50, price="0.50")
    assert told.known().closed == 0
    told.trade(side=Side.SELL, size=50, price="0.60")
    known = told.known()
    assert (known.closed, known.trades, known.return_bps, known.edge_bps) == (1, 3, 3_750 // 31, 1_500 // 31)


def test_a_sale_leaves_dust_behind() -> None:
    """Less than a hundredth counts as sold, for nothing: 0.20 of 40 at stake are lost, and nothing is at stake then."""
    told = Told()
    told.trade()
    told.trade(side=Side.SELL, size="99.5", price="0.50")
    assert told.known().closed == 1
    assert told.records.tokens_open() == []
    told.trade(token=NO)
    assert told.known().drawdown_bps == 50


def test_a_whole_hundredth_is_not_dust() -> None:
    told = Told()
    told.trade()
    told.trade(side=Side.SELL, size=99, price="0.50")
    assert told.known().closed == 0


def test_the_smallest_trade_counts_to_the_micro() -> None:
    record = TrackRecord()
    record.buy(YES.id, 10, 4, NOON)
    record.settle(YES.id, price(1), NOON)
    assert (record.figures.return_bps, record.figures.edge_bps) == (15_000 // 31, 6_000 // 31)


def test_usual_sizes_are_the_median_and_the_ninetieth_of_a_hundred() -> None:
    """S3.14."""
    told = Told()
    for dollars in range(1, 101):
        told.trade(notional=usdc(dollars), token=a_token(dollars))
    known = told.known()
    assert (known.sizes, known.size_usual, known.size_high) == (100, usdc(50), usdc(90))


def test_of_too_many_open_trades_the_oldest_is_let_go_and_no_longer_at_stake() -> None:
    record = TrackRecord()
    for number in range(OPEN_MAX):
        assert record.buy(TokenId(str(number)), 100, 4_000 if number == 0 else 40, NOON) is None
    assert record.buy(TokenId("more"), 100, 40, NOON) == TokenId("0")
    assert record.buy(TokenId("1"), 100, 40, NOON) is None
    assert len(record.open) == OPEN_MAX
    record.settle(TokenId("2"), price(0), NOON)
    assert record.known(NOON).drawdown_bps == 40 * 10_000 // (4_000 + 256 * 40)


def test_what_is_waited_for_changes_when_a_trade_opens_or_ends() -> None:
    told = Told()
    assert told.records.changes == 0
    told.trade()
    told.trade()
    assert told.records.changes == 1
    told.records.settle(YES.id, price(1), NOON)
    assert told.records.changes == 2
    assert (WATCHED_MAX, WINDOW_MS) == (400, 90 * 86_400_000)


def test_a_sum_of_scores_follows_each_score() -> None:
    """S0.24: by name, for everybody, and never nothing."""
    sums, desk, named = ScoreSums(), AccountId("desk"), (LEADER, OTHER)
    score = {LEADER: 6_000, OTHER: 5_000}
    assert sums.of(desk, named, 2, score.__getitem__) == 11_000
    sums.changed(LEADER, 500)
    sums.changed(Wallet("0x" + "99" * 20), 400)
    assert sums.of(desk, named, 2, score.__getitem__) == 11_500
    assert sums.of(AccountId("other"), (), 2, score.__getitem__) == 10_900
    assert sums.of(desk, (OTHER,), 1, score.__getitem__) == 5_000
    sums.changed(LEADER, 300)
    assert sums.of(desk, (OTHER,), 0, score.__getitem__) == 1
    sums.changed(LEADER, -6_200)
    assert sums.of(AccountId("other"), (), 1, score.__getitem__) == 1


def test_what_was_not_bought_before_us_has_no_result() -> None:
    """Nobody knows what it cost."""
    told = Told()
    told.trade(side=Side.SELL)
    told.trade(token=NO, is_existing=True)
    told.records.settle(NO.id, price(1), NOON)
    known = told.known()
    assert (known.trades, known.closed, known.sizes) == (1, 0, 0)


def test_what_left_without_a_sale_is_not_a_sale_for_nothing() -> None:
    """F39: a merge moves shares and names no price; the trade waits for its result."""
    told = Told()
    told.trade()
    told.trade(side=Side.SELL, notional=usdc(0), exit=Exit(cause=ExitCause.LEADER_MERGED))
    known = told.known()
    assert (known.trades, known.closed) == (1, 0)


def test_a_group_counts_once_however_many_follow() -> None:
    told = Told()
    for client in ("me", "you"):
        told.records.observe(a_signal(client=client, events=(EventId("e" * 64),)), None, NOON)
    assert told.known().trades == 1


def test_losses_in_a_row_and_the_drawdown_are_counted() -> None:
    """S2.12: five losses of 40 each after a gain of 60, of 40 at stake at most."""
    told = Told()
    told.won(1)
    for number in range(5):
        told.trade(token=a_token(number))
        told.records.settle(a_token(number).id, price(0), NOON)
    known = told.known()
    assert (known.losses_in_row, known.drawdown_bps) == (5, 200 * 10_000 // 40)
    told.won(1, start=300)
    assert told.known().losses_in_row == 0


def test_what_is_older_than_the_window_is_forgotten() -> None:
    told = Told()
    told.won(3)
    assert (told.known(WINDOW_MS).closed, told.known(WINDOW_MS).trades) == (3, 3)
    known = told.known(WINDOW_MS + 1)
    assert (known.closed, known.trades, known.score_bps) == (0, 0, SCORE_NEUTRAL)


def test_memory_is_bounded() -> None:
    told = Told()
    told.won(CLOSED_MAX + 50)
    for number in range(WATCHED_MAX + OPEN_MAX):
        told.trade(token=a_token(10_000 + number), leader=LEADER if number % 2 else OTHER)
    known = told.known()
    assert (known.closed, known.trades, known.sizes) == (CLOSED_MAX, CLOSED_MAX, 100)
    latest = told.records.tokens_open()
    assert len(latest) == WATCHED_MAX
    told.trade(token=YES)
    assert YES in told.records.tokens_open()


def test_a_market_that_ended_is_asked_for_each_of_its_tokens() -> None:
    told = Told()
    told.trade()
    told.trade(token=NO, leader=OTHER)
    told.records.ended(YES.market, lambda token: Payout(per_share=price(token is YES), resolved_at=None), NOON)
    assert told.known().losses_in_row == 0
    assert told.known(leader=OTHER).losses_in_row == 1
    assert told.records.tokens_open() == []


def test_knowledge_is_as_old_as_the_results_it_rests_on() -> None:
    """S3.12: a live source that stopped answering makes every score stale."""
    told = Told()
    told.trade()
    told.records.current_at = TimeMs(NOON - 1_000)
    assert told.known(500).as_of == NOON - 1_000


STEPS = st.lists(
    st.tuples(
        st.sampled_from([LEADER, OTHER]),
        st.sampled_from(["buy", "buy", "sell", "won", "lost"]),
        st.integers(1, 4),
        st.integers(0, 40) | st.just(90),
    ),
    max_size=40,
)


@given(STEPS, st.sampled_from([(), (LEADER,), (LEADER, OTHER)]))
def test_the_scores_added_up_are_the_scores(
    steps: list[tuple[Wallet, str, int, int]], followed: tuple[Wallet, ...]
) -> None:
    """S0.24: the sum is kept while records change, and never counted anew."""
    told, day = Told(), 0
    told.records.scores(AccountId("desk"), followed, 2)
    for leader, what, number, days in steps:
        day += days
        if what in {"won", "lost"}:
            told.records.settle(a_token(number).id, price(what == "won"), TimeMs(NOON + day * DAY_MS))
        else:
            side = Side.BUY if what == "buy" else Side.SELL
            told.trade(day * DAY_MS, leader=leader, side=side, token=a_token(number))
    counted = [told.known(day * DAY_MS, leader).score_bps for leader in followed or (LEADER, OTHER)]
    assert told.records.scores(AccountId("desk"), followed, len(counted)) == sum(counted)
    assert told.records.scores(AccountId("desk"), followed, 9) == sum(counted) + SCORE_NEUTRAL * (9 - len(counted))
