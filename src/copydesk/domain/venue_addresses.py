"""Where the venue is: one address for each of its faces, and the only other place one may be, this machine (T26)."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from copydesk.domain.errors import BadInput

VENUE_URLS: dict[str, str] = {
    "gamma": "https://gamma-api.polymarket.com",
    "data": "https://data-api.polymarket.com",
    "clob": "https://clob.polymarket.com",
    "ws_market": "wss://ws-subscriptions-clob.polymarket.com/ws/market",
    "ws_user": "wss://ws-subscriptions-clob.polymarket.com/ws/user",
    "rtds": "wss://ws-live-data.polymarket.com",
    "geoblock": "https://polymarket.com/api/geoblock",
}
"""The venue's own address of each face. Source: docs/venue.md."""

_LOCAL_SCHEME_OF = {"https": "http", "wss": "ws"}


def checked_url(face: str, text: str) -> str:
    """`text` without a trailing slash, if it is the venue's own address of `face` or one on this machine.

    Raises `BadInput` for any other: an address that was changed must not be handed our requests.
    """
    own, url = VENUE_URLS[face], text.strip().rstrip("/")
    scheme = _LOCAL_SCHEME_OF[urlsplit(own).scheme]
    if url != own and not (url.startswith(f"{scheme}://") and is_on_this_machine(url)):
        raise BadInput(
            f"address of {face}",
            found=repr(text),
            allowed=f"{own}, or {scheme}://127.0.0.1:PORT of this machine",
            remedy="leave it out for the venue's own",
        )
    return url


def is_on_this_machine(url: str) -> bool:
    """Whether an address is a plain one of this machine: a loopback host, a port, perhaps a path, and nothing else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        has_more = bool(parts.username or parts.password or parts.query or parts.fragment)
        return port is not None and not has_more and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False
