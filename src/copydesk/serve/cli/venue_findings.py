"""What a look at the venue means: for each face, the clocks and the place, whether that is well, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from copydesk.domain.venue_health import Standing
from copydesk.serve.cli import format as shown
from copydesk.serve.cli.findings import Finding, Grade

if TYPE_CHECKING:
    from copydesk.domain.venue_health import FaceHealth, Location, VenueHealth

SKEW_WARN_MS = 2_000
SKEW_FAIL_MS = 5_000
"""More would let every trade look older or newer than it is, and the venue refuse what we sign (S4.4, F29)."""
SLOW_MS = 2_000
REVIEW_DAYS_MAX = 90

NOT_ON_PAPER = "ws_user"
NAMES = {
    "gamma": "Markets",
    "data": "Trades",
    "clob": "Orders",
    "ws_market": "Book stream",
    "ws_user": "Order stream",
    "rtds": "Trade stream",
    "geoblock": "Location page",
}
RULES = "read the venue's terms on where one may trade; nothing here goes round them"


def findings_of(health: VenueHealth, *, is_local: bool) -> list[Finding]:
    """A finding for each face, for the clocks, and for the place. A local market has a time of its own."""
    return [*map(_face, health.faces), _clock(health.skew_ms, is_local=is_local), _place(health.location)]


def _face(face: FaceHealth) -> Finding:
    name, host = NAMES[face.face], urlsplit(face.url).netloc
    if face.latency_ms is not None:
        is_slow = face.latency_ms > SLOW_MS
        found = f"{host} answered in {shown.duration(face.latency_ms)}"
        return Finding(name, Grade.WARN if is_slow else Grade.OK, found, "look at the network" if is_slow else "")
    grade = Grade.WARN if face.face == NOT_ON_PAPER else Grade.FAIL
    unneeded = "; paper does without" if face.face == NOT_ON_PAPER else ""
    if face.is_forbidden:
        return Finding(name, grade, f"{host} will not have us: {face.words}{unneeded}", RULES)
    fix = f"see whether {host} can be reached from here, and what status.polymarket.com says"
    return Finding(name, grade, f"{host}: {face.words}{unneeded}", fix)


def _clock(skew_ms: int | None, *, is_local: bool) -> Finding:
    if is_local:
        return Finding("Clock", Grade.OK, "a local market has its own time, which the desk takes over")
    if skew_ms is None:
        return Finding("Clock", Grade.WARN, "not compared: the venue did not tell its time", "look again")
    ahead = "ahead of" if skew_ms > 0 else "behind"
    found = f"{shown.duration(abs(skew_ms))} {ahead} the venue's"
    if abs(skew_ms) <= SKEW_WARN_MS:
        return Finding("Clock", Grade.OK, f"{found}, give or take a second")
    grade = Grade.FAIL if abs(skew_ms) > SKEW_FAIL_MS else Grade.WARN
    return Finding("Clock", grade, found, "set this machine's clock: `timedatectl set-ntp true`")


def _place(location: Location | None) -> Finding:
    """Where we are, on paper: whatever that means for orders, watching goes on (C41, E47, K15)."""
    if location is None:
        return Finding("Location", Grade.WARN, "not known: the venue did not say", "look again before trading live")
    place = location.place
    if location.is_refused or location.standing in {Standing.BLOCKED, Standing.CLOSE_ONLY}:
        does = "lets one only close positions" if location.standing is Standing.CLOSE_ONLY else "takes no orders"
        return Finding("Location", Grade.WARN, f"{place}: the venue {does} from there; paper goes on", RULES)
    if location.review_age_days > REVIEW_DAYS_MAX:
        found = f"{place}: no restriction known, by a list of {location.reviewed}"
        return Finding("Location", Grade.WARN, found, "update Copydesk: the venue changes its list")
    site = "; its own site only closes positions there" if location.standing is Standing.SITE_CLOSE_ONLY else ""
    return Finding("Location", Grade.OK, f"{place}: the venue takes orders from there{site}")
