"""The rules of a market: what the catalogue says, what is assumed, and when it ends."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.directory import RecordedDirectory
from copydesk.adapters.polymarket.gamma_windows import window_end
from copydesk.domain.errors import Unreadable
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.money import MICROS, Price, Shares, Usdc
from copydesk.domain.trade import Token

MARKET = MarketId("0x" + "ab" * 32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def a_token(title: str = "", *, slug: str = "", token: str = "111", market: MarketId = MARKET) -> Token:
    return Token(id=TokenId(token), market=market, title=title, slug=slug)


def a_moment(text: str) -> TimeMs:
    return TimeMs((datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1))


def a_catalogue(folder: Path, **changed: Any) -> Path:
    market = {
        "conditionId": MARKET,
        "question": "Will it?",
        "slug": "will-it",
        "outcomes": '["Yes", "No"]',
        "clobTokenIds": '["111", "222"]',
        "closed": False,
        "endDate": "2026-07-31T12:00:00Z",
        "orderPriceMinTickSize": 0.001,
        "orderMinSize": 15,
        "feesEnabled": True,
        "feeSchedule": {"rate": 0.072, "exponent": 1, "takerOnly": True},
        "negRisk": True,
        "tags": [{"slug": "crypto-prices"}],
    }
    path = folder / "markets.json"
    path.write_text(json.dumps([market | changed]))
    return path


# --- what is assumed -------------------------------------------------------------------------------------------------


def test_without_a_file_everything_is_assumed_and_named() -> None:
    market = RecordedDirectory().market(a_token("Bitcoin above 100k?"))
    assert (market.id, market.category, market.taker_fee_bps) == (MARKET, "crypto", 700)
    assert (market.tick, market.lot) == (Price(10_000), Shares(10_000))
    assert (market.shares_min, market.notional_min) == (Shares(5 * MICROS), Usdc(MICROS))
    assert market.ends_at is None
    assert market.is_open
    named = {"category", "tick", "shares_min", "notional_min", "taker_fee_bps", "is_neg_risk", "is_open"}
    assert set(market.assumed) == named


def test_an_unknown_category_pays_a_fee() -> None:
    market = RecordedDirectory().market(a_token("Peek vs. Ashmoz"))
    assert (market.category, market.taker_fee_bps) == ("unknown", 500)


def test_the_answer_for_a_market_stays_the_same() -> None:
    directory = RecordedDirectory()
    first = directory.market(a_token("Bitcoin above 100k?"))
    assert directory.market(a_token("Will it rain?", token="222")) is first


def test_memory_is_bounded() -> None:
    """I26."""
    directory = RecordedDirectory()
    first = directory.market(a_token(market=MarketId("0")))
    for number in range(8_192):
        directory.market(a_token(market=MarketId(str(number))))
    assert directory.market(a_token(market=MarketId("0"))) is first
    directory.market(a_token(market=MarketId("one more")))
    assert directory.market(a_token(market=MarketId("0"))) is not first


# --- what the catalogue says -----------------------------------------------------------------------------------------


def test_the_catalogue_goes_before_the_guess(tmp_path: Path) -> None:
    market = RecordedDirectory([a_catalogue(tmp_path)]).market(a_token("Will Arsenal win the Premier League?"))
    assert (market.tick, market.shares_min, market.taker_fee_bps) == (Price(1_000), Shares(15 * MICROS), 720)
    assert market.ends_at == a_moment("2026-07-31T12:00:00+00:00")
    assert market.is_neg_risk
    assert market.category == "crypto"
    assert market.assumed == ("notional_min", "is_open")


def test_a_market_is_found_by_its_token_where_the_record_has_no_condition(tmp_path: Path) -> None:
    directory = RecordedDirectory([a_catalogue(tmp_path)])
    market = directory.market(a_token(token="222", market=MarketId("token:222")))
    assert (market.id, market.taker_fee_bps) == ("token:222", 720)


def test_a_market_inside_an_event_has_the_events_tags_and_slug(tmp_path: Path) -> None:
    inner = json.loads(a_catalogue(tmp_path, tags=None, question="Yankees?").read_text())
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"slug": "mlb-laa-nyy-2025-06-19", "tags": [], "markets": inner}))
    assert RecordedDirectory([path]).market(a_token()).category == "baseball"
    path.write_text(json.dumps({"slug": "an-event", "tags": [{"slug": "hockey"}], "markets": inner}))
    assert RecordedDirectory([path]).market(a_token()).category == "hockey"


@pytest.mark.parametrize(
    ("said", "series"),
    [
        ({}, None),
        ({"events": []}, None),
        ({"events": [{"slug": "final", "series": []}]}, ""),
        ({"events": [{"slug": "final", "series": [{"slug": "nba-2026"}]}]}, "nba-2026"),
        ({"events": [{"slug": "final", "seriesSlug": "nba-2026"}]}, "nba-2026"),
    ],
)
def test_a_market_without_a_series_is_told_from_one_nobody_told_of(
    tmp_path: Path, said: dict[str, Any], series: str | None
) -> None:
    """E19: a filter by series must know which it is."""
    assert RecordedDirectory([a_catalogue(tmp_path, **said)]).market(a_token()).series == series


def test_a_closed_market_keeps_the_coarse_tick_it_may_have_traded_with(tmp_path: Path) -> None:
    """A tick gets finer near 0 and 1: of 292 closed five-minute markets, 210 show 0.001 and 82 show 0.01."""
    market = RecordedDirectory([a_catalogue(tmp_path, closed=True)]).market(a_token())
    assert market.tick == Price(10_000)
    assert "tick" in market.assumed


@pytest.mark.parametrize(
    ("changed", "fee_bps", "guessed"),
    [
        ({"feesEnabled": False, "feeSchedule": None}, 0, set()),
        ({"feeSchedule": None}, 700, {"taker_fee_bps"}),
        ({"feeSchedule": {"rate": 0.25, "exponent": 2}}, 700, {"taker_fee_bps"}),
        ({"feeSchedule": {"rate": 0.03, "exponent": 1}}, 300, set()),
        ({"feeSchedule": {"rate": 0.00001, "exponent": 1}}, 1, set()),
    ],
)
def test_the_fee_is_the_markets_own_or_its_categorys(
    tmp_path: Path, changed: dict[str, Any], fee_bps: int, guessed: set[str]
) -> None:
    market = RecordedDirectory([a_catalogue(tmp_path, **changed)]).market(a_token())
    assert market.taker_fee_bps == fee_bps
    assert {"taker_fee_bps"} & set(market.assumed) == guessed


def test_results_in_a_table_are_passed_over_and_bad_markets_refused(tmp_path: Path) -> None:
    table = tmp_path / "results.csv"
    table.write_text("condition_id,winning_token_id\n")
    directory = RecordedDirectory([table, a_catalogue(tmp_path, endDate="soon")])
    assert [refusal.reason for refusal in directory.refused] == ["timestamp_format"]
    with pytest.raises(Unreadable):
        RecordedDirectory([tmp_path / "nowhere.json"])


# --- when it ends ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "end"),
    [
        ("btc-updown-5m-1784850900", "2026-07-24T00:00:00+00:00"),
        ("btc-updown-15m-1766577600", "2025-12-24T12:15:00+00:00"),
        ("eth-updown-4h-1771693200", "2026-02-21T21:00:00+00:00"),
        ("bitcoin-up-or-down-on-april-25-2026", "2026-04-25T16:00:00+00:00"),
        ("bitcoin-up-or-down-march-22-2026-1pm-et", "2026-03-22T18:00:00+00:00"),
    ],
)
def test_a_slug_with_a_window_says_when_it_ends(slug: str, end: str) -> None:
    market = RecordedDirectory().market(a_token(slug=slug))
    assert market.ends_at == a_moment(end)
    assert "ends_at" in market.assumed


@pytest.mark.parametrize(
    ("title", "end"),
    [
        ("Bitcoin Up or Down - March 22, 1:25PM-1:30PM ET", "2026-03-22T17:30:00+00:00"),
        ("Bitcoin Up or Down - March 23, 11:55AM-12:00PM ET", "2026-03-23T16:00:00+00:00"),
        ("Bitcoin Up or Down - March 22, 11:55PM-12:00AM ET", "2026-03-23T04:00:00+00:00"),
        ("Solana Up or Down - January 18, 9AM ET", "2026-01-18T15:00:00+00:00"),
        ("Ethereum Up or Down - December 30, 11PM ET", "2025-12-31T05:00:00+00:00"),
        ("Dogecoin Up or Down on June 28?", "2026-06-28T16:00:00+00:00"),
        ("Bitcoin Up or Down - March 7, 11PM ET", "2026-03-08T05:00:00+00:00"),
        ("Bitcoin Up or Down - March 8, 3AM ET", "2026-03-08T08:00:00+00:00"),
        ("Bitcoin Up or Down - November 1, 11PM ET", "2025-11-02T04:00:00+00:00"),
        ("Bitcoin Up or Down - November 2, 3AM ET", "2025-11-02T09:00:00+00:00"),
    ],
)
def test_a_title_with_a_window_says_so_too_once_the_year_is_known(title: str, end: str) -> None:
    """The nearest such day to a moment of the records."""
    directory = RecordedDirectory()
    assert directory.market(a_token(title)).ends_at is None
    directory.place_in_time(a_moment("2026-03-20T00:00:00+00:00"))
    assert directory.market(a_token(title)).ends_at == a_moment(end)
    around = RecordedDirectory(around=a_moment("2026-03-20T00:00:00+00:00"))
    assert around.market(a_token(title)).ends_at == a_moment(end)


@pytest.mark.parametrize(
    "title", ["Will it happen by March 22?", "Up or Down", "Bitcoin Up or Down - March 42, 1PM ET"]
)
def test_a_title_without_a_window_says_nothing(title: str) -> None:
    assert RecordedDirectory(around=a_moment("2026-03-20T00:00:00+00:00")).market(a_token(title)).ends_at is None


def test_the_leap_day_is_found_in_its_year() -> None:
    title = "Bitcoin Up or Down on February 29?"
    assert window_end(a_token(title), a_moment("2023-06-01T00:00:00+00:00")) == a_moment("2024-02-29T17:00:00+00:00")
    assert window_end(a_token(title), a_moment("2026-06-01T00:00:00+00:00")) is None


@given(st.integers(0, 30 * 365), st.integers(0, 23))
def test_new_yorks_clock_is_right_on_every_day(day: int, hour: int) -> None:
    """Against the time zone database, where the machine has one."""
    zoneinfo = pytest.importorskip("zoneinfo")
    try:
        zone = zoneinfo.ZoneInfo("America/New_York")
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip("no time zone database")
    local = datetime(2020, 1, 1, tzinfo=zone) + timedelta(days=day, hours=hour)
    clock = local.strftime("%I%p").lower()
    title = f"Bitcoin Up or Down - {local:%B} {local.day}, {clock} ET"
    end = window_end(a_token(title, slug=f"x-{local.year}-x"), None)
    begins = (local.astimezone(UTC) - EPOCH) // timedelta(milliseconds=1)
    on_a_change_of_clocks = local.month in (3, 11) and hour <= 3
    assert end is not None
    assert on_a_change_of_clocks or end - begins == 3_600_000


@pytest.mark.recorded
def test_windows_agree_with_the_catalogues_end_dates(recorded_data: Path) -> None:
    """All 292 five-minute markets of a day, by slug and by title."""
    path = recorded_data / "gamma" / "Ligengxin96_polymarket-data-samples" / "BTC-5m-markets-2026-07-24.jsonl.gz"
    directory = RecordedDirectory([path])
    around = a_moment("2026-06-01T00:00:00+00:00")
    markets = list(directory._by_market.values())
    assert len(markets) == 292
    for market in markets:
        assert window_end(a_token(slug=market.slug), None) == market.ends_at
        assert window_end(a_token(market.title), around) == market.ends_at
