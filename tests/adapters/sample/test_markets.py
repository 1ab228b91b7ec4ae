"""The sample's markets: each a function of seed and number, found again from its token, its end fixed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.sample.kinds import KINDS, LANES
from copydesk.adapters.sample.markets import BEGIN, SampleMarkets
from copydesk.adapters.sample.world import SampleWorld
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.money import MICROS, Price
from copydesk.domain.trade import Token

DAY = 86_400_000
seeds = st.integers(0, 2**32)
numbers = st.integers(0, 3_999_999)


def test_forty_markets_run_at_any_time() -> None:
    assert len(LANES) == 40
    markets = SampleMarkets(7)
    for at in range(BEGIN, BEGIN + 3 * DAY, 7_200_000):
        running = [markets.on_lane(lane, TimeMs(at)) for lane in range(40)]
        assert all(market.starts_at <= at < market.ends_at for market in running)
        assert len({market.id for market in running}) == 40
        assert len({market.tokens[0].title for market in running}) == 40


@given(seeds, st.integers(0, 39), st.integers(0, 30 * DAY))
def test_on_a_lane_one_market_follows_the_other_without_a_gap(seed: int, lane: int, later: int) -> None:
    markets = SampleMarkets(seed)
    market = markets.on_lane(lane, TimeMs(BEGIN + later))
    following = markets.on_lane(lane, market.ends_at)
    assert following.starts_at == market.ends_at
    assert following.number == market.number + 40
    assert market.resolved_at > market.ends_at


@given(seeds, numbers)
def test_a_market_is_the_same_every_time_and_found_again_from_its_tokens(seed: int, number: int) -> None:
    """I36."""
    market = SampleMarkets(seed).numbered(number)
    again = SampleMarkets(seed)
    assert again.numbered(number) == market
    assert [again.of(token) for token in market.tokens] == [market, market]
    assert [again.of(Token(id=token.id, market=token.market)) for token in market.tokens] == [market, market]


@given(seeds, numbers)
def test_ids_have_the_venues_shape(seed: int, number: int) -> None:
    first, second = SampleMarkets(seed).numbered(number).tokens
    assert first.market == second.market
    assert len(first.market) == 66
    assert first.market.startswith("0x")
    assert int(first.market, 16) >= 0
    for token in (first, second):
        assert 0 < int(token.id) < 1 << 256
        assert token.id == str(int(token.id))
        assert token.title
        assert "{" not in token.title + token.slug + token.outcome
    assert first.id != second.id
    assert first.outcome != second.outcome


def test_one_outcome_wins_and_the_result_has_its_time() -> None:
    world, markets = SampleWorld(7), SampleMarkets(7)
    results, directory = world.results(), world.directory()
    for number in range(0, 4_000, 37):
        market = markets.numbered(number)
        payouts = [results.payout(token) for token in market.tokens]
        assert {payout.per_share for payout in payouts if payout} == {Price(0), Price(MICROS)}
        assert all(payout is not None and payout.resolved_at == market.resolved_at for payout in payouts)
        rules = directory.market(market.tokens[0])
        assert (rules.ends_at, rules.category) == (market.ends_at, market.kind.category)
        assert rules.is_open
        assert not rules.assumed


@pytest.mark.parametrize("token", ["123", "7" * 60, "0x/Yes", "ff"])
def test_a_token_of_another_world_has_no_result_and_a_closed_market(token: str) -> None:
    world = SampleWorld(7)
    stranger = Token(id=TokenId(token), market=MarketId("0x" + "1" * 64))
    assert world.results().payout(stranger) is None
    assert not world.directory().market(stranger).is_open
    foreign = SampleMarkets(8).numbered(5).tokens[0]
    assert world.results().payout(foreign) is None


@pytest.mark.parametrize("cents", [(20, 40), (40, 60), (60, 81)])
def test_markets_win_as_often_as_their_opening_price_says(cents: tuple[int, int]) -> None:
    markets = SampleMarkets(7)
    made = [market for market in map(markets.numbered, range(6_000)) if market.opening_cents in range(*cents)]
    expected = sum(market.opening_cents for market in made)
    won = 100 * sum(market.winner == 0 for market in made)
    assert len(made) > 1_000
    assert abs(won - expected) < 5 * len(made)


def test_every_kind_is_there_and_its_category_is_a_word_of_the_house() -> None:
    assert sum(kind.lanes for kind in KINDS) == len(LANES)
    assert Counter(kind.category for kind in LANES)["crypto_updown"] == 12
    assert {kind.category for kind in KINDS} >= {"soccer", "elections", "weather", "economics", "geopolitics"}
