"""Every recorded file of trades is read whole, and every other file says what it is instead."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from copydesk.adapters.polymarket.records.feed import RecordedFeed
from copydesk.domain.errors import Unreadable
from copydesk.domain.trade import LeaderTrade, RowRefused

pytestmark = pytest.mark.recorded

# Every file of trades: trades, activities, different events, and what is refused for which reason. The differences
# between trades and events are rows that the file repeats.
DATA_API = {
    "BRKME_polymarket-insider-detector/large_new_wallet_trades.csv.gz": (151, 0, 151, {"missing_side": 314}),
    "ZhdanovAlexey_polymarket-copybot/observed_leader_trades.csv.gz": (569, 0, 569, {}),
    "ahdpe_polymarket-whales-public/trades_over_500usd.csv.gz": (6421, 0, 6421, {}),
    "bennacer860_fleet-ai-sandbox/wallet_trades.csv.gz": (945, 0, 945, {}),
    "denniswu28_polycopy/target_trades.csv.gz": (14072, 0, 14072, {}),
    "edulabrador_polymarket-smart-money/activity.json": (0, 15, 15, {}),
    "edulabrador_polymarket-smart-money/activity_all.json": (42, 8, 50, {}),
    "edulabrador_polymarket-smart-money/buys_over_50k.jsonl.gz": (500, 0, 500, {}),
    "edulabrador_polymarket-smart-money/trades.json": (5, 0, 5, {}),
    "ibalgo_insider-trading-prediction/trades_nobel_2025-10-10.csv.gz": (5000, 0, 1500, {}),
    "jamesbayly_sigil-dashboard/trades.csv.gz": (2581, 0, 2551, {}),
    "jm709_pscanner/activity.json": (10, 0, 10, {}),
    "nexiumito_polycopy/activity_sample.json.gz": (100, 0, 100, {}),
    "nexiumito_polycopy/trades_global_sample.json.gz": (500, 0, 500, {}),
    "rendoarsandi_Poly-Bot/trades_0x1faf.json": (13, 0, 13, {}),
    "rendoarsandi_Poly-Bot/trades_gabagool22_1000.json.gz": (1000, 0, 968, {}),
    "rendoarsandi_Poly-Bot/trades_gabagool22_500.json.gz": (500, 0, 487, {}),
    "sellersja01_polybotanalysis/activity_galindrast.json.gz": (3452, 48, 3496, {}),
    "sellersja01_polybotanalysis/activity_wallet_1_0x6127.csv.gz": (39975, 980, 40955, {}),
    "sellersja01_polybotanalysis/activity_wallet_3_0xd111.csv.gz": (40993, 771, 41764, {}),
    "sellersja01_polybotanalysis/activity_wallet_5_0x52f8.csv.gz": (31682, 651, 32333, {}),
    "sellersja01_polybotanalysis/activity_wallet_8_0xf539.csv.gz": (3363, 133, 3496, {}),
    "starhaz3_star-polymarket/activity_0x4f34.json.gz": (298, 202, 500, {}),
    "starhaz3_star-polymarket/own_trades_archive.csv.gz": (382, 0, 382, {}),
}
ONCHAIN = {
    "Scotty108_Cascadian/dome_orders_0xcce2.jsonl.gz": (100, 0, 100, {}),
    "Scotty108_Cascadian/fills_0x1e5d.csv": (176, 0, 176, {}),
    "Scotty108_Cascadian/fills_0xcce2.csv": (194, 0, 194, {}),
    "hiiliketocode_polycopy/dome_orders_top_traders.csv": (2, 0, 2, {}),
    "jm709_pscanner/orderfilled_subgraph_v1.json": (3, 0, 3, {}),
    "jm709_pscanner/orderfilled_subgraph_v2.json": (2, 0, 2, {}),
    "kydlikebtc_polymarket-whalewatch/logs_v2.json": (1, 0, 1, {"not_a_fill": 2}),
}
RTDS = {
    "nautechsystems_nautilus_trader/rtds_crypto_prices_update.json": (0, 0, 0, {"not_a_trade": 1}),
    "nautechsystems_nautilus_trader/rtds_equity_prices_subscribe.json": (0, 0, 0, {"not_a_trade": 1}),
    "nautechsystems_nautilus_trader/rtds_equity_prices_update.json": (0, 0, 0, {"not_a_trade": 1}),
    "public_captures/activity_trades_2026-08-19.json": (1, 0, 1, {}),
}
EVM = {
    "fills.json": (153, 0, 153, {"not_a_fill": 622, "zero_amount": 2, "foreign_contract": 1}),
    "notifications_A.jsonl": (304, 0, 152, {"not_a_fill": 140, "zero_amount": 4, "foreign_contract": 1}),
    "notifications_B.jsonl": (152, 0, 152, {"not_a_fill": 140, "zero_amount": 2}),
    "notifications_C.jsonl": (152, 0, 152, {"not_a_fill": 140, "zero_amount": 2}),
    "reorgs/01.json": (2, 0, 2, {"not_a_fill": 7}),
    "reorgs/02.json": (2, 0, 2, {"not_a_fill": 5}),
    "reorgs/03.json": (4, 0, 2, {"not_a_fill": 8, "removed_log": 2}),
    "reorgs/04.json": (4, 0, 2, {"not_a_fill": 7}),
    "reorgs/05.json": (8, 0, 6, {"not_a_fill": 14, "removed_log": 4}),
    "reorgs/06.json": (4, 0, 4, {"not_a_fill": 9, "removed_log": 2}),
    "reorgs/07.json": (2, 0, 2, {"not_a_fill": 8, "removed_log": 2}),
    "reorgs/08.json": (4, 0, 2, {"not_a_fill": 9, "removed_log": 2}),
    "reorgs/09.json": (6, 0, 6, {"not_a_fill": 11, "removed_log": 4}),
    "reorgs/10.json": (4, 0, 4, {"not_a_fill": 7, "removed_log": 2}),
    "reorgs/11.json": (8, 0, 2, {"not_a_fill": 13, "removed_log": 4}),
    "reorgs/12.json": (2, 0, 2, {"not_a_fill": 5}),
    "reorgs/13.json": (2, 0, 2, {"not_a_fill": 4}),
    "reorgs/14.json": (2, 0, 2, {"not_a_fill": 5, "removed_log": 2}),
}
FOLDERS = {"data_api": DATA_API, "onchain": ONCHAIN, "rtds": RTDS, "evm": EVM}
EXPECTED = {f"{folder}/{name}": found for folder, files in FOLDERS.items() for name, found in files.items()}
COUNTED = [name for name in EXPECTED if name.startswith(("data_api", "onchain"))]


class Reading(NamedTuple):
    """What came of one file."""

    trades: int
    activities: int
    events: int
    refused: dict[str, int]
    fills: frozenset[str]


@cache
def reading(path: Path) -> Reading:
    """Read one file, checking what holds for every file."""
    feed, kinds, refused = RecordedFeed([path]), Counter[str](), Counter[str]()
    ids, fills = set(), set()
    last = (0, "")
    for each in feed.sightings():
        kinds[type(each).__name__] += 1
        if isinstance(each, RowRefused):
            refused[each.reason] += 1
            assert each.file == str(path)
            assert each.line > 0
            continue
        assert last <= (each.happened_at, each.event_id), "in order of time and id"
        last = (each.happened_at, each.event_id)
        ids.add(each.event_id)
        if isinstance(each, LeaderTrade):
            fills.add(each.event_id)
            assert int(each.shares) > 0
            assert int(each.notional) > 0
    assert feed.seen.rows_read == sum(kinds.values()), "every row is one sighting"
    assert feed.seen.bytes_read == feed.seen.bytes_total
    return Reading(kinds["LeaderTrade"], kinds["LeaderActivity"], len(ids), dict(refused), frozenset(fills))


def looks_like_trades(path: Path) -> bool:
    try:
        reading(path)
    except Unreadable:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_file_is_read_whole(recorded_data: Path, name: str) -> None:
    """Must show: every trade file under data_api, onchain, rtds and evm."""
    assert reading(recorded_data / name)[:4] == EXPECTED[name]


@pytest.mark.slow
def test_no_other_recorded_file_is_taken_for_trades(recorded_data: Path) -> None:
    """Positions, leaderboards, holders, books, catalogues, results, vectors: all unreadable, none misread."""
    files = {path.relative_to(recorded_data).as_posix(): path for path in recorded_data.rglob("*") if path.is_file()}
    others = [path for name, path in files.items() if name not in EXPECTED and path.suffix != ".md"]
    assert len(others) > 90
    assert [str(path) for path in others if looks_like_trades(path)] == []


@pytest.mark.slow
def test_the_recorded_trade_rows_are_the_ones_the_catalogue_counts(recorded_data: Path) -> None:
    """153,340 in the catalogue: all but the six rows given as raw events (five of the subgraph, one log).

    Of them 314 have no side: they claim to be trades and are refused. Activities are 2,808, as counted there.
    """
    readings = {name: reading(recorded_data / name) for name in COUNTED}
    trades = sum(each.trades for each in readings.values())
    without_side = sum(each.refused.get("missing_side", 0) for each in readings.values())
    raw = sum(each.trades for name, each in readings.items() if "orderfilled_subgraph" in name or "logs_v2" in name)
    assert (trades, without_side, raw) == (153_032, 314, 6)
    assert trades + without_side - raw == 153_340
    assert sum(each.activities for each in readings.values()) == 2_808


@pytest.mark.slow
def test_the_recorded_fills_are_as_many_as_the_catalogue_counts(recorded_data: Path) -> None:
    """C9: 149,274 different fills in the catalogue. Ours are as many, with the six raw events and without the 314."""
    fills: set[str] = set()
    for name in COUNTED:
        fills |= reading(recorded_data / name).fills
    assert len(fills) == 149_274 + 6 - 314
