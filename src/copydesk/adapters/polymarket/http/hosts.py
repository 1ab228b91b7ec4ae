"""Where the venue is. Only its own addresses and this machine are allowed."""

from __future__ import annotations

import msgspec

from copydesk.domain.errors import BadInput
from copydesk.domain.venue_addresses import VENUE_URLS, checked_url


class Hosts(msgspec.Struct, frozen=True, kw_only=True):
    """The venue's addresses, without a slash at the end; `geoblock` is a whole page, asked for with an empty path.

    Each is the venue's own or on this machine; raises `BadInput` for any other, so that a changed setting cannot send
    orders, or ask for prices, elsewhere (T26).
    """

    gamma: str = VENUE_URLS["gamma"]
    data: str = VENUE_URLS["data"]
    clob: str = VENUE_URLS["clob"]
    ws_market: str = VENUE_URLS["ws_market"]
    ws_user: str = VENUE_URLS["ws_user"]
    rtds: str = VENUE_URLS["rtds"]
    geoblock: str = VENUE_URLS["geoblock"]

    def __post_init__(self) -> None:
        for face in self.__struct_fields__:
            given = str(getattr(self, face))
            if checked_url(face, given) != given:
                raise BadInput(f"address of {face}", found=repr(given), allowed=f"{given.strip().rstrip('/')}")
