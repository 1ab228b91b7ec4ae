"""The audit: profit of every recorded fill whose market result is known, recomputed in exact rationals by other code.

The reader below shares nothing with the program: it takes rows with `csv` and `json`, money as fractions, and joins
results by itself. Fills are told apart as the data set's own description does: rows that carry a transaction hash
are one fill if they are equal, rows without one are each a fill.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import IO, NamedTuple

import pytest

from copydesk.settings.layers import load
from copydesk.wiring.replay import ReplayRequest, replay_once

KNOWN_FILLS = 5_258
"""Fills of the data set whose market result is in it, as its description counts them."""

RESULTS = "gamma/merged_index/resolutions_all.csv.gz"
API = ("transactionHash", "proxyWallet", "asset", "conditionId", "outcome", "side", "price", "size", None)
SOURCES = {
    "data_api/ibalgo_insider-trading-prediction/trades_nobel_2025-10-10.csv.gz": API,
    "data_api/nexiumito_polycopy/trades_global_sample.json.gz": API,
    "data_api/nexiumito_polycopy/activity_sample.json.gz": API,
    "data_api/rendoarsandi_Poly-Bot/trades_0x1faf.json": API,
    "data_api/ahdpe_polymarket-whales-public/trades_over_500usd.csv.gz": (
        None, "wallet", None, "market_id", "outcome", "trade_action", "price", None, "trade_size_usd"),
    "data_api/ZhdanovAlexey_polymarket-copybot/observed_leader_trades.csv.gz": (
        None, "trader_address", "token_id", "condition_id", "outcome", "side", "original_trader_price",
        "original_trader_size", None),
    "onchain/Scotty108_Cascadian/fills_0xcce2.csv": (
        None, "wallet", "asset_id", None, None, "side", "price", "size_6dp", None),
    "onchain/Scotty108_Cascadian/dome_orders_0xcce2.jsonl.gz": (
        "tx_hash", "user", "token_id", "condition_id", None, "side", "price", "shares_normalized", None),
    "onchain/hiiliketocode_polycopy/dome_orders_top_traders.csv": (
        "tx_hash", "wallet_address", "token_id", "condition_id", "token_label", "side", "price", "shares_normalized",
        None),
}  # fmt: skip


SUBGRAPH = "onchain/jm709_pscanner/orderfilled_subgraph_v1.json"
UNDECIDED = 1
"""One fill's record names neither its outcome nor is its market's winning token known: only its market's winner is."""


class RecordedFill(NamedTuple):
    """One fill as its row has it, in exact fractions; `copy` numbers equal rows without a transaction hash."""

    tx_hash: str
    wallet: str
    token: str
    condition: str
    outcome: str
    side: str
    size: Fraction
    dollars: Fraction
    copy: int


def opened(path: Path) -> IO[str]:
    return gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a file, every value as text."""
    with opened(path) as file:
        if ".csv" in path.name:
            yield from csv.DictReader(file)
        elif ".jsonl" in path.name:
            yield from (json.loads(line, parse_float=str, parse_int=str) for line in file)
        else:
            yield from json.loads(file.read(), parse_float=str, parse_int=str)


def fills(folder: Path) -> Iterator[RecordedFill]:
    """Every distinct fill of the sources."""
    seen: set[RecordedFill] = set()
    for source, columns in SOURCES.items():
        copies: Counter[tuple[str, ...]] = Counter()
        for row in rows(folder / source):
            if row.get("type", "TRADE") != "TRADE":
                continue
            tx, wallet, token, condition, outcome, side, price, size, usd = (row[c] if c else "" for c in columns)
            at, moved = Fraction(Decimal(price)), Fraction(Decimal(usd)) if usd else Fraction(0)
            shares = moved / at if usd else Fraction(Decimal(size))
            if "size_6dp" in columns:
                shares /= 1_000_000
            copy = 0
            if not tx:
                copies[tuple(row.values())] += 1
                copy = copies[tuple(row.values())]
            fill = RecordedFill(tx, wallet.lower(), token, condition, outcome.casefold(), side.upper(), shares,
                                moved or shares * at, copy)  # fmt: skip
            if not (tx and fill in seen):
                seen.add(fill)
                yield fill


def subgraph_fills(folder: Path) -> Iterator[RecordedFill]:
    """The fills of the subgraph's document: what the maker gave and took says side, token, shares and dollars."""
    document = json.loads((folder / SUBGRAPH).read_text())
    for row in document["v1_rows"]:
        side = "BUY" if row["makerAssetId"] == "0" else "SELL"
        gave, took = int(row["makerAmountFilled"]), int(row["takerAmountFilled"])
        size, dollars = (took, gave) if side == "BUY" else (gave, took)
        token = row["takerAssetId"] if side == "BUY" else row["makerAssetId"]
        outcome = document["asset_index"][token].casefold()
        yield RecordedFill(row["transactionHash"], row["maker"], token, document["condition_id"], outcome, side,
                           Fraction(size, 1_000_000), Fraction(dollars, 1_000_000), 0)  # fmt: skip


class Outcomes:
    """Who won, by condition and by winning token."""

    def __init__(self, path: Path) -> None:
        table = list(rows(path))
        self.by_condition = {row["condition_id"]: row for row in table if row["condition_id"]}
        self.winners = {row["winning_token_id"] for row in table if row["winning_token_id"]}

    def is_known(self, fill: RecordedFill) -> bool:
        return fill.condition in self.by_condition or fill.token in self.winners

    def won(self, fill: RecordedFill) -> bool | None:
        """Whether the fill's token paid a dollar; None if the record does not say."""
        row = self.by_condition.get(fill.condition)
        if row is None:
            return True if fill.token in self.winners else None
        if row["winning_token_id"] and fill.token:
            return row["winning_token_id"] == fill.token
        return row["outcome"].casefold() == fill.outcome if fill.outcome else None


def micros(amount: Fraction) -> int:
    """To the nearest micro, halves up."""
    return (2 * amount * 1_000_000 + 1).__floor__() // 2


@pytest.mark.slow
def test_the_ledger_agrees_with_exact_rationals_to_the_micro(recorded_data: Path) -> None:
    """I13, K21: `--preset exact` over every fill with a known result; by wallet and in all, and not one fill missing.

    Each fill moves whole micros, as on chain: shares and dollars are rounded to the nearest once, and nothing after
    that. The unrounded total is within what that rounding can explain.
    """
    outcomes = Outcomes(recorded_data / RESULTS)
    recorded = (*fills(recorded_data), *subgraph_fills(recorded_data))
    known = [fill for fill in recorded if outcomes.is_known(fill)]
    assert len(known) == KNOWN_FILLS
    exact, by_wallet, counted = Fraction(0), defaultdict[str, int](int), 0
    for fill in known:
        won = outcomes.won(fill)
        if won is None:
            continue
        sign = 1 if fill.side == "BUY" else -1
        exact += sign * (fill.size * won - fill.dollars)
        by_wallet[fill.wallet] += sign * (micros(fill.size) * won - micros(fill.dollars))
        counted += 1
    report = replay_once(
        load({"preset": "exact"}, {"gates": {"unknown_end": "allow"}}),
        ReplayRequest(
            sources=tuple(str(recorded_data / source) for source in (*SOURCES, SUBGRAPH)),
            results=(recorded_data / RESULTS,),
        ),
    )
    assert report.settled_fills == counted
    assert report.realised_micros == sum(by_wallet.values())
    assert {wallet: micros(Fraction(text)) for wallet, text in report.pnl_by_wallet.items()} == by_wallet
    assert abs(report.realised_micros - exact * 1_000_000) <= counted
    assert counted == KNOWN_FILLS - UNDECIDED
