"""The faults of the Data API, switched on one by one."""

import math

import pytest

from fakemarket.faces.data import application
from tests.fakemarket.town import Answer, Town, ask

TRADES = "/v2/trades?taker_only=false"


def struck(name: str, **params: object) -> Answer:
    town = Town()
    for cents in (41, 42, 43):
        town.trade(cents=cents)
    town.exchange.faults.set(name, **params)
    return ask(application(town.exchange), TRADES)[0]


def test_rows_come_twice() -> None:
    """F30."""
    rows = struck("duplicate_event").rows
    assert (len(rows), len({(row["transaction_hash"], row["proxy_wallet"]) for row in rows})) == (12, 6)


def test_rows_come_out_of_order() -> None:
    """F32."""
    rows = struck("reorder").rows
    assert len(rows) == 6
    assert [row["price"] for row in rows] != [0.43, 0.43, 0.42, 0.42, 0.41, 0.41]


@pytest.mark.parametrize(
    ("kind", "is_seen"),
    [
        ("json", lambda answer: isinstance(answer.body, str)),
        ("nan", lambda answer: any(math.isnan(row["size"]) for row in answer.rows)),
        ("huge", lambda answer: any(math.isinf(row["price"]) for row in answer.rows)),
        ("milliseconds", lambda answer: any(row["timestamp"] > 10**11 for row in answer.rows)),
        ("year_1970", lambda answer: any(row["timestamp"] == 0 for row in answer.rows)),
        ("missing_field", lambda answer: any("token_id" not in row for row in answer.rows)),
        ("new_field", lambda answer: any("a_new_field" in row for row in answer.rows)),
        ("list", lambda answer: isinstance(answer.body, list)),
    ],
)
def test_a_row_is_malformed(kind: str, is_seen: object) -> None:
    """F34."""
    answer = struck("malformed", kind=kind)
    assert callable(is_seen)
    assert answer.status == 200
    assert is_seen(answer)


def test_one_row_is_poison_and_it_is_always_the_same() -> None:
    """F35."""
    town = Town()
    for cents in (41, 42, 43):
        town.trade(cents=cents)
    town.exchange.faults.set("poison")
    spoilt = [
        [row["transaction_hash"] for row in answer.rows if row["timestamp"] == []]
        for answer in ask(application(town.exchange), TRADES, TRADES + "&_=2")
    ]
    assert len(spoilt[0]) == 1
    assert spoilt[0] == spoilt[1]


def test_the_data_is_half_an_hour_old() -> None:
    """F37."""
    assert struck("silent", channel="data", lag_ms=1_800_000).rows == []


@pytest.mark.parametrize(("kind", "count"), [("repeat", 7), ("truncate", 3), ("skip", 3)])
def test_a_page_repeats_is_cut_or_skips(kind: str, count: int) -> None:
    """F38; a truncated page says that nothing follows."""
    answer = struck("paging", kind=kind, share=0.3)
    assert len(answer.rows) == count
    assert answer.body["pagination"]["has_more"] is False


@pytest.mark.parametrize(("seconds", "header"), [(3, "3"), (0, None)])
def test_too_many_requests_come_with_and_without_the_header(seconds: int, header: str | None) -> None:
    """F50."""
    answer = struck("throttle", retry_after_s=seconds)
    assert (answer.status, answer.headers.get("Retry-After"), answer.body["retryable"]) == (429, header, True)


def test_a_fault_of_one_path_leaves_the_others_alone() -> None:
    assert struck("throttle", path="/v2/status").status == 200


@pytest.mark.parametrize("kind", ["html", "truncated", "binary"])
def test_an_answer_is_no_json(kind: str) -> None:
    """F53."""
    answer = struck("garbled", kind=kind)
    assert answer.status == 200
    assert isinstance(answer.body, str)


def test_a_fault_of_the_streams_leaves_the_data_alone() -> None:
    rows = struck("duplicate_event", face="streams").rows
    assert len(rows) == 6


def test_the_quota_of_trades_is_three_hundred_in_ten_seconds() -> None:
    """K15: beyond it the answer is 429 until the window has moved on."""
    town = Town()
    paths = ["/v2/trades?limit=1"] * 301
    *_, last_allowed, refused, after = ask(
        application(town.exchange), *paths, lambda: town.clock.advance(10_000), "/v2/trades?limit=1"
    )
    assert (last_allowed.status, refused.status, after.status) == (200, 429, 200)
    assert refused.body["code"] == "rate_limited"
