"""The two types of activity frames: each was seen to stop for months while the other went on, so both are watched."""

from __future__ import annotations

from typing import Final

_TEXT_OF: Final = {"trades": b'"type":"trades"', "orders_matched": b'"type":"orders_matched"'}
_FRAMES_MIN: Final = 20
_MEANS: Final = {"trades": "fills of makers come by polling only", "orders_matched": "nothing is missing by it"}


class Kinds:
    """Which types came in the present window of time.

    `are_due` is True while one has not been seen yet: only then is looking worth its price. `stops` counts how often
    one stopped while the other went on.
    """

    def __init__(self) -> None:
        self.are_due = True
        self.stops = 0
        self.words = ""
        self._due = set(_TEXT_OF)

    def note(self, frame: bytes) -> None:
        """Look at the type of a frame in the venue's own writing."""
        for kind in self._due:
            if _TEXT_OF[kind] in frame:
                self.saw(kind)
                break

    def saw(self, kind: object) -> None:
        """Note that a frame of this type came."""
        if isinstance(kind, str):
            self._due.discard(kind)
            self.are_due = bool(self._due)

    def turn(self, frames: int) -> bool:
        """End a window of so many frames; say whether a type has stopped. From few frames nothing follows."""
        stopped = self._due
        self._due, self.are_due = set(_TEXT_OF), True
        if not stopped:
            self.words = ""
        elif frames >= _FRAMES_MIN and len(stopped) == 1:
            kind = stopped.pop()
            self.stops += not self.words
            self.words = f"no {kind} among {frames} frames: {_MEANS[kind]}"
            return True
        return False
