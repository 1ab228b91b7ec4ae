"""What two sources say of one market, put together: K11, C32, #18, #33, #40, #43, K19."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from copydesk.adapters.polymarket.gamma_files import catalogue_objects
from copydesk.adapters.polymarket.gamma_market import GammaMarket, gamma_market, is_object
from copydesk.adapters.polymarket.live.market_rules import ClobMarket, clob_market, is_position_id, rules_of
from copydesk.adapters.polymarket.parse.refusals import Refused
from copydesk.domain.ids import MarketId, TokenId
from copydesk.domain.money import Price, Shares
from copydesk.domain.trade import Token

MARKET = MarketId("0x" + "7" * 64)
YES, NO = TokenId("71321045679252212594626385532706912750332728571942532289631379312455583992563"), TokenId("52114")
TOKEN = Token(id=YES, market=MARKET)
POSITION = TokenId(str((1 << 248) | (7 << 120) | (2 << 104) | 1))


def gamma(**other: object) -> GammaMarket:
    found: dict[str, object] = {
        "conditionId": MARKET,
        "version": "v1",
        "question": "Will it rain?",
        "outcomes": '["Yes","No"]',
        "clobTokenIds": json.dumps([YES, NO]),
        "active": True,
        "closed": False,
        "acceptingOrders": True,
        "enableOrderBook": True,
        "negRisk": False,
        "orderPriceMinTickSize": Decimal("0.01"),
        "orderMinSize": 5,
        "feesEnabled": True,
        "feeSchedule": {"rate": Decimal("0.05"), "exponent": 1},
        "tags": [{"slug": "weather", "label": "Weather"}],
        **other,
    }
    return gamma_market(found)


def clob(**other: object) -> ClobMarket:
    found = {"c": MARKET, "t": [{"t": YES, "o": "Yes"}, {"t": NO, "o": "No"}], "mts": 0.01, "mos": 5, "nr": False}
    found |= {"fd": {"r": 0.05, "e": 1, "to": True}, "itode": False, "ao": True, **other}
    return clob_market(json.dumps(found).encode(), MARKET)


def test_what_both_say_is_known() -> None:
    rules = rules_of(TOKEN, gamma(), clob())
    market = rules.market
    assert (market.unknown, rules.disagreements) == ((), ())
    assert (market.tick, market.shares_min, market.taker_fee_bps) == (Price(10_000), Shares(5_000_000), 500)
    assert (market.category, market.version, market.is_open, market.is_neg_risk) == ("weather", "v1", True, False)


@pytest.mark.parametrize(
    ("field", "told", "unknown"),
    [
        ("mts", {"orderPriceMinTickSize": None}, "tick"),
        ("mos", {"orderMinSize": None}, "shares_min"),
        ("nr", {"negRisk": None}, "is_neg_risk"),
        ("fd", {"feesEnabled": None, "feeSchedule": None}, "taker_fee_bps"),
        ("ao", {"acceptingOrders": None}, "is_open"),
        ("ao", {"version": None}, "version"),
    ],
)
def test_what_neither_says_keeps_us_out(field: str, told: dict[str, Any], unknown: str) -> None:
    """K11: an unknown tick is no cent, an unknown fee is no zero."""
    assert rules_of(TOKEN, gamma(**told), clob(**{field: None})).market.unknown == (unknown,)


def test_a_source_that_did_not_answer_leaves_its_part_unknown() -> None:
    assert rules_of(TOKEN, gamma(), None).market.unknown == (
        *("taker_fee_bps", "tick", "shares_min", "is_neg_risk", "is_open"),
    )
    assert rules_of(TOKEN, None, clob()).market.unknown == ("is_open", "version")


def test_the_order_interface_is_right_where_they_differ_and_it_is_counted() -> None:
    said = clob(mts=0.001, mos=15, nr=True, fd={"r": 0.0701, "e": 1}, ao=False)
    rules = rules_of(TOKEN, gamma(), said)
    assert set(rules.disagreements) == {"tick", "shares_min", "is_neg_risk", "taker_fee_bps", "is_open"}
    market = rules.market
    assert (market.tick, market.shares_min, market.is_neg_risk) == (Price(1_000), Shares(15_000_000), True)
    assert (market.taker_fee_bps, market.is_open, market.unknown) == (701, False, ())


def test_a_market_without_fees_is_known_to_have_none() -> None:
    market = rules_of(TOKEN, gamma(feesEnabled=False, feeSchedule=None), clob(fd=None)).market
    assert (market.taker_fee_bps, market.unknown) == (0, ())


def test_a_fee_by_another_formula_keeps_us_out() -> None:
    assert rules_of(TOKEN, gamma(), clob(fd={"r": 0.25, "e": 2})).market.unknown == ("taker_fee_bps",)


def test_the_longest_delay_counts() -> None:
    assert rules_of(TOKEN, gamma(secondsDelay=3), clob()).market.delay_ms == 3_000
    assert rules_of(TOKEN, gamma(), clob(itode=True)).market.delay_ms == 250
    assert rules_of(TOKEN, gamma(), clob(itode=None)).market.delay_ms is None


@pytest.mark.parametrize(
    ("token", "version", "is_right"),
    [(YES, "v1", True), (YES, "v2", False), (POSITION, "v2", True), (POSITION, "v1", False)],
)
def test_a_token_that_does_not_fit_the_protocol_is_not_traded(
    token: TokenId,
    version: str,
    is_right: bool,  # noqa: FBT001
) -> None:
    """#40: an order signed for the wrong exchange is lost work at best."""
    ids = {"clobTokenIds": json.dumps([token, NO]), "positionIds": [token, NO]}
    said = clob(t=[{"t": token}, {"t": NO}])
    market = rules_of(Token(id=token, market=MARKET), gamma(version=version, **ids), said).market
    assert market.unknown == (() if is_right else ("version",))
    assert is_position_id(POSITION)
    assert not is_position_id(YES)


def test_a_token_of_another_market_is_not_traded() -> None:
    """K19."""
    assert rules_of(Token(id=TokenId("9" * 70), market=MARKET), gamma(), clob()).market.unknown == ("token",)


@pytest.mark.parametrize(
    ("name", "other", "is_unnamed"),
    [
        ("Gretchen Whitmer", {}, False),
        ("Congo DR", {}, False),
        ("Person A", {}, True),
        ("Player 14", {}, True),
        ("Other", {}, True),
        ("Another person", {}, True),
        ("", {}, True),
        ("Gretchen Whitmer", {"negRiskOther": True}, True),
    ],
)
def test_outcomes_without_a_name_yet_are_not_traded(
    name: str,
    other: dict[str, object],
    is_unnamed: bool,  # noqa: FBT001
) -> None:
    """#43: what such a token stands for can change while it is held."""
    event = {"slug": "nominee", "negRiskAugmented": True}
    told = gamma(groupItemTitle=name, events=[event], **other)
    assert rules_of(TOKEN, told, clob()).market.unknown == (("outcome",) if is_unnamed else ())


def test_a_short_name_in_a_plain_event_is_a_name() -> None:
    told = gamma(groupItemTitle="Person A", events=[{"slug": "x", "negRiskAugmented": False}])
    assert rules_of(TOKEN, told, clob()).market.unknown == ()


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b"null",
        b'{"t":[{"t":"0x12"}]}',
        b'{"t":[],"mts":"NaN"}',
        b'{"t":[],"mts":1e999}',
        b'{"t":[],"mts":-1}',
        b'{"t":[],"fd":{"r":"Infinity"}}',
        b'{"c":"0x' + b"8" * 64 + b'","t":[]}',
    ],
)
def test_an_answer_that_cannot_be_right_is_refused(body: bytes) -> None:
    """S1.39: also the answer to another question."""
    with pytest.raises(Refused):
        clob_market(body, MARKET)


@pytest.mark.recorded
def test_no_recorded_country_or_person_counts_as_unnamed(recorded_data: Path) -> None:
    """#43: Congo DR is a name."""
    growing = []
    for name in ("jm709_pscanner/event.json", "nexiumito_polycopy/gamma_markets_categories_sample.json.gz"):
        for _, found in catalogue_objects(recorded_data / "gamma" / name):
            assert is_object(found)
            events = found.get("events")
            if isinstance(events, list) and any(event.get("negRiskAugmented") for event in events):
                growing.append(gamma_market(found))
    assert len(growing) > 10
    assert not any(market.is_unnamed for market in growing)
