"""The kinds of value a setting can have, and what every group of settings has in common."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Money = Annotated[Decimal, Field(ge=0, decimal_places=6, max_digits=18)]
PriceOnGrid = Annotated[Decimal, Field(gt=0, lt=1, decimal_places=6)]
Bps = Annotated[int, Field(ge=0, le=10_000)]
Words = tuple[str, ...]


class Part(BaseModel):
    """A group of settings. The sentence below each field is its entry in docs/settings.md (`make settings-doc`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
