"""Rankings, holders, profit over time and the reference lists."""

import pytest

from fakemarket.faces.data import application
from fakemarket.world.money import ONE
from fakemarket.world.tokens import MarketPlan
from tests.fakemarket.town import Answer, Town, ask


def won_by_bob() -> Town:
    """Bob buys 100 at 0.40 without fees and the market ends Yes; cat buys at 0.45 and sells at 0.42; ann made pairs."""
    town = Town(plan=MarketPlan(question="Will it snow?", category="weather"))
    town.ann, town.bob, town.cat = (town.open(name, tokens={}) for name in ("ann2", "bob2", "cat2"))
    town.exchange.split(town.ann.wallet, town.market.condition, 200 * ONE)
    town.trade(cents=40, shares=100)
    town.trade(cents=45, shares=100, buyer=town.cat)
    town.quote(town.ann, "BUY", 42, 100)
    town.quote(town.cat, "SELL", 42, 100)
    town.settle()
    town.exchange.resolve(town.market.condition, (ONE, 0))
    town.settle()
    return town


def one(town: Town, path: str) -> Answer:
    return ask(application(town.exchange), path)[0]


def test_the_leaderboard_ranks_by_profit_or_by_volume_in_shares() -> None:
    """Trap 38: volume is shares, both sides."""
    town = won_by_bob()
    profit = one(town, "/v2/leaderboard?time_period=all").rows
    volume = one(town, "/v2/leaderboard?time_period=all&sort_by=VOLUME").rows
    assert [(row["rank"], row["user_name"]) for row in profit[:1]] == [(1, "bob2")]
    assert {row["user_name"]: row["pnl"] for row in profit} == {"bob2": 60, "cat2": -3, "ann2": -57}
    assert {row["user_name"]: (row["pnl"], row["volume"]) for row in volume}["cat2"] == (-3, 200)
    assert [row["user_name"] for row in volume] == ["ann2", "cat2", "bob2"]


def test_one_place_is_an_object_and_the_unranked_have_rank_nought() -> None:
    town = won_by_bob()
    place = one(town, f"/v2/leaderboard?time_period=all&user={town.bob.wallet}").rows
    assert (place["rank_pnl"], place["rank_volume"], place["pnl"]) == (1, 3, 60)
    assert one(town, f"/v2/leaderboard?user=0x{'00' * 20}").rows is None


def test_a_period_counts_only_what_happened_in_it() -> None:
    town = won_by_bob()
    town.clock.advance(2 * 86_400_000)
    place = one(town, f"/v2/leaderboard?time_period=day&user={town.bob.wallet}").rows
    assert (place["pnl"], place["volume"], place["rank_pnl"]) == (0, 0, 0)


def test_a_category_narrows_the_ranking() -> None:
    town = won_by_bob()
    assert one(town, "/v2/leaderboard?time_period=all&category=weather").rows
    assert one(town, "/v2/leaderboard?time_period=all&category=crypto").rows == []


def test_the_biggest_winners_are_positions() -> None:
    rows = one(won_by_bob(), "/v2/biggest-winners?time_period=all").rows
    first = next(row for row in rows if row["user_name"] == "bob2")
    assert (first["pnl"], first["initial_value"], first["final_value"], first["kind"]) == (60, 40, 100, "market")


def test_trades_of_the_user_stats_are_markets() -> None:
    """Trap 38."""
    town = won_by_bob()
    stats = one(town, f"/v2/user-stats?user={town.cat.wallet}").rows
    assert (stats["trades"], stats["all_time_pnl"]["trade_count"]) == (1, 2)
    assert one(town, f"/v2/user-stats?user=0x{'00' * 20}").rows is None


def test_the_last_point_of_a_profit_series_is_the_profit() -> None:
    town = won_by_bob()
    series = one(town, f"/v2/user-pnl?user={town.bob.wallet}&interval=1d").rows
    assert (series["fidelity"], series["points"][-1]["position_pnl"]) == ("1h", 60)
    assert len(series["points"]) == 25


def test_volume_counts_shares_cash_and_trades() -> None:
    town = won_by_bob()
    volume = one(town, f"/v2/user-volume?user={town.cat.wallet}").rows
    assert volume == {"volume": 200, "volume_usdc": 87, "trade_count": 2}


def test_holders_show_each_wallet_net_on_one_side() -> None:
    town = Town()
    town.bob = town.open("bob2", tokens={})
    town.trade(shares=30)
    town.quote(town.ann, "SELL", 50, 10, town.no)
    town.quote(town.bob, "BUY", 50, 10, town.no)
    town.settle()
    groups = one(town, f"/v2/holders?condition={town.market.condition}").rows
    assert [(group["token_id"], [holder["amount"] for holder in group["holders"]]) for group in groups] == [
        (town.yes, [20])
    ]


def test_holders_with_profit_want_one_condition_and_small_pages() -> None:
    town = Town()
    town.trade()
    base = f"/v2/holders?condition={town.market.condition}&include_pnl=true"
    assert one(town, base).rows[0]["holders"][0]["avg_price"] == 0.5
    assert one(town, base + "&limit=101").status == 400
    assert one(town, base + f",0x{'ab' * 32}").status == 400


# --- reference -------------------------------------------------------------------------------------------------------


def test_a_token_names_its_market_and_its_final_price() -> None:
    town = won_by_bob()
    rows = one(town, f"/v2/tokens?token_id={town.yes},{town.no},123").rows
    assert [(row["outcome"], row["final_price"], row["resolved"]) for row in rows] == [
        ("Yes", 1, True),
        ("No", 0, True),
    ]
    assert one(town, "/v2/tokens").status == 400


def test_a_v2_condition_is_found_with_and_without_its_padding() -> None:
    """Trap 40."""
    town = Town(plan=MarketPlan(question="Will it hail?", version="v2"))
    short, long = town.market.short_condition, town.market.condition
    assert (len(short), len(long)) == (64, 66)
    for condition in (short, long):
        rows = one(town, f"/v2/tokens?condition={condition}").rows
        assert [row["module"] for row in rows] == ["binary", "binary"]


def test_a_resolution_says_what_each_side_pays_in_millionths() -> None:
    town = Town()
    path = f"/v2/resolutions?condition={town.market.condition}"
    opened = one(town, path).rows[0]
    town.exchange.propose(town.market.condition)
    proposed = one(town, path).rows[0]
    town.exchange.resolve(town.market.condition, (500_000, 500_000))
    resolved = one(town, path).rows[0]
    assert [row["status"] for row in (opened, proposed, resolved)] == ["initialized", "proposed", "resolved"]
    assert (opened["price"], opened["payouts"], resolved["payouts"]) == ("69", None, [500_000, 500_000])


def test_a_history_of_prices_wants_exactly_one_way_of_saying_when() -> None:
    town = Town()
    town.trade(cents=41)
    town.clock.advance(60_000)
    town.trade(cents=44)
    base = f"/v2/prices-history?token_id={town.yes}"
    points = one(town, base + "&interval=1h").rows
    assert [point["price"] for point in points] == [0.41, 0.44]
    assert {point["resolution_seconds"] for point in points} == {60}
    as_of = one(town, base + f"&as_of={points[0]['timestamp'] + 30}").rows
    assert [(point["price"], point["resolution_seconds"]) for point in as_of] == [(0.41, 0)]
    for query in ("", "&interval=1h&as_of=5", "&start=1&end=9999999", "&interval=max&bucket_seconds=60"):
        assert one(town, base + query).status == 400


def test_a_history_of_prices_pages() -> None:
    town = Town()
    for cents in (41, 42, 43):
        town.trade(cents=cents)
        town.clock.advance(60_000)
    base = f"/v2/prices-history?token_id={town.yes}&interval=1h&limit=2"
    first = one(town, base)
    second = one(town, f"{base}&cursor={first.cursor}")
    assert [point["price"] for point in first.rows + second.rows] == [0.41, 0.42, 0.43]
    assert second.cursor is None


@pytest.mark.parametrize("path", ["/v2/oi", "/v2/status", "/v2/builders/leaderboard", "/v2/builders/volume"])
def test_the_lists_without_a_user_answer(path: str) -> None:
    assert one(Town(), path).status == 200


def test_open_interest_is_what_is_held_in_pairs() -> None:
    town = Town()
    wallet = town.open("dan", tokens={}).wallet
    town.exchange.split(wallet, town.market.condition, 25 * ONE)
    town.settle()
    rows = one(town, f"/v2/oi?condition={town.market.condition}").rows
    assert rows == [{"condition_id": town.market.condition, "value": 25}]
    assert one(town, "/v2/oi").rows == [{"condition_id": "GLOBAL", "value": 25}]


def test_live_volume_counts_takers_once() -> None:
    town = Town()
    town.trade(shares=30)
    answer = one(town, f"/v2/live-volume?event_id={town.market.event_id}").rows
    assert answer["taker_volume_total"] == 30


def test_approvals_name_every_pair_of_the_catalogue() -> None:
    town = Town()
    bare = town.open("dan", approved=False)
    rows = one(town, f"/v2/approvals?user={bare.wallet}").rows["contracts"]
    assert (len(rows), {row["approved"] for row in rows}, {row["amount"] for row in rows}) == (17, {False}, {"max"})
    granted = one(town, f"/v2/approvals?user={town.bob.wallet}").rows["contracts"]
    assert any(row["approved"] for row in granted)
