"""The table of limits: what the venue documents, and what of it a request counts under."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.adapters.polymarket.http.asks import pattern_of
from copydesk.adapters.polymarket.http.limits import Pattern, documented_limits, read_limits
from copydesk.domain.errors import BadInput
from fakemarket.faces.clob.limits import WINDOWS
from fakemarket.faces.data.routes import PER_10_S

TABLE = documented_limits()


def covering(face: str, method: str, path: str) -> list[dict[int, int]]:
    endpoints = TABLE.hosts[face].endpoints
    return [limit.windows for limit in endpoints if any(each.covers(method, path) for each in limit.patterns())]


def test_three_quarters_of_what_is_documented_are_used_and_a_fifth_is_for_exits() -> None:
    """S0.46, C34, I18."""
    assert (TABLE.ours(300), TABLE.exits_percent) == (225, 20)
    assert TABLE.signer_rate("orders") == (300, 45)
    assert TABLE.signer_rate("cancels") == (600, 90)


@pytest.mark.parametrize(("path", "top"), [*PER_10_S.items()])
def test_the_data_figures_are_those_the_fake_market_enforces(path: str, top: int) -> None:
    """Two readings of one page of documentation agree."""
    own = TABLE.hosts["data"].everything if not path else covering("data", "GET", path)[0]
    assert own == {10: top}


@pytest.mark.parametrize(("request_line", "windows"), [*WINDOWS.items()])
def test_the_order_interface_figures_are_those_the_fake_market_enforces(
    request_line: str, windows: tuple[tuple[int, int], ...]
) -> None:
    method, _, path = request_line.partition(" ")
    found = covering("clob", method, path) if path else [TABLE.hosts["clob"].everything]
    assert {width_ms // 1_000: top for width_ms, top in windows} in found


def test_a_path_counts_under_every_line_that_covers_it() -> None:
    """Gamma limits events, markets, and both together."""
    assert covering("gamma", "GET", "/events/keyset") == [{10: 500}, {10: 900}]
    assert covering("gamma", "GET", "/markets") == [{10: 300}, {10: 900}]
    assert covering("data", "GET", "/v2/positions/combos") == [{10: 200}]


@pytest.mark.parametrize(
    ("pattern", "method", "path", "is_covered"),
    [
        (Pattern("", "/book"), "GET", "/book", True),
        (Pattern("", "/book"), "POST", "/books", False),
        (Pattern("POST", "/order"), "POST", "/order", True),
        (Pattern("POST", "/order"), "DELETE", "/order", False),
        (Pattern("", "/markets"), "GET", "/markets/slug/x", True),
    ],
)
def test_a_pattern_covers_its_path_and_what_is_below(
    pattern: Pattern, method: str, path: str, *, is_covered: bool
) -> None:
    assert pattern.covers(method, path) is is_covered


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/v2/trades", "/v2/trades"),
        ("/data/order/0xab", "/data/order/*"),
        ("/clob-markets/0x" + "a" * 64, "/clob-markets/*"),
        ("/markets/123", "/markets/*"),
        ("/tick-size/" + "7" * 77, "/tick-size/*"),
        ("/events/slug/will-it-rain", "/events/slug/*"),
        ("", ""),
    ],
)
def test_the_ids_of_a_path_are_no_endpoints(path: str, pattern: str) -> None:
    assert pattern_of(path) == pattern


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("share_percent: 75", "share_percent: 175"),
        ("share_percent: 75", "share_per_cent: 75"),
        ("{10: 4000}", "{10: none}"),
        ("{10: 4000}", "{10: 0}"),
        ("{10: 4000}", "{10: 4000"),
        ("tier: standard", "tier: wooden"),
    ],
)
def test_a_table_that_is_wrong_is_refused_by_name(tmp_path: Path, old: str, new: str) -> None:
    """S1.34: the table can be replaced, and a wrong one says so."""
    own = Path(__file__).parents[4] / "src/copydesk/adapters/polymarket/http/limits.yaml"
    table = tmp_path / "mine.yaml"
    table.write_text(own.read_text())
    assert read_limits(table) == TABLE
    table.write_text(own.read_text().replace(old, new, 1))
    with pytest.raises(BadInput, match=r"mine\.yaml"):
        read_limits(table)
