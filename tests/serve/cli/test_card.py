"""The card of a decision: the book and the market then, the way there by legs, what a skip would have brought (N28)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import Result

from copydesk.domain.ids import TimeMs
from copydesk.domain.limits import AmountMode
from copydesk.domain.trade import Side
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.scene import scene_of
from copydesk.serve.cli.card import card
from copydesk.serve.cli.screen import draw
from copydesk.serve.cli.stories import Story
from tests.builders import NOON, a_book, a_market, a_relation, a_signal, a_snapshot
from tests.serve.cli.conftest import Typed

SAMPLE_RESULTS = "sample:7"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room enough that no sentence is wrapped."""
    monkeypatch.setenv("COLUMNS", "160")


def document(result: Result, code: int = 0) -> dict[str, Any]:
    assert result.exit_code == code, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def decided(typed: Typed, ledger: Path) -> list[dict[str, Any]]:
    listed = typed("decisions", "tail", "-n", 5_000, "--ledger", ledger, "--json").stdout
    return [json.loads(line) for line in listed.splitlines()]


def drawn(story: Story, capsys: pytest.CaptureFixture[str]) -> str:
    draw(card(story), is_colourless=True)
    return capsys.readouterr().out


def a_story(**said: Any) -> Story:
    """A story of one decision by the real gates; `snapshot` and `signal` say what is unusual."""
    signal, snapshot = a_signal(**said.pop("signal", {})), a_snapshot(**said.pop("snapshot", {}))
    relation = a_relation(**said.pop("limits", {}))
    scene = scene_of(signal, snapshot, relation.limits)
    return Story(position=7, recorded_at=NOON, decision=decide(signal, snapshot, relation), scene=scene, **said)


def test_a_card_shows_the_book_and_the_market_as_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    """N28: the book at the instant, and the rules the order had to keep to."""
    book = msgspec.structs.replace(a_book(bid="0.38", ask="0.39", size="250.5"), at=TimeMs(NOON - 120))
    market = a_market(taker_fee_bps=700, ends_in_s=7_500)
    shown = drawn(a_story(snapshot={"book": book, "market": market}), capsys)
    for words in (
        "recorded", "120 ms before", "38.0¢ for 250.5 shares", "39.0¢ for 250.5 shares", "$97.70 in all", "1 level",
        "the leader's price 40.0¢", "tick 1.0¢, minimum 5 shares and $1.00, taker fee 7.0%", "ends in 2 h 5 min",
    ):  # fmt: skip
        assert words in shown


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"snapshot": {"book": None}}, "none was known"),
        ({"signal": {"side": Side.SELL}}, "an exit looks at none"),
        ({"limits": {"mode": AmountMode.EXACT}}, "a copy one for one looks at none"),
        ({"snapshot": {"market": a_market(ends_in_s=None)}}, "its end was not known"),
        ({"snapshot": {"market": a_market(ends_in_s=-90)}}, "had ended 90 s before"),
        ({"snapshot": {"book": a_book(bid=None)}}, "Best bid  —"),
    ],
)
def test_a_card_says_what_was_not_known(said: dict[str, Any], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown is never a zero."""
    assert words in drawn(a_story(**said), capsys)


def test_a_card_of_an_older_entry_says_that_nothing_is_on_record(capsys: pytest.CaptureFixture[str]) -> None:
    story = a_story()
    story.scene = None
    assert "Not on record" in drawn(story, capsys)


def test_a_card_shows_the_way_leg_by_leg(typed: Typed, kept: Path) -> None:
    """N28: match, signal, decision, order, fill, end; what was not live has no first sight."""
    story = next(each for each in decided(typed, kept) if each["fills"])
    legs = story["legs"]
    names = [leg["leg"] for leg in legs]
    fills = ["Filled"] * len(story["fills"])
    assert names == ["Leader's match", "Signal made", "Decided", "Order planned", *fills, "Order ended"]
    assert [leg["at"] for leg in legs] == sorted(leg["at"] for leg in legs)
    assert legs[0]["at"] == story["decision"]["signal"]["happened_at"]
    shown = typed("decisions", "show", story["id"], "--ledger", kept).stdout
    assert all(name in shown for name in names)


def test_the_first_sight_is_a_leg_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    shown = drawn(a_story(signal={"first_seen_at": TimeMs(NOON - 1_300)}), capsys)
    for name, took in (("First seen", "+8.7 s"), ("Signal made", "+1.3 s"), ("Decided", "+<1 ms")):
        assert next(line for line in shown.splitlines() if line.startswith(name)).endswith(took)
    assert "10 s from the leader's match on" in shown


def test_a_card_says_what_a_skip_would_have_brought(typed: Typed, kept: Path) -> None:
    """N28: the counterfactual, with the result from a file or from the ledger's own positions."""
    skip = next(each for each in decided(typed, kept) if each["reason"] == "price_moved" and each["missed"] is None)
    command = ("decisions", "show", skip["id"], "--ledger", kept)
    assert "Would have brought" not in typed(*command).stdout
    assert "Would have brought" in typed(*command, "--results", SAMPLE_RESULTS).stdout
    missed = document(typed(*command, "--results", SAMPLE_RESULTS, "--json"))["missed"]
    signal = skip["decision"]["signal"]
    if Decimal(missed) < 0:
        assert -Decimal(missed) >= Decimal(signal["notional"]) / 1_000_000
    else:
        assert Decimal(missed) <= Decimal(signal["shares"] - signal["notional"]) / 1_000_000


def test_the_ledgers_own_results_answer_without_a_file(typed: Typed, kept: Path) -> None:
    stories = decided(typed, kept)
    assert any(each["missed"] is not None for each in stories)
    assert all(each["missed"] is None for each in stories if each["verdict"] == "copied")


def test_a_check_that_passed_against_its_numbers_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    """S3.20: adding to a position that is open is no new position."""
    full = {"positions_open": 15, "is_new_position": False}
    shown = drawn(a_story(snapshot=full), capsys)
    assert next(line for line in shown.splitlines() if "Open positions" in line).endswith("adds to one of them")
    assert "adds to one" not in drawn(a_story(), capsys)
