"""`RecordedFeed`: files in, sightings out, in order of time; nothing is lost and nothing is counted twice."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from copydesk.adapters.polymarket.parse.csv_columns import ColumnMap
from copydesk.adapters.polymarket.records.feed import RecordedFeed, Seen
from copydesk.domain.errors import Unreadable
from copydesk.domain.trade import LeaderActivity, LeaderTrade, RowRefused, Sighting
from tests.adapters.polymarket.said import said

LEADER = "0x" + "a1" * 20
TOKEN = "71350000000000000000000000000000000000000042"
HEADER = (
    "timestamp,trader_address,side,market_title,condition_id,token_id,outcome,"
    "original_trader_size,original_trader_price"
)


def a_row(number: int = 0, **other: Any) -> dict[str, Any]:
    return {
        "proxyWallet": LEADER, "side": "BUY", "asset": TOKEN, "conditionId": "0x" + "c0" * 32, "size": 10 + number,
        "price": 0.43, "timestamp": 1_790_000_000 + number, "title": "Rain?", "outcome": "Yes",
        "transactionHash": f"0x{number:064x}",
    } | other  # fmt: skip


def json_file(folder: Path, rows: list[dict[str, Any]], name: str = "rows.json") -> Path:
    path = folder / name
    text = json.dumps(rows) if name.endswith(".json") else "".join(json.dumps(row) + "\n" for row in rows)
    path.write_text(text)
    return path


def observed(folder: Path, *lines: str, name: str = "observed.csv.gz") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress("\n".join((HEADER, *lines, "")).encode()))
    return path


def seen_at(second: int, size: int = 5) -> str:
    return f"2026-09-21T14:13:{second:02}Z,{LEADER},BUY,Rain?,,{TOKEN},Yes,{size},0.4"


def read(*sources: Path, **options: Any) -> list[Sighting]:
    return list(RecordedFeed(sources, **options).sightings())


def ids(sightings: list[Sighting]) -> list[str]:
    return [each.event_id for each in sightings if not isinstance(each, RowRefused)]


def test_sources_are_merged_in_order_of_time(tmp_path: Path) -> None:
    first = json_file(tmp_path, [a_row(9), a_row(1), a_row(5)])
    second = json_file(tmp_path, [a_row(4), a_row(8)], "more.jsonl")
    events = read(first, second)
    assert [said(event, "shares")[0] for event in events] == [size * 1_000_000 for size in (11, 14, 15, 18, 19)]


def test_every_row_becomes_one_sighting(tmp_path: Path) -> None:
    """Conservation begins here: rows read = events + refusals."""
    rows = [a_row(1), a_row(2, price=1), a_row(3, type="REDEEM", asset="", side="", price=0), a_row(4, size="x")]
    feed = RecordedFeed([json_file(tmp_path, rows)])
    kinds = Counter(type(each) for each in feed.sightings())
    assert kinds == {LeaderTrade: 1, LeaderActivity: 1, RowRefused: 2}
    assert feed.seen.rows_read == 4
    assert feed.seen.bytes_read == feed.seen.bytes_total > 0


def test_a_refusal_says_where_what_and_what_is_allowed(tmp_path: Path) -> None:
    path = observed(tmp_path, seen_at(1), seen_at(2).replace("0.4", "1"), seen_at(3))
    refusals = [each for each in read(path) if isinstance(each, RowRefused)]
    assert refusals == [
        RowRefused(
            reason="price_range", file=str(path), line=3, found="original_trader_price '1'",
            allowed="a price above 0 and below 1",
        )
    ]  # fmt: skip


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    """I21: shuffled rows give the same events in the same order."""
    rows = [a_row(number % 7, transactionHash=f"0x{number:064x}") for number in range(60)]
    ordered = read(json_file(tmp_path, rows))
    random.Random(3).shuffle(rows)
    assert read(json_file(tmp_path, rows), in_memory_max=7) == ordered


def test_rows_without_transaction_count_their_equals_within_one_source(tmp_path: Path) -> None:
    """C9."""
    path = observed(tmp_path, seen_at(1), seen_at(1), seen_at(1), seen_at(2))
    once = ids(read(path))
    assert len(set(once)) == 4
    assert Counter(ids(read(path, path))) == Counter(once * 2)


def test_rows_of_one_transaction_are_reread_not_repeated(tmp_path: Path) -> None:
    """I21: pages laid end to end."""
    events = read(json_file(tmp_path, [a_row(1), a_row(2), a_row(1), a_row(1)]))
    assert len(events) == 4
    assert len(set(ids(events))) == 2


def test_a_file_without_wallets_is_one_unknown_leader(tmp_path: Path) -> None:
    path = tmp_path / "target.csv"
    path.write_text(f"recorded_at,tx_hash,asset_id,side,size,price\n2026-09-21,0x{'7e' * 32},{TOKEN},buy,3,0.5\n")
    assert said(read(path)[0], "leader") == ("unknown:target",)


def test_a_file_of_the_users_own_is_read_with_a_declared_map(tmp_path: Path) -> None:
    columns = ColumnMap(name="mine", price="p", size="n", timestamp="when", token="t", side="do")
    table, lines = tmp_path / "mine.csv", tmp_path / "mine.jsonl"
    table.write_text(f"when,do,n,p,t,note\n1790000000,SELL,3,0.5,{TOKEN},hello\n")
    lines.write_text(json.dumps({"when": 1_790_000_000, "do": "SELL", "n": 3, "p": 0.5, "t": TOKEN}))
    for path in (table, lines):
        assert said(read(path, columns=columns)[0], "side", "shares", "notional", "source") == (
            "SELL", 3_000_000, 1_500_000, "mine",
        )  # fmt: skip
        with pytest.raises(Unreadable, match="column map"):
            read(path)


def test_progress_is_told_while_reading(tmp_path: Path) -> None:
    told: list[tuple[int, int, int]] = []

    def note(seen: Seen) -> None:
        told.append((seen.rows_read, seen.bytes_read, seen.bytes_total))

    first = json_file(tmp_path, [a_row(number) for number in range(3000)], "a.jsonl")
    second = json_file(tmp_path, [a_row(1)])
    read(first, second, told=note)
    size = first.stat().st_size + second.stat().st_size
    assert [rows for rows, _, _ in told] == [1024, 2048, 3000, 3001]
    assert told[-1] == (3001, size, size)
    assert all(total == size for _, _, total in told)


def test_an_empty_list_has_no_rows(tmp_path: Path) -> None:
    assert read(json_file(tmp_path, [])) == []
    assert read(observed(tmp_path)) == []


def test_a_feed_can_be_read_again(tmp_path: Path) -> None:
    feed = RecordedFeed([json_file(tmp_path, [a_row(1), a_row(2)])])
    assert list(feed.sightings()) == list(feed.sightings())
    assert feed.seen.rows_read == 2


def test_an_unreadable_source_is_known_before_any_row_is_read(tmp_path: Path) -> None:
    good = json_file(tmp_path, [a_row(1, price=7)])
    for bad in (tmp_path / "none.json", json_file(tmp_path, [a_row(1)], "x.txt"), tmp_path):
        with pytest.raises(Unreadable):
            next(RecordedFeed([good, bad]).sightings())


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.json", '[{"rank": 1, "pnl": 2, "vol": 3}]', "it looks like a leaderboard, not trades"),
        ("a.json", '{"data": {"userPositions": [{"avgPrice": 1}]}}', "it looks like positions, not trades"),
        ("a.json", "[1, 2, 3]", "it holds no JSON object: 1"),
        ("a.json", "hello", "it holds no JSON object"),
        ("a.jsonl", "hello\nthere\n", "it holds no JSON object"),
        ("a.csv", "hello\nthere\n", "no known shape of trades has its columns (hello)"),
    ],
)
def test_a_file_of_something_else_is_unreadable_and_says_what_it_is(
    tmp_path: Path, name: str, content: str, why: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(Unreadable) as error:
        read(path)
    assert error.value.why.startswith(why)


def test_the_first_rows_may_be_broken(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("{\n" + json.dumps(a_row(1)) + "\n")
    kinds = [type(each) for each in read(path)]
    assert kinds == [RowRefused, LeaderTrade]
