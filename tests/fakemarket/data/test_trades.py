"""`/v2/trades`: who sees which fills, in which order, page by page, and how late."""

import pytest

from fakemarket.faces.data import application
from tests.fakemarket.town import Answer, Town, ask


def asked(town: Town, *paths: str) -> list[Answer]:
    return ask(application(town.exchange), *paths)


def one(town: Town, path: str) -> Answer:
    return asked(town, path)[0]


# --- roles and sides -------------------------------------------------------------------------------------------------


def test_makers_are_hidden_unless_asked_for() -> None:
    """K14, trap 1: `taker_only` is true by default."""
    town = Town()
    town.trade()
    default, every = asked(town, "/v2/trades", "/v2/trades?taker_only=false")
    assert [row["proxy_wallet"] for row in default.rows] == [town.bob.wallet]
    assert {row["proxy_wallet"] for row in every.rows} == {town.ann.wallet, town.bob.wallet}


def test_in_a_mint_each_side_shows_its_own_token_and_a_buy() -> None:
    """A maker's row names his own token and side: it is never the mirror of the taker's."""
    town = Town()
    town.quote(town.ann, "BUY", 40, 10, town.no)
    town.quote(town.bob, "BUY", 60, 10, town.yes)
    town.settle()
    rows = {row["proxy_wallet"]: row for row in one(town, "/v2/trades?taker_only=false").rows}
    maker, taker = rows[town.ann.wallet], rows[town.bob.wallet]
    assert (maker["side"], maker["token_id"], maker["price"], maker["outcome"]) == ("BUY", town.no, 0.4, "No")
    assert (taker["side"], taker["token_id"], taker["price"], taker["outcome"]) == ("BUY", town.yes, 0.6, "Yes")
    assert maker["transaction_hash"] == taker["transaction_hash"]


def test_a_taker_over_two_levels_is_one_row_at_the_average() -> None:
    town = Town()
    town.quote(town.ann, "SELL", 50, 10)
    town.quote(town.cat, "SELL", 52, 30)
    town.quote(town.bob, "BUY", 52, 40)
    town.settle()
    rows = one(town, f"/v2/trades?user={town.bob.wallet}").rows
    assert [(row["size"], row["price"]) for row in rows] == [(40, 0.515)]


def test_a_row_has_the_fields_of_the_venue() -> None:
    town = Town()
    town.trade()
    row = one(town, "/v2/trades").rows[0]
    assert {"proxy_wallet", "side", "token_id", "condition_id", "size", "price", "timestamp"} <= row.keys()
    assert {"transaction_hash", "title", "slug", "event_slug", "outcome", "outcome_index", "name"} <= row.keys()
    assert not {"id", "role", "fee", "log_index"} & row.keys()
    assert row["timestamp"] < 10**11


# --- filters ---------------------------------------------------------------------------------------------------------


def test_two_users_at_once_are_nobody() -> None:
    """Trap 4: a comma list is answered with nothing, not with an error."""
    town = Town()
    town.trade()
    answer = one(town, f"/v2/trades?user={town.bob.wallet},{town.ann.wallet}&taker_only=false")
    assert (answer.status, answer.rows) == (200, [])


@pytest.mark.parametrize("key", ["condition", "condition_id", "conditionId"])
def test_a_condition_goes_by_three_names(key: str) -> None:
    town = Town()
    town.trade()
    wanted, other = asked(town, f"/v2/trades?{key}={town.market.condition}", f"/v2/trades?{key}=0x{'ab' * 32}")
    assert (len(wanted.rows), len(other.rows)) == (1, 0)


def test_the_time_window_counts_only_together_with_a_user() -> None:
    town = Town()
    town.trade()
    late = town.clock.now_s() + 1000
    alone, with_user = asked(town, f"/v2/trades?start={late}", f"/v2/trades?start={late}&user={town.bob.wallet}")
    assert (len(alone.rows), len(with_user.rows)) == (1, 0)


def test_amounts_filter_by_cash_or_by_tokens() -> None:
    town = Town()
    town.trade(cents=50, shares=10)
    town.trade(cents=50, shares=30)
    cash, tokens = asked(
        town,
        "/v2/trades?filter_type=CASH&filter_amount=15",
        "/v2/trades?filter_type=TOKENS&filter_amount=10",
    )
    assert ([row["size"] for row in cash.rows], len(tokens.rows)) == ([30], 2)


@pytest.mark.parametrize(
    "query",
    [
        "offset=10",
        "limit=0",
        "limit=1001",
        "limit=x",
        "user=0x12",
        "side=HOLD",
        "cursor=nonsense",
        "taker_only=maybe",
        "condition=0x12",
        f"condition=0x{'ab' * 32}&event_id=1",
        "event_id=0",
        "filter_amount=-1",
        "condition=" + ",".join(f"0x{number:064x}" for number in range(21)),
    ],
)
def test_a_malformed_question_is_refused_in_the_venues_form(query: str) -> None:
    answer = one(Town(), f"/v2/trades?{query}")
    assert answer.status == 400
    assert answer.body.keys() == {"error", "code", "retryable", "trace_id"}
    assert (answer.body["code"], answer.body["retryable"]) == ("invalid_request", False)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_pages_are_whole_and_without_repeats_while_new_trades_come_in() -> None:
    """F38's opposite: a cursor holds its place."""
    town = Town()
    for cents in range(40, 47):
        town.trade(cents=cents)
    app = application(town.exchange)
    seen: list[float] = []
    cursor: str | None = ""
    while True:
        page = ask(app, f"/v2/trades?limit=2&cursor={cursor}&_={len(seen)}")[0]
        app = application(town.exchange)
        seen += [row["price"] for row in page.rows]
        town.trade(cents=60)
        assert page.body["pagination"]["has_more"] == (page.cursor is not None)
        if page.cursor is None:
            break
        cursor = page.cursor
    assert seen == [0.46, 0.45, 0.44, 0.43, 0.42, 0.41, 0.4]


def test_a_cursor_belongs_to_its_filters_but_not_to_a_cache_buster() -> None:
    town = Town()
    town.trade()
    town.trade()
    cursor = one(town, "/v2/trades?limit=1&side=BUY").cursor
    same, busted, other = asked(
        town,
        f"/v2/trades?limit=1&side=BUY&cursor={cursor}",
        f"/v2/trades?limit=1&side=BUY&cursor={cursor}&_=123",
        f"/v2/trades?limit=1&cursor={cursor}",
    )
    assert (same.status, busted.status, other.status) == (200, 200, 400)
    assert same.rows == busted.rows


# --- freshness -------------------------------------------------------------------------------------------------------


def test_a_trade_shows_only_after_it_is_mined_and_indexed() -> None:
    town = Town()
    town.quote(town.ann, "SELL", 50, 10)
    town.quote(town.bob, "BUY", 50, 10)
    at_match = one(town, "/v2/trades")
    town.clock.advance(3_000)
    when_mined = one(town, "/v2/trades")
    town.clock.advance(2_500)
    assert [len(answer.rows) for answer in (at_match, when_mined, one(town, "/v2/trades"))] == [0, 0, 1]


def test_the_index_can_lag_eighty_seconds() -> None:
    town = Town()
    town.exchange.faults.set("data_lag", lag_ms=80_000)
    town.trade()
    early = one(town, "/v2/trades")
    town.clock.advance(80_000)
    assert (len(early.rows), len(one(town, "/v2/trades").rows)) == (0, 1)


def test_a_match_that_never_settles_never_shows() -> None:
    """F63: a ghost fill leaves no row."""
    town = Town()
    town.exchange.faults.set("ghost_fill", retries=0)
    town.trade()
    town.clock.advance(120_000)
    assert one(town, "/v2/trades?taker_only=false").rows == []


def test_the_retired_first_version_is_gone() -> None:
    """Trap 2."""
    answers = asked(Town(), "/trades?user=0x0", "/positions", "/activity")
    assert [answer.status for answer in answers] == [404, 404, 404]
