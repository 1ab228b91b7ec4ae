"""What a list of positions says of an exit that is under way, stuck, or impossible."""

from __future__ import annotations

import pytest

from copydesk.domain.exits import Leaving
from copydesk.serve.cli.positions import way_out
from tests.builders import NOON, shares


@pytest.mark.parametrize(
    ("leaving", "said"),
    [
        (None, ""),
        (Leaving(opened_at=NOON, bought_at=NOON), ""),
        (Leaving(opened_at=NOON, bought_at=NOON, selling=shares(20)), "selling 20"),
        (Leaving(opened_at=NOON, bought_at=NOON, owed=shares(12)), "not sold 12"),
        (Leaving(opened_at=NOON, bought_at=NOON, selling=shares(20), owed=shares(12)), "selling 20, not sold 12"),
        (Leaving(opened_at=NOON, bought_at=NOON, owed=shares(2), is_dust=True), "dust"),
    ],
)
def test_an_exit_that_is_stuck_is_shown(leaving: Leaving | None, said: str) -> None:
    """E28, K6."""
    assert way_out(leaving) == said
