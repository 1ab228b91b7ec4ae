"""What leaders do on the fake market, and what the poller of the Data API shows of it, on good days and bad ones."""

from __future__ import annotations

import pytest

from copydesk.adapters.polymarket.live.polling.plan import PollPlan
from copydesk.domain.health import FeedState
from copydesk.domain.ids import TimeMs, TokenId, Wallet
from copydesk.domain.money import Shares
from copydesk.domain.trade import ActivityKind, LeaderBaseline, LeaderPositions
from fakemarket.world.money import ONE
from tests.market.leaders.stage import MINUTE_MS, START_MS, Stage, Tray, play, repeated

LONG_AGO = TimeMs(START_MS)


def everything_is_shown_once(stage: Stage) -> None:
    shown = stage.tray.ids()
    assert repeated(shown) == []
    assert sorted(shown) == sorted(set(stage.fills()))
    assert len(shown) > 20


@pytest.mark.slow
def test_every_fill_of_a_leader_is_shown_once_taker_or_maker() -> None:
    """I22, K14, trap 1."""

    async def act(stage: Stage) -> None:
        poller = stage.poller(LONG_AGO)
        await stage.busy_minutes(5)
        await stage.pass_ms(30_000)
        everything_is_shown_once(stage)
        health = poller.health()
        assert (health.state, health.words, health.gaps, health.refused) == (FeedState.LIVE, "", 0, 0)
        assert [trade.happened_at for trade in stage.tray.trades()] == sorted(
            trade.happened_at for trade in stage.tray.trades()
        )

    play(act)


def test_a_trade_is_shown_within_a_cadence_of_being_served() -> None:
    """S0.3, S2.8: the venue's own lag and at most one cycle."""

    async def act(stage: Stage) -> None:
        stage.poller(LONG_AGO)
        await stage.pass_ms(MINUTE_MS)
        stage.trade(stage.leaders[0])
        await stage.pass_ms(3_000 + 2_500 + 2_000)
        assert len(stage.tray.trades()) == 1

    play(act)


def test_at_a_first_start_everything_visible_is_told_as_seen() -> None:
    """S0.20, C26."""

    async def act(stage: Stage) -> None:
        await stage.busy_minutes(3)
        await stage.pass_ms(20_000)
        visible = stage.fills()
        ann = stage.leaders[0]
        stage.exchange.merge(ann.wallet, stage.market.condition, 7 * ONE)
        await stage.pass_ms(5_000)
        stage.poller(None)
        await stage.busy_minutes(2)
        await stage.pass_ms(30_000)
        baselines = stage.tray.baselines()
        assert sorted(each.leader for each in baselines) == sorted(leader.wallet for leader in stage.leaders)
        for leader in stage.leaders:
            first = next(each for each in stage.tray.all if getattr(each, "leader", "") == leader.wallet)
            assert isinstance(first, LeaderBaseline)
            assert first.positions
            assert first.since == first.taken_at - 3_600_000
        told = [event for each in baselines for event in each.events]
        assert len(told) == len(visible) + 1
        assert set(visible) <= set(told)
        assert sorted(stage.tray.ids()) == sorted(set(stage.fills()) - set(visible))
        assert stage.tray.activity() == []

    play(act)


@pytest.mark.slow
def test_what_is_older_than_the_baseline_reaches_is_never_shown() -> None:
    """S0.20: the pages of a first look are bounded, so it may not reach back an hour."""

    async def act(stage: Stage) -> None:
        for _ in range(12):
            for _ in range(100):
                stage.trade(stage.leaders[0])
            await stage.pass_ms(10_000)
        before = stage.fills()
        stage.poller(None, PollPlan(pages_max=2, deep_every_ms=10_000))
        await stage.pass_ms(30_000)
        baseline = next(each for each in stage.tray.baselines() if each.leader == stage.leaders[0].wallet)
        assert 900 <= len(baseline.events) < len(set(before))
        assert baseline.since > baseline.taken_at - 3 * MINUTE_MS
        assert stage.tray.ids() == []

    play(act)


def test_a_restart_tells_no_baseline_and_loses_nothing() -> None:
    """I22, S0.20: what happened while nobody looked is shown when somebody looks again."""

    async def act(stage: Stage) -> None:
        poller = stage.poller(LONG_AGO)
        for _ in range(4):
            await stage.busy_minutes(1)
            await stage.kill(poller)
            seen_until = TimeMs(stage.market_clock.now_ms())
            await stage.busy_minutes(2)
            poller = stage.poller(seen_until)
        await stage.busy_minutes(1)
        await stage.pass_ms(30_000)
        assert stage.tray.baselines() == []
        assert set(stage.tray.ids()) == set(stage.fills())

    play(act)


def test_a_long_pause_is_read_back_page_by_page() -> None:
    """I22: more happened meanwhile than one page has."""

    async def act(stage: Stage) -> None:
        ann = stage.leaders[0]
        await stage.pass_ms(1_000)
        for _ in range(1_250):
            stage.trade(ann)
        await stage.pass_ms(20_000)
        poller = stage.poller(LONG_AGO)
        await stage.pass_ms(10_000)
        assert stage.tray.ids() == list(dict.fromkeys(stage.fills())), "in the order in which they happened"
        assert poller.health().gaps == 0

    play(act)


def test_a_burst_between_two_looks_is_read_back_too() -> None:
    """F36: the small page of a quiet leader does not meet what is known, so larger ones follow."""

    async def act(stage: Stage) -> None:
        poller = stage.poller(LONG_AGO)
        await stage.busy_minutes(1)
        for _ in range(900):
            stage.trade(stage.leaders[1])
        await stage.pass_ms(15_000)
        everything_is_shown_once(stage)
        assert poller.health().gaps == 0

    play(act)


def test_merges_splits_and_redemptions_are_shown_once_and_positions_follow() -> None:
    """S0.14, F39, trap 7: a leader can leave without a sell."""

    async def act(stage: Stage) -> None:
        stage.poller(LONG_AGO)
        await stage.pass_ms(MINUTE_MS)
        ann, condition = stage.leaders[0], stage.market.condition
        stage.trade(ann)
        stage.exchange.split(ann.wallet, condition, 20 * ONE)
        stage.exchange.deposit(ann.wallet, 500 * ONE)
        await stage.pass_ms(15_000)
        stage.exchange.merge(ann.wallet, condition, 7 * ONE)
        await stage.pass_ms(15_000)
        before = next(each for each in reversed(stage.tray.positions()) if each.leader == ann.wallet)
        stage.exchange.resolve(condition, (ONE, 0))
        stage.exchange.redeem(ann.wallet, condition)
        await stage.pass_ms(30_000)
        kinds = [each.kind for each in stage.tray.activity()]
        assert kinds.count(ActivityKind.SPLIT) == kinds.count(ActivityKind.MERGE) == 1
        assert kinds.count(ActivityKind.REWARD) == 1, "a deposit is hidden unless it is asked for (trap 5)"
        assert ActivityKind.REDEEM in kinds
        assert len(kinds) == len({each.event_id for each in stage.tray.activity()})
        last = next(each for each in reversed(stage.tray.positions()) if each.leader == ann.wallet)
        assert (len(before.positions), last.positions) == (2, ())
        bought = stage.exchange.history.fills_of(ann.wallet)[0]
        held = {position.token.id: position.shares for position in before.positions}
        assert held[TokenId(bought.token)] == Shares(bought.size + 13 * ONE)

    play(act)


def test_a_crumb_is_a_position_too() -> None:
    """Trap 6: by default the venue hides what is less than a tenth of a share."""

    async def act(stage: Stage) -> None:
        ann = stage.leaders[0]
        stage.exchange.split(ann.wallet, stage.market.condition, 40_000)
        await stage.pass_ms(5_000)
        stage.poller(None)
        await stage.pass_ms(20_000)
        assert [int(each.shares) for each in stage.tray.baselines()[0].positions or ()] == [40_000, 40_000]

    play(act)


def test_positions_are_read_every_ten_seconds_and_trades_every_two() -> None:
    """S0.42, S2.8."""

    async def act(stage: Stage) -> None:
        stage.poller(LONG_AGO)
        await stage.pass_ms(10_000)
        stage.http.requests.clear()
        await stage.pass_ms(MINUTE_MS)
        asked = {path: count for (_, path), count in stage.http.requests.items()}
        assert asked == {"/v2/trades": 90, "/v2/activity": 18, "/v2/positions": 18, "/v2/status": 6}
        assert max(stage.http.at_once_max.values()) == 1

    play(act)


def test_the_cadence_is_a_setting() -> None:
    """C11: lanes of 10, 2 and 1 s."""

    async def act(stage: Stage) -> None:
        stage.poller(LONG_AGO, PollPlan(cadence_ms=1_000))
        await stage.pass_ms(10_000)
        stage.http.requests.clear()
        await stage.pass_ms(10_000)
        assert stage.http.requests["data", "/v2/trades"] == 30

    play(act)


def test_no_two_requests_have_the_same_address() -> None:
    """Trap 3."""

    async def act(stage: Stage) -> None:
        stage.poller(LONG_AGO)
        await stage.pass_ms(MINUTE_MS)
        asked = [(call.path, call.params) for call in stage.http.asked]
        assert len(set(asked)) == len(asked) > 90

    play(act)


def test_a_leader_added_while_running_is_polled_in_the_next_cycle_and_one_removed_is_dropped() -> None:
    """S0.16."""

    async def act(stage: Stage) -> None:
        ann, bob, cat = stage.leaders
        poller = stage.poller(LONG_AGO)
        poller.follow({Wallet(ann.wallet): LONG_AGO, Wallet(bob.wallet): LONG_AGO})
        await stage.busy_minutes(1)
        assert not [each for each in stage.tray.all if getattr(each, "leader", "") == cat.wallet]
        poller.follow({Wallet(ann.wallet): LONG_AGO, Wallet(cat.wallet): None})
        await stage.pass_ms(4_000)
        assert [each.leader for each in stage.tray.baselines()] == [cat.wallet]
        stage.tray.all.clear()
        stage.http.asked.clear()
        await stage.busy_minutes(1)
        await stage.pass_ms(20_000)
        assert {dict(call.params).get("user") for call in stage.http.asked} == {ann.wallet, cat.wallet, None}
        assert {each.leader for each in stage.tray.trades()} == {ann.wallet, cat.wallet}
        assert {each.leader for each in stage.tray.positions()} == {ann.wallet, cat.wallet}

    play(act)


def test_somebody_who_follows_later_gets_a_baseline_and_nobody_loses_a_trade() -> None:
    """S0.19, S0.20: the leader was under watch for others already."""

    async def act(stage: Stage) -> None:
        poller = stage.poller(LONG_AGO)
        await stage.busy_minutes(2)
        await stage.pass_ms(20_000)
        before = stage.fills(stage.leaders[0])
        poller.follow(
            {Wallet(leader.wallet): None if leader is stage.leaders[0] else LONG_AGO for leader in stage.leaders}
        )
        await stage.busy_minutes(2)
        await stage.pass_ms(20_000)
        everything_is_shown_once(stage)
        (baseline,) = stage.tray.baselines()
        assert set(baseline.events) == set(before)
        assert baseline.positions

    play(act)


def test_a_baseline_that_is_still_in_the_inbox_is_not_told_again() -> None:
    """S0.20: whoever takes in one leader's baseline names the others again, whose own still wait."""

    async def act(stage: Stage) -> None:
        poller = stage.poller(None)
        nobody = {Wallet(leader.wallet): None for leader in stage.leaders}
        for _ in range(3):
            await stage.pass_ms(1_000)
            poller.follow(nobody)
        poller.follow(dict.fromkeys(nobody, TimeMs(stage.market_clock.now_ms())))
        await stage.busy_minutes(2)
        await stage.pass_ms(20_000)
        assert len(stage.tray.baselines()) == 3
        everything_is_shown_once(stage)

    play(act)


def test_what_a_full_inbox_turns_away_is_offered_again_in_order() -> None:
    """I26: nothing that was turned away is taken for shown."""

    async def act(stage: Stage) -> None:
        stage.tray = Tray()
        poller = stage.poller(LONG_AGO)
        await stage.busy_minutes(1)
        stage.tray.is_full = True
        await stage.busy_minutes(2)
        assert poller.health().shed > 0
        stage.tray.is_full = False
        await stage.busy_minutes(1)
        await stage.pass_ms(20_000)
        everything_is_shown_once(stage)
        assert poller.health().gaps == 0

    play(act)


def test_what_is_turned_away_now_and_then_still_comes_in_order() -> None:
    """I26: nothing overtakes what was turned away."""

    async def act(stage: Stage) -> None:
        stage.tray.turns_away_every = 3
        stage.poller(LONG_AGO)
        for _ in range(12):
            for _ in range(4):
                stage.trade(stage.leaders[0])
            await stage.pass_ms(4_000)
        await stage.pass_ms(MINUTE_MS)
        assert stage.tray.ids() == list(dict.fromkeys(stage.fills()))

    play(act)


def test_a_baseline_that_is_turned_away_is_told_later_and_before_anything_else() -> None:
    """S0.20, I26."""

    async def act(stage: Stage) -> None:
        await stage.busy_minutes(1)
        stage.tray.is_full = True
        stage.poller(None)
        await stage.busy_minutes(1)
        stage.tray.is_full = False
        await stage.busy_minutes(1)
        for leader in stage.leaders:
            first = next(each for each in stage.tray.all if getattr(each, "leader", "") == leader.wallet)
            assert isinstance(first, LeaderBaseline)
        told = {event for each in stage.tray.baselines() for event in each.events}
        assert not told & set(stage.tray.ids())

    play(act)


def test_positions_say_of_which_moment_they_are() -> None:
    """S0.43: the venue's own lag is taken off."""

    async def act(stage: Stage) -> None:
        stage.exchange.faults.set("data_lag", lag_ms=80_000)
        stage.poller(LONG_AGO)
        await stage.pass_ms(MINUTE_MS)
        last = stage.tray.positions()[-1]
        assert isinstance(last, LeaderPositions)
        assert 80_000 <= stage.market_clock.now_ms() - last.seen_at <= 95_000

    play(act)


def test_requests_are_spread_over_the_cycle_and_count_leaders_only() -> None:
    """S0.4, L4, S0.46: one request a leader and cycle, few at a time, none of one leader beside another of his."""

    async def act(stage: Stage) -> None:
        stage.leaders = [stage.open(f"leader {number}") for number in range(30)]
        stage.poller(LONG_AGO)
        await stage.pass_ms(12_000)
        stage.http.requests.clear()
        stage.http.asked.clear()
        for _ in range(20):
            before = stage.http.requests["data", "/v2/trades"]
            await stage.pass_ms(100)
            assert stage.http.requests["data", "/v2/trades"] - before <= 4
        assert stage.http.requests["data", "/v2/trades"] == 30
        assert max(stage.http.at_once_max.values()) == 1

    play(act)


def test_no_more_leaders_than_allowed_are_read_at_once() -> None:
    """S0.46, I26."""

    async def act(stage: Stage) -> None:
        stage.leaders = [stage.open(f"leader {number}") for number in range(30)]
        stage.poller(LONG_AGO, PollPlan(cadence_ms=1, at_once_max=3))
        await stage.pass_ms(20)
        assert 3 <= stage.http.together_max <= 4

    play(act)
