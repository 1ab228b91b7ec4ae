"""Which of the two activity types came: one that stops is told apart from a quiet minute."""

from __future__ import annotations

from copydesk.adapters.polymarket.live.stream.kinds import Kinds

TRADES, MATCHED = b'{"payload":{},"type":"trades"}', b'{"payload":{},"type":"orders_matched"}'


def test_looking_ends_when_both_were_seen() -> None:
    """K11: on a good day hardly a frame is looked at."""
    kinds = Kinds()
    looks = []
    for frame in (TRADES, TRADES, MATCHED):
        looks.append(kinds.are_due)
        kinds.note(frame)
    looks.append(kinds.are_due)
    assert looks == [True, True, True, False]
    assert not kinds.turn(1_000)
    assert (kinds.are_due, kinds.words, kinds.stops) == (True, "", 0)


def test_a_type_that_stopped_is_named_once_and_asked_for_every_time() -> None:
    """K13."""
    kinds = Kinds()
    for _ in range(3):
        kinds.note(MATCHED)
        assert kinds.turn(50)
    assert kinds.stops == 1
    assert kinds.words.startswith("no trades among 50 frames")
    kinds.note(MATCHED)
    kinds.note(TRADES)
    assert not kinds.turn(50)
    assert kinds.words == ""


def test_from_few_frames_or_none_of_either_type_nothing_follows() -> None:
    kinds = Kinds()
    kinds.note(TRADES)
    assert not kinds.turn(19)
    assert not kinds.turn(500)
    assert kinds.stops == 0
