"""What the sample's traders do: the same for the same seed, in order, in flat memory, and like the real thing."""

import tracemalloc
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.adapters.sample.feed import SampleFeed
from copydesk.adapters.sample.markets import BEGIN, SampleMarkets
from copydesk.adapters.sample.world import SampleWorld
from copydesk.domain.ids import TokenId, Wallet
from copydesk.domain.money import MICROS, Price
from copydesk.domain.trade import ActivityKind, LeaderActivity, LeaderTrade, RowRefused, Side, Sighting

SEED = 7


def rows(count: int = 5_000, seed: int = SEED) -> list[Sighting]:
    return list(SampleFeed(seed, count).sightings())


def once(sightings: list[Sighting]) -> list[LeaderTrade | LeaderActivity]:
    """Events without the rows that come twice."""
    events = {row.event_id: row for row in sightings if not isinstance(row, RowRefused)}
    return list(events.values())


def trades(count: int = 5_000) -> list[LeaderTrade]:
    return [row for row in once(rows(count)) if isinstance(row, LeaderTrade)]


@settings(max_examples=20)
@given(st.integers(0, 2**40), st.integers(0, 400), st.integers(0, 400))
def test_a_longer_run_begins_with_the_same_rows(seed: int, some: int, more: int) -> None:
    """I36: and a second run from the same feed is the same run."""
    feed = SampleFeed(seed, some + more)
    assert list(feed.sightings())[:some] == rows(some, seed)
    assert list(feed.sightings()) == list(feed.sightings())


def test_the_number_of_rows_is_the_number_asked_for() -> None:
    assert [len(rows(count)) for count in (0, 1, 777)] == [0, 1, 777]


def test_different_seeds_are_different_worlds() -> None:
    assert not {row.event_id for row in once(rows(500, 1))} & {row.event_id for row in once(rows(500, 2))}


def test_rows_are_in_order_of_time_and_id() -> None:
    """What `LeaderFeed` promises."""
    places = [(row.happened_at, row.event_id) for row in rows() if not isinstance(row, RowRefused)]
    assert places == sorted(places)
    assert places[0][0] > BEGIN


def test_a_few_rows_come_twice_and_a_few_are_refused() -> None:
    found = rows(20_000)
    events = [row.event_id for row in found if not isinstance(row, RowRefused)]
    assert 100 < len(events) - len(set(events)) < 300
    refused = [row for row in found if isinstance(row, RowRefused)]
    assert 20 < len(refused) < 200
    assert {row.reason for row in refused} == {"price_range", "timestamp_unit", "negative_amount", "bad_hex"}
    assert all(found[row.line - 1] is row for row in refused)


def test_ids_are_a_function_of_content() -> None:
    """I11: several fills of one transaction are one action and different events."""
    actions = defaultdict(set)
    for trade in trades():
        actions[trade.action_id].add((trade.leader, trade.tx_hash, trade.token.id, trade.side))
        assert trade.content_id == trade.event_id
        assert len(trade.event_id) == len(trade.tx_hash) - 2 == 64
    assert all(len(meanings) == 1 for meanings in actions.values())
    fills = Counter(trade.tx_hash for trade in trades())
    assert max(fills.values()) == 6
    assert sum(count > 1 for count in fills.values()) > len(fills) // 3


def test_prices_lie_on_the_grid_and_amounts_are_exact() -> None:
    for trade in trades(60_000):
        assert Price(10_000) <= trade.price <= Price(990_000)
        assert int(trade.shares) > 0
        assert int(trade.price) % 10_000 == int(trade.shares) % 10_000 == 0
        assert int(trade.notional) * MICROS == int(trade.shares) * int(trade.price)


def test_leaders_never_sell_or_merge_more_than_they_hold() -> None:
    """I8 of the made-up world: so that our own holdings check means something."""
    markets, leaders = SampleMarkets(SEED), {leader.wallet for leader in SampleWorld(SEED).leaders}
    tokens = {str(market.id): market.tokens for market in map(markets.numbered, range(4_000))}
    held: Counter[tuple[Wallet, TokenId]] = Counter()
    merges = 0
    for row in once(rows(40_000)):
        if row.leader not in leaders:
            continue
        if isinstance(row, LeaderTrade):
            held[row.leader, row.token.id] += int(row.shares) * (1 if row.side is Side.BUY else -1)
            assert held[row.leader, row.token.id] >= 0
        elif row.kind is ActivityKind.MERGE:
            merges += 1
            for token in tokens[str(row.market)]:
                held[row.leader, token.id] -= int(row.shares)
                assert held[row.leader, token.id] >= 0
    assert merges > 10


def test_winning_holdings_are_redeemed_in_full_after_the_result() -> None:
    """F39: a redemption names only the market, as in real records."""
    markets, held = SampleMarkets(SEED), Counter[tuple[Wallet, str]]()
    redeemed = 0
    for row in once(rows(20_000)):
        if isinstance(row, LeaderTrade):
            market = markets.of(row.token)
            assert market is not None
            assert row.happened_at < market.ends_at
            if row.token == market.tokens[market.winner]:
                held[row.leader, str(market.id)] += int(row.shares) * (1 if row.side is Side.BUY else -1)
        elif row.kind is ActivityKind.MERGE:
            held[row.leader, str(row.market)] -= int(row.shares)
        else:
            redeemed += 1
            assert row.token is None
            assert held.pop((row.leader, str(row.market))) == int(row.shares) == int(row.cash)
    assert redeemed > 100


def test_the_leaders_are_as_good_as_their_style_says() -> None:
    results, names = SampleWorld(SEED).results(), {row.wallet: row.style.name for row in SampleWorld(SEED).leaders}
    profit: Counter[str] = Counter()
    for trade in trades(60_000):
        payout = results.payout(trade.token)
        assert payout is not None
        value = int(trade.shares) * int(payout.per_share) // MICROS - int(trade.notional)
        profit[names.get(trade.leader, "crowd")] += value if trade.side is Side.BUY else -value
    assert profit["directional"] > 0
    assert profit["holder"] > 0
    assert profit["unlucky"] < 0
    assert profit["crowd"] < 0
    assert set(names.values()) == {"directional", "scalper", "holder", "maker", "whale", "unlucky"}


def test_everybody_trades_and_the_crowd_gives_depth() -> None:
    leaders = {leader.wallet for leader in SampleWorld(SEED).leaders}
    by_leader = Counter(trade.leader in leaders for trade in trades())
    assert len(leaders) == len(leaders & {trade.leader for trade in trades()}) == 6
    assert by_leader[False] > by_leader[True] > 1_000


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_rows() -> None:
    """I26."""
    tracemalloc.start()
    try:
        sizes = []
        for number, _ in enumerate(SampleFeed(SEED, 60_001).sightings()):
            if number in (20_000, 60_000):
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    (early, late) = sizes
    assert late < early + 100_000


def test_time_passes_evenly() -> None:
    """Rows per hour stay what they were, however long it goes on: the cost of a row does too."""
    hours = Counter((trade.happened_at - BEGIN) // 3_600_000 for trade in trades(60_000))
    del hours[max(hours)]
    assert all(1_500 < count < 2_200 for count in hours.values())
    assert all(after == before + 1 for before, after in pairwise(sorted(hours)))
