"""One request as the limiter sees it, and what it is counted under."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from copydesk.adapters.polymarket.http.lanes import Lane

_ID_LENGTH: Final = 24
"""A part of a path this long is an id; the venue's own words are shorter."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """Who would like to send what.

    Turns are shared evenly between `client`s. `signer` names whose trading bucket is charged with `cost`, which is the
    number of orders or ids in the request; a request without a signer costs one.
    """

    face: str
    method: str
    path: str
    lane: Lane
    client: str = ""
    signer: str = ""
    cost: int = 1


@lru_cache(maxsize=4_096)
def pattern_of(path: str) -> str:
    """Replace the ids of a path by stars, so that one endpoint has one name: `/data/order/0xab` is `/data/order/*`."""
    parts = path.split("/")
    for place in range(1, len(parts)):
        if _is_id(parts[place]) or parts[place - 1] == "slug":
            parts[place] = "*"
    return "/".join(parts)


def _is_id(part: str) -> bool:
    return part.startswith("0x") or part.isdigit() or len(part) >= _ID_LENGTH
