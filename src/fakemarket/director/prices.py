"""Fair prices: a seeded chance that moves like news does and ends at nought or one."""

import math
from statistics import NormalDist
from typing import Final, Protocol

from fakemarket.world.dice import Dice

MICROS: Final = 1_000_000
NEVER_SURE: Final = 0.002
BELL: Final = NormalDist()


def dice_of(seed: int, name: str) -> Dice:
    """Give one actor its own dice: adding a leader never changes what another one throws."""
    return Dice(f"{seed}/{name}")


class Fair(Protocol):
    """Anything that knows how likely a market is to end Yes."""

    @property
    def is_over(self) -> bool: ...

    @property
    def ends_yes(self) -> bool: ...

    def at(self, now_ms: int) -> int: ...

    def nudge(self, push: float) -> None: ...


def published(chance: float) -> int:
    return round(min(1 - NEVER_SURE, max(NEVER_SURE, chance)) * MICROS)


class FairPrice:
    """The chance that one market ends Yes, as if everybody knew all there is to know.

    A Brownian path X runs to the end T, where its sign decides. The chance at t is Phi(X(t) / sqrt(T - t)): a fair
    game at every moment, quiet far from the end, wild close to it, and sure at the end.
    """

    def __init__(self, *, dice: Dice, start_ms: int, end_ms: int, first: float) -> None:
        self._dice = dice
        self._end_ms = end_ms
        self._now_ms = start_ms
        self._path = BELL.inv_cdf(first) * math.sqrt(max(1, end_ms - start_ms))

    @property
    def is_over(self) -> bool:
        return self._now_ms >= self._end_ms

    @property
    def ends_yes(self) -> bool:
        """Say how it would end if nothing more happened; final once the end is reached."""
        return self._path > 0

    def at(self, now_ms: int) -> int:
        """Move to a moment and return the chance in micros; a moment already passed changes nothing."""
        until = min(now_ms, self._end_ms)
        if until > self._now_ms:
            self._path += self._dice.gauss(0.0, math.sqrt(until - self._now_ms))
            self._now_ms = until
        left = self._end_ms - self._now_ms
        chance = BELL.cdf(self._path / math.sqrt(left)) if left > 0 else float(self.ends_yes)
        return published(chance)

    def nudge(self, push: float) -> None:
        """Let news move the chance: the push is in standard deviations of what is still to come."""
        self._path += push * math.sqrt(max(1, self._end_ms - self._now_ms))


class FairRace:
    """The chances of outcomes of which exactly one comes: runners on Brownian paths, of whom the first one wins."""

    def __init__(self, *, dice: Dice, start_ms: int, end_ms: int, runners: int) -> None:
        self._dice = dice
        self._end_ms = end_ms
        self._now_ms = start_ms
        spread = math.sqrt(max(1, end_ms - start_ms))
        self._paths = [dice.gauss(0.0, 0.6) * spread for _ in range(runners)]

    @property
    def is_over(self) -> bool:
        return self._now_ms >= self._end_ms

    @property
    def winner(self) -> int:
        return self._paths.index(max(self._paths))

    def move(self, now_ms: int) -> None:
        until = min(now_ms, self._end_ms)
        if until > self._now_ms:
            step = math.sqrt(until - self._now_ms)
            self._paths = [path + self._dice.gauss(0.0, step) for path in self._paths]
            self._now_ms = until

    def chance(self, runner: int) -> float:
        """Weigh the leads against what can still happen: near the end the first one is nearly sure."""
        left = self._end_ms - self._now_ms
        if left <= 0:
            return float(runner == self.winner)
        top = max(self._paths)
        weights = [math.exp(max(-60.0, (path - top) / math.sqrt(left))) for path in self._paths]
        return weights[runner] / sum(weights)

    def push(self, runner: int, push: float) -> None:
        self._paths[runner] += push * math.sqrt(max(1, self._end_ms - self._now_ms))


class Lane:
    """One runner of a race, as the fair price of his market."""

    def __init__(self, race: FairRace, runner: int) -> None:
        self._race = race
        self._runner = runner

    @property
    def is_over(self) -> bool:
        return self._race.is_over

    @property
    def ends_yes(self) -> bool:
        return self._race.winner == self._runner

    def at(self, now_ms: int) -> int:
        self._race.move(now_ms)
        return published(self._race.chance(self._runner))

    def nudge(self, push: float) -> None:
        self._race.push(self._runner, push)
