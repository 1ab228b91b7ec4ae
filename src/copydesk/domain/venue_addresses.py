"""Where the venue is: one address for each of its faces, and the only other place one may be, this machine (T26)."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

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

_PLAIN_OF = {"https": "http", "wss": "ws"}


def checked_url(face: str, text: str) -> str:
    """`text` without a trailing slash, if it is the venue's own host of `face` by TLS, or a host on this machine.

    Raises `BadInput` for any other: an address that was changed must not be handed our requests.
    """
    own = VENUE_URLS[face]
    parts, ours = _split(text.strip()), urlsplit(own)
    if parts is None or parts.username or parts.password or parts.query or parts.fragment or not _is_ours(parts, ours):
        raise BadInput(
            f"address of {face}",
            found=repr(text),
            allowed=f"{ours.scheme}://{ours.hostname}, or {_PLAIN_OF[ours.scheme]} to this machine (127.0.0.1)",
            remedy=f"leave it out for {own}",
        )
    return text.strip().rstrip("/")


def is_on_this_machine(url: str) -> bool:
    """Whether an address is one of this machine's own."""
    parts = _split(url)
    return parts is not None and _is_loopback(parts.hostname or "")


def _is_ours(parts: SplitResult, ours: SplitResult) -> bool:
    host = parts.hostname or ""
    if _is_loopback(host):
        return parts.scheme in {ours.scheme, _PLAIN_OF[ours.scheme]}
    return (parts.scheme, host) == (ours.scheme, ours.hostname) and parts.port in {None, 443}


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str) -> SplitResult | None:
    """The parts of an address; None if it has none, or a port that is no number."""
    try:
        parts = urlsplit(text)
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None
