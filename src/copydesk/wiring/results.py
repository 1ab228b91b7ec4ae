"""How markets ended, for a command that reads a ledger: from files, or from the bundled sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from copydesk.ports import Dice, ResultSource

SAMPLE = "sample:"


def results_named(names: Sequence[str]) -> ResultSource:
    """What the files say, or how the markets of `sample:SEED` end. Raises `BadInput` for both at once."""
    samples = [name for name in names if name.startswith(SAMPLE)]
    if not samples:
        from copydesk.adapters.polymarket.results import Results

        return Results.read([Path(name) for name in names])
    if len(names) > 1:
        raise BadInput("--results", found=", ".join(names), allowed="files, or one sample")
    seed = samples[0].removeprefix(SAMPLE).partition(":")[0]
    if not seed.isdecimal():
        raise BadInput("--results", found=samples[0], allowed="FILE, or sample:SEED")
    from copydesk.adapters.sample.world import SampleWorld

    return SampleWorld(int(seed)).results()


def seeded_dice(seed: int) -> Callable[[str], Dice]:
    """Dice by name: the same seed and name always throw the same."""
    return lambda name: SeededDice(f"{seed}:{name}")
