"""Bad input, as the operator meets it: the row is refused by name with its file and line, and the rest goes on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from copydesk.adapters.polymarket.records.feed import RecordedFeed
from copydesk.domain.trade import LeaderTrade, RowRefused

LEADER, TX = "0x" + "a1" * 20, "0x" + "7e" * 32
TOKEN, CONDITION = "71350000000000000000000000000000000000000042", "0x" + "c0" * 32
GOOD = {
    "proxyWallet": LEADER, "side": "BUY", "asset": TOKEN, "conditionId": CONDITION, "size": "10", "price": "0.43",
    "timestamp": "1790000000", "title": "Rain?", "outcome": "Yes", "transactionHash": TX,
}  # fmt: skip
BAD = {
    "NaN price": ({"price": "NaN"}, "not_a_number"),
    "infinite size": ({"size": "Infinity"}, "not_finite"),
    "price 0": ({"price": "0"}, "price_range"),
    "price 1": ({"price": "1"}, "price_range"),
    "price 1.0": ({"price": "1.0"}, "price_range"),
    "milliseconds for seconds": ({"timestamp": "1790000000000"}, "timestamp_unit"),
    "year 1970": ({"timestamp": "0"}, "timestamp_range"),
    "negative size": ({"size": "-10"}, "negative_amount"),
    "no size": ({"size": ""}, "missing_field"),
    "zero size": ({"size": "0.0"}, "zero_amount"),
    "1e999": ({"size": "1e999"}, "too_large"),
    "short wallet": ({"proxyWallet": LEADER[:-2]}, "bad_hex"),
    "long transaction": ({"transactionHash": TX + "00"}, "bad_hex"),
    "short condition": ({"conditionId": CONDITION[:-3]}, "bad_hex"),
    "token in hex": ({"asset": TX}, "bad_token_id"),
    "no side": ({"side": ""}, "missing_side"),
    "unknown side": ({"side": "LONG"}, "unknown_side"),
}


def csv_of(rows: list[dict[str, str]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in [list(GOOD), *(list(row.values()) for row in rows)]).encode()


def line_of(row: dict[str, str]) -> str:
    """A JSON object with bare numbers, as the venue writes them; NaN is bare, too."""
    bare = {"price", "size", "timestamp"}
    cells = (f'"{name}": {value if name in bare and value else json.dumps(value)}' for name, value in row.items())
    return "{" + ", ".join(cells) + "}\n"


def lines_of(rows: list[dict[str, str]]) -> bytes:
    return "".join(map(line_of, rows)).encode()


def list_of(rows: list[dict[str, str]]) -> bytes:
    return b"[" + lines_of(rows).strip().replace(b"\n", b",\n") + b"]"


WRITERS = {"bad.csv": (csv_of, 3), "bad.jsonl": (lines_of, 2), "bad.json": (list_of, 2)}


def read(path: Path) -> tuple[int, list[RowRefused]]:
    """The number of trades, and the refusals."""
    sightings = list(RecordedFeed([path]).sightings())
    refusals = [each for each in sightings if isinstance(each, RowRefused)]
    return sum(isinstance(each, LeaderTrade) for each in sightings), refusals


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_refused_where_it_stands(tmp_path: Path, name: str, case: str) -> None:
    """F34, in CSV, JSON lines and a JSON list alike."""
    change, reason = BAD[case]
    write, line = WRITERS[name]
    path = tmp_path / name
    path.write_bytes(write([GOOD, GOOD | change, GOOD]))
    trades, refusals = read(path)
    assert trades == 2
    assert [(no.reason, no.file, no.line) for no in refusals] == [(reason, str(path), line)]
    assert 0 < len(refusals[0].found) <= 80
    assert refusals[0].allowed


def test_a_line_with_another_number_of_fields_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(csv_of([GOOD]) + b"1,2,3\n" + csv_of([GOOD]).splitlines(keepends=True)[1])
    trades, refusals = read(path)
    assert trades == 2
    assert [(no.reason, no.line, no.found) for no in refusals] == [
        ("wrong_columns", 3, "3 fields where the header has 10 columns")
    ]


@pytest.mark.parametrize("name", ["bad.csv", "bad.json"])
def test_a_renamed_column_refuses_every_row_by_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(WRITERS[name][0]([GOOD, GOOD]).replace(b"price", b"cost"))
    trades, refusals = read(path)
    assert trades == 0
    assert [no.reason for no in refusals] == ["missing_field"] * 2
    assert all("price" in no.found and "cost" in no.found for no in refusals)


@pytest.mark.parametrize("name", WRITERS)
def test_a_truncated_gzip_gives_its_whole_rows_and_one_refusal(tmp_path: Path, name: str) -> None:
    changes = ({"size": str(number + 1), "transactionHash": f"0x{number * 7919:064x}"} for number in range(9000))
    rows = [GOOD | change for change in changes]
    write, line = WRITERS[name]
    packed = gzip.compress(write(rows))
    path = tmp_path / (name + ".gz")
    path.write_bytes(packed[: len(packed) // 2])
    trades, refusals = read(path)
    assert 1000 < trades < 8000
    assert [(no.reason, no.line) for no in refusals] == [("truncated_file", trades + line - 1)]
    assert refusals[0].found == "the gzip ends before its end mark"


def test_a_corrupt_gzip_is_said_to_be_one(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(csv_of([GOOD] * 50)))
    packed[-5] ^= 0xFF
    path = tmp_path / "bad.csv.gz"
    path.write_bytes(bytes(packed))
    trades, refusals = read(path)
    assert trades == 50
    assert [(no.reason, no.line) for no in refusals] == [("truncated_file", 52)]
    assert "corrupt" in refusals[0].found
