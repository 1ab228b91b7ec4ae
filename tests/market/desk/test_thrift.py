"""Ten thousand clients of the same leaders ask the venue for exactly what ten do: S0.4, L4, C11."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import pytest

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.flow.ledger.seal import open_entry
from fakemarket.director.scenario import THREE
from tests.market.desk.stage import MINUTE_MS, Stage, play, rules

FEW_TRADES = tuple(replace(leader, gap_s=75) for leader in THREE[:2])
BETWEEN_MS = 350
"""So long after a poll, so that no request is on its way when they are counted."""


class Spent(NamedTuple):
    """What a run cost the venue, as we count it and as the venue does, and how many decisions it made."""

    sent: Counter[tuple[str, str]]
    received: dict[str, dict[str, int]]
    decisions: int


def spent_by(clients: int) -> Spent:
    """Two minutes of a desk with so many clients, all of whom follow the same two leaders."""
    found: list[Spent] = []

    async def act(stage: Stage) -> None:
        desk = stage.desk(MemoryLedgerStore(open_entry), rules(stage.leaders, clients))
        await stage.pass_ms(2 * MINUTE_MS + BETWEEN_MS)
        found.append(Spent(desk.http.requests.copy(), stage.tally.document(), desk.live.pipeline.tally.decisions))

    play(act, leaders=FEW_TRADES, requote_s=30, passers=0)
    return found[0]


@pytest.mark.slow
def test_ten_thousand_clients_cost_the_venue_what_ten_do() -> None:
    """S0.4, L4: the same requests by face and path, for a thousand times the decisions."""
    few, many = spent_by(10), spent_by(10_000)
    assert few.decisions >= 30
    assert few.sent["clob", "/book"] > 0
    assert few.sent["data", "/v2/trades"] > 100
    assert many.sent == few.sent
    assert many.received == few.received
    assert many.decisions == 1_000 * few.decisions
