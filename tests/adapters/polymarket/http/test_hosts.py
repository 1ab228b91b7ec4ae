"""The addresses of the venue: its own and this machine's, no other (T26)."""

from __future__ import annotations

import pytest

from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.domain.errors import BadInput


def test_the_venues_own_hosts_are_the_default() -> None:
    hosts = Hosts()
    assert hosts.clob == "https://clob.polymarket.com"
    assert not any(address.endswith("/") for address in (getattr(hosts, name) for name in hosts.__struct_fields__))


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:9"])
def test_a_venue_on_this_machine_is_allowed(address: str) -> None:
    assert Hosts(clob=address).clob == address
    assert Hosts(rtds=f"ws{address.removeprefix('http')}/ws").rtds.endswith("/ws")


@pytest.mark.parametrize(
    "address",
    [
        "https://clob.polymarket.com.evil.example",
        "https://clob-polymarket.com",
        "http://clob.polymarket.com",
        "https://clob.polymarket.com/",
        "https://clob.polymarket.com@evil.example",
        "http://127.0.0.1@evil.example:80",
        "http://127.0.0.1.evil.example:80",
        "http://192.168.0.1:80",
        "http://127.0.0.1",
        "http://127.0.0.1:80/",
        "http://user:word@127.0.0.1:80",
        "http://127.0.0.1:80?x=1",
        "ftp://127.0.0.1:80",
        "ws://127.0.0.1:80",
        "http://[::1",
        "http://127.0.0.1:port",
        "",
    ],
)
def test_a_foreign_or_dressed_up_host_is_refused(address: str) -> None:
    """T26."""
    with pytest.raises(BadInput, match="address of clob"):
        Hosts(clob=address)


def test_one_service_is_not_asked_at_the_host_of_another() -> None:
    with pytest.raises(BadInput):
        Hosts(clob=Hosts().data)
