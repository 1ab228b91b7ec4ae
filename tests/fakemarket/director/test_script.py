"""Scripts: what is written happens, when it is written to happen."""

from pathlib import Path

import pytest

from fakemarket.director.director import Director
from fakemarket.director.scenario import scenario_named
from fakemarket.director.words import ScriptError
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange, ExchangePlan

START_MS = 1_795_132_800_000

DAY = """
leaders:
  - {name: alice, pusd: 1000, style: patient}
accounts:
  - {name: stranger, pusd: 500, signature_type: 0}
markets:
  - {name: rain, question: "Will it rain?", fee_bps: 500, tags: [weather], ends_in_s: 3600}
steps:
  - {at: 1, do: book, market: rain, outcome: "Yes", bids: [[0.40, 100]], asks: [[0.44, 100], [0.45, 50]]}
  - {at: 2, do: buy, who: alice, market: rain, outcome: "Yes", size: 120, price: 0.45}
  - {at: 20, do: sell, who: alice, market: rain, outcome: "Yes", size: 20}
  - {at: 40, do: split, who: alice, market: rain, size: 30}
  - {at: 41, do: merge, who: alice, market: rain, size: 10}
  - {at: 42, do: transfer, who: alice, to: stranger, market: rain, outcome: "No", size: 5}
  - {at: 50, do: tick, market: rain, tick: 0.001}
  - {at: 60, do: fault, name: data_lag, params: {lag_ms: 80000}}
  - {at: 70, do: resolve, market: rain, winner: "Yes"}
  - {at: 80, do: redeem, who: alice, market: rain}
"""


def scripted(tmp_path: Path, text: str = DAY) -> Director:
    path = tmp_path / "day.yaml"
    path.write_text(text)
    director = Director(Exchange(ManualClock(START_MS), ExchangePlan(seed=7)), scenario_named(str(path)))
    director.start()
    return director


def test_a_script_is_acted_step_by_step(tmp_path: Path) -> None:
    director = scripted(tmp_path)
    director.exchange.clock.advance(100_000)
    trades = [(one.side, one.size, one.price, one.style) for one in director.record.trades]
    assert trades == [("BUY", 120_000_000, "0.441667", "patient"), ("SELL", 20_000_000, "0.400000", "patient")]
    moves = [(move["kind"], move["size"]) for move in director.record.moves]
    assert moves == [("SPLIT", "30"), ("MERGE", "10"), ("TRANSFER_OUT", "5"), ("REDEEM", "120"), ("REDEEM", "15")]
    assert director.exchange.faults.active("data_lag") is not None


def test_steps_wait_for_their_time(tmp_path: Path) -> None:
    director = scripted(tmp_path)
    director.exchange.clock.advance(1_500)
    assert director.exchange.history.trades == {}
    director.exchange.clock.advance(1_000)
    assert len(director.exchange.history.trades) == 1


def test_a_refused_order_is_an_outcome(tmp_path: Path) -> None:
    director = scripted(tmp_path)
    director.exchange.clock.advance(1_500)
    order = {"do": "order", "who": "stranger", "market": "rain", "side": "SELL", "price": "0.5", "size": "10"}
    assert "balance" in str(director.script.run(order)["refused"])


def test_the_house_can_be_told_to_act_and_markets_go_by_slug(tmp_path: Path) -> None:
    director = scripted(tmp_path)
    answer = director.script.run(
        {"do": "order", "who": "house", "market": "will-it-rain", "side": "BUY", "price": "0.3", "size": "10"}
    )
    assert answer["status"] == "live"
    assert director.script.run({"do": "cancel", "who": "house", "market": "rain"}) == {"canceled": [answer["order_id"]]}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"do": "dance"}, "no verb 'dance'"),
        ({"do": "buy", "who": "alice", "market": "snow", "size": 1}, "no market is called 'snow'"),
        ({"do": "buy", "who": "nobody", "market": "rain", "size": 1}, "nobody is called 'nobody'"),
        ({"do": "buy", "who": "alice", "market": "rain", "outcome": "Maybe", "size": 1}, "no outcome 'Maybe'"),
        ({"do": "buy", "who": "alice", "market": "rain"}, "size is missing"),
        ({"do": "buy", "who": "alice", "market": "rain", "size": "many"}, "not a number"),
        ({"do": "resolve", "market": "rain", "winner": "Perhaps"}, "winner must be"),
    ],
)
def test_a_step_that_cannot_be_read_names_the_word(tmp_path: Path, entry: dict[str, object], words: str) -> None:
    director = scripted(tmp_path)
    with pytest.raises(ScriptError, match=words):
        director.script.run(entry)


def test_a_script_with_an_unknown_part_or_verb_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="unknown parts: actors"):
        scripted(tmp_path, "actors: []")
    with pytest.raises(ScriptError, match="no verb 'dance'"):
        scripted(tmp_path, "steps: [{at: 5, do: dance}]")
