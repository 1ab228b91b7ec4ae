"""How far prices may slip by price band: the settings, and the plain bands that decisions compare with (E18)."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from copydesk.domain.limits import SlipBand
from copydesk.settings.fields import Bps, Part, PriceOnGrid
from copydesk.settings.micros import maybe_price, price


class SlipBandSettings(Part):
    """What an order may slip where the leader's price is at most `price_to`; `null` leaves the general figure (E18)."""

    price_to: PriceOnGrid
    """The highest leader's price it is for."""
    slip_max_bps: Bps | None = None
    """How much above the leader's price an entry may pay."""
    slip_max_usdc: PriceOnGrid | None = None
    """The same in dollars a share."""
    exit_slip_max_bps: Bps | None = None
    """How much below the leader's price an exit may sell."""
    exit_slip_max_usdc: PriceOnGrid | None = None
    """The same in dollars a share."""


def _rising(bands: tuple[SlipBandSettings, ...]) -> tuple[SlipBandSettings, ...]:
    """Bands in rising order: the first that reaches a price holds for it."""
    ends = [band.price_to for band in bands]
    if any(later <= earlier for earlier, later in pairwise(ends)):
        raise PydanticCustomError("slip_bands", "bands whose price_to rises from each to the next")
    return bands


SlipBands = Annotated[tuple[SlipBandSettings, ...], AfterValidator(_rising)]


def slip_bands(bands: SlipBands) -> tuple[SlipBand, ...]:
    """The bands in micros."""
    return tuple(
        SlipBand(
            price_to=price(band.price_to),
            slip_max_bps=band.slip_max_bps,
            slip_max=maybe_price(band.slip_max_usdc),
            exit_slip_max_bps=band.exit_slip_max_bps,
            exit_slip_max=maybe_price(band.exit_slip_max_usdc),
        )
        for band in bands
    )
