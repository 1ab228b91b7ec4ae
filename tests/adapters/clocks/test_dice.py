"""Dice: throws stay below their bound, and a seed repeats them."""

from __future__ import annotations

import pytest

from copydesk.adapters.clocks.dice import SeededDice, SystemDice
from copydesk.ports import Dice


def test_the_same_seed_throws_the_same() -> None:
    one, two, other = SeededDice(7), SeededDice(7), SeededDice(8)
    throws = [one.below(1_000) for _ in range(20)]
    assert throws == [two.below(1_000) for _ in range(20)]
    assert throws != [other.below(1_000) for _ in range(20)]


@pytest.mark.parametrize("dice", [SeededDice("a"), SystemDice()])
def test_every_face_comes_up_and_no_other(dice: Dice) -> None:
    assert {dice.below(4) for _ in range(400)} == {0, 1, 2, 3}
