"""What a live desk looks at before it begins, and what it does about it (S4.4, C41, E47, F29, K15)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from copydesk.adapters.polymarket.http.trouble import Forbidden, Unreachable
from copydesk.domain.errors import BadInput
from copydesk.domain.venue_addresses import VENUE_URLS
from copydesk.domain.venue_health import FaceHealth, Location, Standing, VenueHealth
from copydesk.wiring.boot import judged


def health(
    skew_ms: int | None = 0, standing: Standing = Standing.OPEN, silent: Mapping[str, str] | None = None
) -> VenueHealth:
    """A venue that answers everywhere but at the faces in `silent`, seen from an Irish address."""
    silent = silent or {}
    faces = tuple(
        FaceHealth(
            face=face,
            url=url,
            latency_ms=None if face in silent else 40,
            words=silent.get(face, ""),
            is_forbidden=silent.get(face) == "answered 403",
        )
        for face, url in VENUE_URLS.items()
    )
    place = Location(
        country="IE", region="", is_refused=False, standing=standing, reviewed="2026-11-20", review_age_days=0
    )
    return VenueHealth(faces=faces, skew_ms=skew_ms, location=place)


def test_a_venue_that_answers_and_a_clock_that_is_right_need_no_words() -> None:
    assert judged(health(skew_ms=-4_900)) == ()


@pytest.mark.parametrize("face", ["gamma", "data", "clob"])
def test_a_desk_does_not_begin_without_what_it_decides_by(face: str) -> None:
    """S4.4: the end is loud, and names the address."""
    with pytest.raises(Unreachable, match=VENUE_URLS[face]):
        judged(health(silent={face: "no answer within 12 s"}))
    with pytest.raises(Forbidden, match="answered 403"):
        judged(health(silent={face: "answered 403"}))


def test_a_stream_that_does_not_answer_leaves_polling() -> None:
    """S4.24: told, and no reason not to begin."""
    assert judged(health(silent={"rtds": "connection refused"})) == ("rtds does not answer: connection refused",)


@pytest.mark.parametrize("skew_ms", [5_001, -60_000])
def test_a_clock_that_is_off_by_more_than_five_seconds_stops_the_desk(skew_ms: int) -> None:
    """S4.4, F29: every age would be wrong."""
    with pytest.raises(BadInput, match="off the venue's"):
        judged(health(skew_ms=skew_ms))


@pytest.mark.parametrize(("standing", "words"), [(Standing.BLOCKED, "no orders"), (Standing.CLOSE_ONLY, "only close")])
def test_a_place_the_venue_restricts_is_told_on_paper(standing: Standing, words: str) -> None:
    """C41, E47: nobody trades on paper, so one may look on."""
    (told,) = judged(health(standing=standing))
    assert words in told
    assert "IE" in told
