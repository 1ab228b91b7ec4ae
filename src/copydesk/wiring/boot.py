"""What a live desk looks at before it begins: that the venue answers, that our clock is right, where we are (S4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.adapters.polymarket.http.trouble import Forbidden, Unreachable
from copydesk.adapters.polymarket.probe import Probe
from copydesk.domain.errors import BadInput
from copydesk.domain.venue_addresses import is_on_this_machine
from copydesk.domain.venue_health import FaceHealth, Location, Standing, VenueHealth

if TYPE_CHECKING:
    from copydesk.adapters.polymarket.http.hosts import Hosts
    from copydesk.adapters.polymarket.http.venue_http import VenueHttp
    from copydesk.ports import LiveClock

SKEW_MAX_MS = 5_000
"""A clock that is off by more makes every age wrong (F29)."""
NEEDED = ("gamma", "data", "clob")
"""Without these nothing can be decided; a stream that does not answer leaves polling."""


async def looked_at(hosts: Hosts, http: VenueHttp, clock: LiveClock) -> tuple[str, ...]:
    """Look at the venue, and say what a person should know; raises what `judged` raises.

    A venue on this machine has a time of its own, which is nobody's fault.
    """
    health = await Probe(hosts, http, clock, clock).look()
    return judged(msgspec.structs.replace(health, skew_ms=None) if is_on_this_machine(hosts.clob) else health)


def judged(health: VenueHealth) -> tuple[str, ...]:
    """What a person should know of `health`.

    Raises `Unreachable` or `Forbidden` for a face that is needed and does not answer, `BadInput` for a wrong clock.
    """
    for face in health.faces:
        _check_needed(face)
    _check_clock(health)
    said = [f"{face.face} does not answer: {face.words}" for face in health.faces if face.latency_ms is None]
    if health.location is not None and (words := _place(health.location)):
        said.append(words)
    return tuple(said)


def _check_needed(face: FaceHealth) -> None:
    if face.face not in NEEDED or face.latency_ms is not None:
        return
    if face.is_forbidden:
        raise Forbidden(403, f"{face.url}: {face.words}")
    raise Unreachable(f"{face.url}: {face.words}", was_sent=False)


def _check_clock(health: VenueHealth) -> None:
    if health.skew_ms is not None and abs(health.skew_ms) > SKEW_MAX_MS:
        raise BadInput(
            "this machine's clock",
            found=f"{health.skew_ms / 1_000:+.1f} s off the venue's",
            allowed=f"at most {SKEW_MAX_MS // 1_000} s",
            remedy="let it be set by the network (timedatectl set-ntp true), then start again",
        )


def _place(location: Location) -> str:
    """What a place forbids. On paper nobody trades, so it is said and no more (C41)."""
    if location.standing is Standing.BLOCKED:
        return f"The venue takes no orders from {location.place}: on paper you may look on"
    if location.standing is Standing.CLOSE_ONLY:
        return f"The venue lets {location.place} only close positions: on paper you may look on"
    return f"The venue refuses {location.place} now" if location.is_refused else ""
