"""How markets ended: every shape of result there is, and what is no result."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from copydesk.adapters.polymarket.results import Results
from copydesk.domain.errors import Unreadable
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.market import Payout
from copydesk.domain.money import MICROS, Price
from copydesk.domain.trade import Token

MARKET = "0x" + "ab" * 32
OTHER = "0x" + "cd" * 32
WINNER, LOSER = "111", "222"
RESOLVED = TimeMs(1_760_000_000_000)
HEADER = "condition_id,winning_token_id,outcome,resolved_at,sources,conflict"


def a_token(token: str = WINNER, *, market: str = MARKET, outcome: str = "Yes") -> Token:
    return Token(id=TokenId(token), market=MarketId(market), outcome=outcome)


def by_name(outcome: str, *, market: str = MARKET) -> Token:
    """A token whose id no record gave."""
    return a_token(f"{market}/{outcome}", market=market, outcome=outcome)


def a_table(folder: Path, *rows: str, header: str = HEADER, name: str = "results.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n")
    return path


def a_market(**changed: Any) -> dict[str, Any]:
    market = {
        "conditionId": MARKET,
        "question": "Will it?",
        "outcomes": '["Yes", "No"]',
        "outcomePrices": '["1", "0"]',
        "clobTokenIds": f'["{WINNER}", "{LOSER}"]',
        "closed": True,
        "closedTime": "2025-10-09 08:53:20+00",
        "endDate": "2025-10-09T00:00:00Z",
    }
    return market | changed


def a_catalogue(folder: Path, found: object, name: str = "markets.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(found))
    return path


def paid(results: Results, token: Token) -> int | None:
    payout = results.payout(token)
    return None if payout is None else int(payout.per_share)


# --- tables ----------------------------------------------------------------------------------------------------------


def test_a_winner_by_token_pays_and_every_other_token_of_the_market_does_not(tmp_path: Path) -> None:
    results = Results.read([a_table(tmp_path, f"{MARKET},{WINNER},,1760000000,somewhere,")])
    assert results.payout(a_token()) == Payout(per_share=Price(MICROS), resolved_at=RESOLVED)
    assert results.payout(a_token(LOSER, outcome="No")) == Payout(per_share=Price(0), resolved_at=RESOLVED)


def test_a_winner_by_name_pays_whatever_the_case(tmp_path: Path) -> None:
    results = Results.read([a_table(tmp_path, f"{MARKET},,YES,,somewhere,")])
    assert results.payout(a_token()) == Payout(per_share=Price(MICROS), resolved_at=None)
    assert paid(results, by_name("No")) == 0
    assert paid(results, a_token(outcome="")) is None


def test_a_token_without_an_id_is_looked_up_by_its_outcome(tmp_path: Path) -> None:
    results = Results.read([a_table(tmp_path, f"{MARKET},{WINNER},Yes,,somewhere,")])
    assert paid(results, by_name("yes")) == MICROS
    assert paid(results, by_name("No")) == 0


def test_an_id_and_a_name_that_contradict_each_other_settle_nothing(tmp_path: Path) -> None:
    """A wrong join must not become money."""
    results = Results.read([a_table(tmp_path, f"{MARKET},{WINNER},Yes,,somewhere,")])
    assert results.payout(a_token(WINNER, outcome="No")) is None
    assert results.contradictions == 1


def test_a_winner_known_by_its_token_alone_pays(tmp_path: Path) -> None:
    """Its loser stays unknown: no source names it."""
    results = Results.read([a_table(tmp_path, f",{WINNER},Yes,,somewhere,")])
    assert paid(results, a_token(market=f"token:{WINNER}")) == MICROS
    assert paid(results, a_token(LOSER, market=f"token:{LOSER}", outcome="No")) is None
    assert results.markets == 1


def test_sources_that_disagree_settle_nothing_and_are_counted(tmp_path: Path) -> None:
    results = Results.read([a_table(tmp_path, f"{MARKET},{WINNER},Yes,,two,1", f"{OTHER},333,Yes,,one,")])
    assert results.payout(a_token()) is None
    assert (results.conflicts, results.markets) == (1, 1)


@pytest.mark.parametrize(
    "second", [f"{MARKET},{LOSER},,,b,", f"{MARKET},,No,,b,", f"{MARKET},,50-50,,b,", f"{MARKET},{LOSER},No,,b,"]
)
def test_rows_that_disagree_are_found_out_in_any_order(tmp_path: Path, second: str) -> None:
    first = f"{MARKET},{WINNER},Yes,,a,"
    for number, rows in enumerate(((first, second), (second, first))):
        results = Results.read([a_table(tmp_path, *rows, name=f"{number}.csv")])
        assert results.payout(a_token()) is None
        assert results.conflicts == 1


def test_rows_that_agree_add_up_and_the_later_time_counts(tmp_path: Path) -> None:
    rows = (f"{MARKET},,Yes,1760000000,a,", f"{MARKET},{WINNER},,,b,", f"{MARKET},{WINNER},yes,1750000000,c,")
    results = Results.read([a_table(tmp_path, *rows)])
    assert results.payout(a_token()) == Payout(per_share=Price(MICROS), resolved_at=RESOLVED)
    assert results.conflicts == 0


def test_a_market_that_was_split_pays_half_to_every_token(tmp_path: Path) -> None:
    results = Results.read([a_table(tmp_path, f"{MARKET},,50-50,,a,")])
    assert paid(results, a_token()) == paid(results, by_name("No")) == MICROS // 2


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("condition_id,winner_token_id,market_title,fetched_at", f"{MARKET},{WINNER},Will it?,1776421149"),
        ("condition_id,gamma_market_id,question,resolved_outcome,resolved_at", f"{MARKET},1,Will it?,YES,2025-10-09T"),
        ("condition_id,gamma_market_id,winning_outcome,winning_token_id,resolved_at", f"{MARKET},4,Yes,{WINNER},"),
        ("condition_id,outcome,won", f"{MARKET},Yes,True"),
    ],
)
def test_every_table_of_the_recorded_data_is_read(tmp_path: Path, header: str, row: str) -> None:
    row = row.replace("2025-10-09T", "2025-10-09T08:53:20.000Z")
    results = Results.read([a_table(tmp_path, row, header=header)])
    assert paid(results, a_token()) == MICROS
    assert paid(results, a_token(LOSER, outcome="No")) == 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{MARKET},,,1760000000,a,", "missing_field"),
        (",,Yes,1760000000,a,", "missing_field"),
        (f"{MARKET[:-1]},{WINNER},Yes,,a,", "bad_hex"),
        (f"{MARKET},-5,Yes,,a,", "bad_token_id"),
        (f"{MARKET},{WINNER},Yes,1760000000000,a,", "timestamp_unit"),
        (f"{MARKET},{WINNER},Yes,12,a,", "timestamp_range"),
        (f"{MARKET},{WINNER}", "wrong_columns"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_rest_goes_on(tmp_path: Path, row: str, reason: str) -> None:
    """F34."""
    path = a_table(tmp_path, row, f"{OTHER},333,Yes,,a,")
    results = Results.read([path])
    (refusal,) = results.refused
    assert (refusal.reason, refusal.line, refusal.file) == (reason, 2, str(path))
    assert results.markets == 1
    assert results.rows_read == 2


def test_a_row_that_says_only_who_lost_names_no_winner(tmp_path: Path) -> None:
    results = Results.read([a_table(tmp_path, f"{MARKET},Yes,False", header="condition_id,outcome,won")])
    assert results.payout(a_token()) is None
    assert [refusal.reason for refusal in results.refused] == ["missing_field"]


def test_a_table_of_something_else_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="condition_id"):
        Results.read([a_table(tmp_path, "1,2", header="token_id,title")])
    with pytest.raises(Unreadable):
        Results.read([tmp_path / "nowhere.csv"])
    with pytest.raises(Unreadable):
        Results.read([a_table(tmp_path, name="results.txt")])


# --- the catalogue ---------------------------------------------------------------------------------------------------


def test_a_closed_market_pays_its_last_prices(tmp_path: Path) -> None:
    results = Results.read([a_catalogue(tmp_path, a_market())])
    assert results.payout(a_token()) == Payout(per_share=Price(MICROS), resolved_at=RESOLVED)
    assert paid(results, a_token(LOSER, outcome="No")) == 0
    assert paid(results, by_name("no")) == 0


def test_a_loser_of_the_catalogue_is_known_by_its_token_alone(tmp_path: Path) -> None:
    results = Results.read([a_catalogue(tmp_path, a_market())])
    assert paid(results, a_token(LOSER, market=f"token:{LOSER}", outcome="")) == 0


def test_a_third_token_of_a_market_is_unknown(tmp_path: Path) -> None:
    results = Results.read([a_catalogue(tmp_path, a_market())])
    assert paid(results, a_token("333", outcome="")) is None
    assert paid(results, a_token("333", outcome="Maybe")) is None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"outcomePrices": '["0.5", "0.5"]'}, MICROS // 2),
        ({"outcomePrices": ["1.0", "0.00"]}, MICROS),
        ({"outcomes": ["Yes", "No"], "clobTokenIds": [WINNER, LOSER]}, MICROS),
        ({"closed": None}, MICROS),
        ({"umaResolutionStatus": "resolved"}, MICROS),
        ({"version": "v1"}, MICROS),
        ({"version": "v2", "positionIds": [LOSER, WINNER]}, 0),
        ({"conditionId": MARKET.upper().replace("X", "x")}, MICROS),
    ],
)
def test_what_counts_as_a_result(tmp_path: Path, changed: dict[str, Any], expected: int) -> None:
    results = Results.read([a_catalogue(tmp_path, a_market(**changed))])
    assert paid(results, a_token(outcome="")) == expected


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"closed": False}, "open"),
        ({"closed": None, "closedTime": None}, "open"),
        ({"umaResolutionStatus": "disputed"}, "unsettled"),
        ({"umaResolutionStatus": "proposed"}, "unsettled"),
        ({"outcomePrices": '["0", "0"]'}, "closed_without_payout"),
        ({"outcomePrices": '["1", "1"]'}, "closed_without_payout"),
        ({"outcomePrices": '["0.9995", "0.0005"]'}, "closed_without_payout"),
        ({"outcomePrices": '["0.5843311669077693146635445446077281", "0.4156688330922306853364554553922719"]'}, ""),
        ({"outcomePrices": None}, "closed_without_payout"),
    ],
)
def test_what_is_no_result(tmp_path: Path, changed: dict[str, Any], why: str) -> None:
    """F64: closed is not resolved."""
    results = Results.read([a_catalogue(tmp_path, a_market(**changed))])
    assert results.payout(a_token()) is None
    assert results.without_result == {why or "closed_without_payout": 1}
    assert not results.refused


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"conditionId": None}, "not_a_market"),
        ({"conditionId": "0x12"}, "bad_hex"),
        ({"outcomes": '["Yes"'}, "bad_json"),
        ({"outcomes": 5}, "wrong_type"),
        ({"outcomePrices": '["1"]'}, "unequal_lists"),
        ({"outcomePrices": '["NaN", "0"]'}, "not_a_number"),
        ({"clobTokenIds": '["-1", "2"]'}, "bad_token_id"),
        ({"version": "v3"}, "unknown_version"),
        ({"closedTime": "last week"}, "timestamp_format"),
    ],
)
def test_a_bad_market_is_refused_and_the_rest_goes_on(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    """F34, F60."""
    good = a_market(conditionId=OTHER, clobTokenIds=None)
    results = Results.read([a_catalogue(tmp_path, [a_market(**changed), good])])
    (refusal,) = results.refused
    assert (refusal.reason, refusal.line) == (reason, 1)
    assert refusal.allowed
    assert results.markets == 1


def test_markets_are_found_wherever_collectors_put_them(tmp_path: Path) -> None:
    events = {"events": [{"slug": "e", "tags": [{"slug": "nba"}], "markets": [a_market()]}], "pagination": {}}
    shapes: list[object] = [a_market(), [a_market()], {"slug": "e", "markets": [a_market()]}, events]
    shapes += [{"raw": a_market()}, [{"raw": a_market()}], {"markets": [a_market()], "next_cursor": "x"}]
    for number, shape in enumerate(shapes):
        assert paid(Results.read([a_catalogue(tmp_path, shape, f"{number}.json")]), a_token()) == MICROS
    lines = tmp_path / "markets.jsonl.gz"
    lines.write_bytes(gzip.compress(b"\n".join(json.dumps(shape).encode() for shape in shapes)))
    results = Results.read([lines])
    assert (results.rows_read, results.markets, len(results.refused)) == (len(shapes), 1, 0)


def test_the_catalogue_and_a_table_are_held_against_each_other(tmp_path: Path) -> None:
    agree = a_table(tmp_path, f"{MARKET},{WINNER},Yes,,a,", name="agree.csv")
    differ = a_table(tmp_path, f"{MARKET},{LOSER},No,,a,", name="differ.csv")
    catalogue = a_catalogue(tmp_path, a_market())
    assert paid(Results.read([agree, catalogue]), a_token()) == MICROS
    assert paid(Results.read([catalogue, differ]), a_token()) is None
    assert paid(Results.read([differ, catalogue]), a_token()) is None


# --- recorded data ---------------------------------------------------------------------------------------------------


@pytest.mark.recorded
def test_the_merged_index_is_read_whole(recorded_data: Path) -> None:
    results = Results.read([recorded_data / "gamma" / "merged_index" / "resolutions_all.csv.gz"])
    assert (results.rows_read, results.conflicts, len(results.refused)) == (11_746, 10, 1)
    assert results.refused[0].reason == "missing_field"
    assert results.markets > 11_500


@pytest.mark.recorded
def test_the_recorded_catalogue_agrees_with_the_index(recorded_data: Path) -> None:
    """A day of five-minute markets, the largest of 2024, 2,785 others. Two were split, and the index calls them won."""
    folder = recorded_data / "gamma"
    catalogue = [
        folder / "Ligengxin96_polymarket-data-samples" / "BTC-5m-markets-2026-07-24.jsonl.gz",
        folder / "Benja-Pauls_polymarket-insider-detection" / "markets_metadata.json",
        folder / "johnstew324_polymarket-whale-watch" / "resolved_markets_with_tags.json.gz",
    ]
    alone = Results.read(catalogue)
    assert (alone.markets, alone.conflicts, len(alone.refused)) == (3_127, 0, 0)
    together = Results.read([*catalogue, folder / "merged_index" / "resolutions_all.csv.gz"])
    assert together.conflicts == 10 + 2


@pytest.mark.recorded
@pytest.mark.parametrize("name", ["closed_nonbinary_legacy", "closed_zero_zero_legacy"])
def test_old_markets_without_a_payout_have_no_result(recorded_data: Path, name: str) -> None:
    path = recorded_data / "gamma" / "nautechsystems_nautilus_trader" / f"gamma_market_{name}.json"
    assert Results.read([path]).without_result == {"closed_without_payout": 1}
