"""Where the venue is. Only its own hosts and this machine are allowed."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

import msgspec

from copydesk.domain.errors import BadInput

_LOCAL_SCHEMES: Final = {"http", "ws"}


class Hosts(msgspec.Struct, frozen=True, kw_only=True):
    """The venue's addresses, without a slash at the end; `geoblock` is a whole page, asked for with an empty path.

    Each is the venue's own or on this machine; raises `BadInput` for any other, so that a changed setting cannot send
    orders, or ask for prices, elsewhere (T26).
    """

    gamma: str = "https://gamma-api.polymarket.com"
    data: str = "https://data-api.polymarket.com"
    clob: str = "https://clob.polymarket.com"
    ws_market: str = "wss://ws-subscriptions-clob.polymarket.com/ws/market"
    ws_user: str = "wss://ws-subscriptions-clob.polymarket.com/ws/user"
    rtds: str = "wss://ws-live-data.polymarket.com"
    geoblock: str = "https://polymarket.com/api/geoblock"

    def __post_init__(self) -> None:
        allowed = dict(zip(self.__struct_fields__, self.__struct_defaults__, strict=True))
        for name, own in allowed.items():
            given = str(getattr(self, name))
            if given != own and not _is_on_this_machine(given):
                raise BadInput(
                    f"address of {name}",
                    found=given,
                    allowed=f"{own}, or http:// or ws:// of this machine",
                    remedy="remove the setting; the venue's own hosts are the default",
                )


def _is_on_this_machine(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    has_more = bool(parts.username or parts.password or parts.query or parts.fragment) or url.endswith("/")
    return parts.scheme in _LOCAL_SCHEMES and port is not None and not has_more and _is_loopback(host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
