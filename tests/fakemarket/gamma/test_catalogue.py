"""Gamma's markets and events, trap by trap."""

import json

import pytest

from fakemarket.faces.gamma import application
from fakemarket.world.money import ONE
from fakemarket.world.tokens import MarketPlan
from tests.fakemarket.town import Answer, Town, ask


def one(town: Town, path: str) -> Answer:
    return ask(application(town.exchange), path)[0]


def questions(town: Town, query: str) -> list[str]:
    return [row["question"] for row in one(town, f"/markets/keyset?{query}").body["markets"]]


def three_markets() -> Town:
    town = Town()
    town.list(MarketPlan(question="Will it snow?", category="weather"))
    town.list(MarketPlan(question="Will it hail?", version="v2"))
    return town


# --- fields ----------------------------------------------------------------------------------------------------------


def test_lists_inside_a_market_are_texts_of_json() -> None:
    """Trap 18."""
    market = one(Town(), "/markets/500000").body
    assert all(isinstance(market[key], str) for key in ("outcomes", "outcomePrices", "clobTokenIds"))
    assert json.loads(market["outcomes"]) == ["Yes", "No"]
    assert len(json.loads(market["clobTokenIds"])) == 2


def test_a_v2_market_has_positions_as_a_real_list_and_other_ids_that_do_not_trade() -> None:
    """Traps 18 and 40: `positionIds` counts, the short condition is padded on the right elsewhere."""
    town = three_markets()
    market = one(town, "/markets/slug/will-it-hail").body
    traded = town.exchange.catalog.by_slug("will-it-hail")
    assert traded is not None
    assert market["version"] == "v2"
    assert market["positionIds"] == list(traded.tokens)
    assert not set(json.loads(market["clobTokenIds"])) & set(traded.tokens)
    assert len(market["conditionId"]) == 64
    assert one(town, "/markets/500000").body["positionIds"] is None


def test_dates_come_in_two_spellings() -> None:
    town = Town(plan=MarketPlan(question="Who wins?", end_ms=1_795_219_200_000, game_start_ms=1_795_215_600_000))
    town.exchange.resolve(town.market.condition, (ONE, 0))
    market = one(town, "/markets/500000").body
    assert (market["endDate"], market["gameStartTime"]) == ("2026-11-21T00:00:00Z", "2026-11-20 23:00:00+00")
    assert market["closedTime"] == "2026-11-20 00:00:00+00"


def test_the_rules_of_trading_are_numbers_and_an_object() -> None:
    market = one(Town(), "/markets/500000").body
    assert (market["orderPriceMinTickSize"], market["orderMinSize"]) == (0.01, 5)
    assert market["feeSchedule"] == {"exponent": 1, "rate": 0.05, "takerOnly": True, "rebateRate": 0.25}
    assert (market["takerBaseFee"], market["feesEnabled"]) == (1000, True)


def test_prices_show_the_middle_of_a_narrow_book_and_the_payout_after_the_end() -> None:
    town = Town()
    town.quote(town.ann, "BUY", 40, 10)
    town.quote(town.bob, "SELL", 44, 10)
    market = one(town, "/markets/500000").body
    assert (market["outcomePrices"], market["bestBid"], market["bestAsk"]) == ('["0.42", "0.58"]', 0.4, 0.44)
    town.exchange.resolve(town.market.condition, (0, ONE))
    assert one(town, "/markets/500000").body["outcomePrices"] == '["0", "1"]'


def test_the_two_protocols_tell_their_resolution_in_two_fields() -> None:
    town = three_markets()
    for market in town.exchange.catalog.markets.values():
        town.exchange.propose(market.condition)
    old, new = one(town, "/markets/500000").body, one(town, "/markets/500002").body
    assert (old["umaResolutionStatus"], old["umaResolutionStatuses"]) == ("proposed", '["proposed"]')
    assert (old["resolutionStatus"], new["resolutionStatus"], new["umaResolutionStatus"]) == (None, "active", "")


def test_tags_come_only_when_asked_for() -> None:
    town = Town()
    assert "tags" not in one(town, "/markets/500000").body
    assert one(town, "/markets/500000?include_tag=true").body["tags"][0]["slug"] == "weather"
    assert one(town, "/markets/500000/tags").body[0]["id"] == "84"


# --- filters ---------------------------------------------------------------------------------------------------------


def test_closed_markets_are_left_out_unless_asked_for() -> None:
    """Trap 19."""
    town = three_markets()
    town.exchange.resolve(town.market.condition, (ONE, 0))
    assert questions(town, "") == ["Will it snow?", "Will it hail?"]
    assert questions(town, "closed=true") == ["Will it rain?"]
    assert questions(town, f"condition_ids={town.market.condition}") == []


def test_a_key_is_repeated_and_a_comma_list_is_ignored() -> None:
    """Trap 19: the wrong form of a list gives everything, not an error."""
    town = three_markets()
    first, second, _ = town.exchange.catalog.markets
    assert questions(town, f"condition_ids={first}&condition_ids={second}") == ["Will it rain?", "Will it snow?"]
    assert len(questions(town, f"condition_ids={first},{second}")) == 3
    assert len(questions(town, f"condition_ids[]={first}")) == 3


def test_a_filter_by_version_changes_nothing() -> None:
    """Section 5.5: check the rows."""
    assert len(questions(three_markets(), "version=v2")) == 3


def test_unknown_parameters_are_ignored() -> None:
    assert len(questions(three_markets(), "colour=blue")) == 3


def test_a_token_is_found_by_the_key_of_its_kind() -> None:
    town = three_markets()
    hail = town.exchange.catalog.by_slug("will-it-hail")
    assert hail is not None
    assert questions(town, f"clob_token_ids={town.yes}") == ["Will it rain?"]
    assert questions(town, f"position_ids={hail.tokens[0]}") == ["Will it hail?"]
    assert questions(town, f"clob_token_ids={hail.tokens[0]}") == []


def test_volume_sorts_as_text_and_its_twin_as_a_number() -> None:
    town = three_markets()
    for market, shares in zip(town.exchange.catalog.markets.values(), (100, 20, 3), strict=True):
        market.volume = shares * ONE
    assert questions(town, "order=volumeNum") == ["Will it hail?", "Will it snow?", "Will it rain?"]
    assert questions(town, "order=volume") == ["Will it rain?", "Will it snow?", "Will it hail?"]
    assert questions(town, "order=volumeNum&ascending=false")[0] == "Will it rain?"


@pytest.mark.parametrize("query", ["order=volume_num", "offset=5", "after_cursor=%21", "closed=perhaps", "limit=-1"])
def test_a_question_it_cannot_read_is_refused(query: str) -> None:
    answer = one(Town(), f"/markets/keyset?{query}")
    assert (answer.status, answer.body["type"]) == (422, "validation error")


# --- lists -----------------------------------------------------------------------------------------------------------


def test_pages_follow_each_other_to_the_end() -> None:
    town = three_markets()
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = one(town, f"/markets/keyset?limit=2&after_cursor={cursor}").body
        seen += [row["id"] for row in page["markets"]]
        cursor = page.get("next_cursor")
    assert seen == ["500000", "500001", "500002"]


def test_a_page_of_markets_has_a_hundred_at_most() -> None:
    town = Town()
    plans = [MarketPlan(question=f"Will number {number} come?") for number in range(120)]
    town.list(plans[0], *plans[1:])
    page = one(town, "/markets/keyset?limit=500").body
    assert len(page["markets"]) == 100
    assert "next_cursor" in page


def test_offset_lists_still_answer_and_announce_their_end() -> None:
    town = three_markets()
    answer = one(town, "/markets?limit=1&offset=1")
    assert [row["question"] for row in answer.body] == ["Will it snow?"]
    assert answer.headers["Sunset"] == "Fri, 01 May 2026 00:00:00 GMT"


def test_an_event_of_several_markets_names_its_group() -> None:
    town = Town()
    plans = [MarketPlan(question=f"Will runner {number} win?") for number in range(3)]
    town.list(plans[0], plans[1], plans[2], neg_risk=True)
    event = one(town, "/events/slug/will-runner-0-win").body
    assert (event["negRisk"], len(event["markets"])) == (True, 3)
    assert {market["negRiskMarketID"] for market in event["markets"]} == {event["negRiskMarketID"]}
    assert event["negRiskMarketID"].startswith("0x")


def test_what_is_not_there_is_404() -> None:
    answers = ask(application(Town().exchange), "/markets/1", "/markets/slug/x", "/events/1", "/tags/slug/x")
    assert [answer.status for answer in answers] == [404, 404, 404, 404]


# --- people ----------------------------------------------------------------------------------------------------------


def test_a_name_may_be_two_wallets() -> None:
    town = Town()
    town.open("ann_")
    found = one(town, "/public-search?q=ANN&search_profiles=true").body
    assert [profile["name"] for profile in found["profiles"]] == ["ann", "ann_"]
    assert one(town, "/public-search?q=ann").body["profiles"] == []
    assert one(town, "/public-search").status == 422


def test_a_search_finds_open_events_and_closed_ones_on_request() -> None:
    town = three_markets()
    town.exchange.resolve(town.market.condition, (ONE, 0))
    active = one(town, "/public-search?q=will it").body
    resolved = one(town, "/public-search?q=will it&events_status=resolved").body
    assert [event["title"] for event in active["events"]] == ["Will it snow?", "Will it hail?"]
    assert [event["title"] for event in resolved["events"]] == ["Will it rain?"]
    assert active["pagination"] == {"hasMore": False, "totalResults": 2}


def test_a_profile_is_found_by_wallet_and_by_owner() -> None:
    """Trap 8: the public identity is the wallet, never the key behind it."""
    town = Town()
    by_wallet = one(town, f"/public-profile?address={town.bob.wallet}").body
    by_owner = one(town, f"/public-profile?address={town.bob.eoa}").body
    assert by_wallet == by_owner
    assert by_wallet["proxyWallet"] == town.bob.wallet != town.bob.eoa
    assert one(town, f"/public-profile?address=0x{'00' * 20}").status == 404
    assert one(town, "/public-profile?address=bob").status == 400


def test_gamma_can_be_throttled_and_garbled() -> None:
    """F50, F53."""
    town = Town()
    app = application(town.exchange)
    throttled, garbled = ask(
        app,
        lambda: town.exchange.faults.set("throttle", face="gamma", retry_after_s=2),
        "/tags",
        town.exchange.faults.clear_all,
        lambda: town.exchange.faults.set("garbled"),
        "/tags",
    )
    assert (throttled.status, throttled.headers["Retry-After"]) == (429, "2")
    assert (garbled.status, garbled.headers["Content-Type"].split(";")[0]) == (200, "text/html")
