"""Chance: drawn from a seed so that a run can be repeated, or from the machine."""

from __future__ import annotations

import random


class SeededDice:
    """Throws that are the same for the same seed, on every machine."""

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed)

    def below(self, bound: int) -> int:
        """Draw a whole number from 0 up to, but not including, `bound`."""
        return self._random.randrange(bound)


class SystemDice:
    """Throws nobody can repeat or foresee."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()

    def below(self, bound: int) -> int:
        """Draw a whole number from 0 up to, but not including, `bound`."""
        return self._random.randrange(bound)
