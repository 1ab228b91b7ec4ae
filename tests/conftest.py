"""Rules every test obeys: no outside network, recorded data only where it is, the same examples every time."""

import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

REPO = Path(__file__).resolve().parents[1]
RECORDED_DATA = Path(os.environ.get("RECORDED_DATA") or REPO.parent / "shared" / "data")
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

settings.register_profile(
    "copydesk",
    max_examples=100 if IN_CI else 40,
    deadline=None,
    derandomize=IN_CI,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("copydesk")


# --- recorded data ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def recorded_data() -> Path:
    """The folder of recorded venue answers beside the checkout."""
    return RECORDED_DATA


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "recorded_data" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.recorded)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("recorded") is None or RECORDED_DATA.is_dir():
        return
    missing = f"no recorded data at {RECORDED_DATA}: set RECORDED_DATA to the folder"
    if IN_CI:
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


# --- no outside network ----------------------------------------------------------------------------------------------


class OutsideNetworkError(OSError):
    """A test reached for a host that is not this machine."""


_reached: list[str] = []


def is_local(address: object) -> bool:
    """Say whether a socket address stays on this machine: a path, a loopback host, or no host at all."""
    host = address[0] if isinstance(address, tuple) and address else address
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in {"", "localhost"} or not isinstance(address, tuple):
        return True
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return ip.is_loopback or ip.is_unspecified


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = args[1]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        address = (args[0],)
    else:
        return
    if not is_local(address):
        _reached.append(f"{event} {address!r}")
        raise OutsideNetworkError(f"tests stay on this machine: {event} {address!r}")


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    """Fail a test that reached outside, even when the code under test swallowed the error."""
    _reached.clear()
    yield
    if _reached:
        pytest.fail("reached outside this machine: " + ", ".join(_reached), pytrace=False)
