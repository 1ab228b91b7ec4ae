"""What can go wrong when the venue is asked.

VenueTrouble
├── Busy           not now: it said so, or our own budget did; ask again after `retry_after_ms`
├── Refused        it definitely said no, and will say so again
│   └── Forbidden  it will not have us, or not from here: stop asking (K15)
└── Unreachable    no clear answer: no connection, no answer in time, an error of its own, or not JSON
"""

from __future__ import annotations

from copydesk.domain.errors import CopydeskError


class VenueTrouble(CopydeskError):
    """The venue did not give what it was asked for."""


class Busy(VenueTrouble):
    """Not now. Nothing was done; `status` is 0 if our own budget said so and nothing was sent."""

    def __init__(self, retry_after_ms: int, words: str = "", *, status: int = 0) -> None:
        self.retry_after_ms, self.words, self.status = retry_after_ms, words, status
        who = f"answered {status}" if status else "was not asked"
        super().__init__(f"the venue {who}: {words or 'too many requests'}; again in {retry_after_ms} ms")


class Refused(VenueTrouble):
    """A definite no: `status` and the venue's own `words`."""

    def __init__(self, status: int, words: str) -> None:
        self.status, self.words = status, words
        super().__init__(f"the venue answered {status}: {words}")


class Forbidden(Refused):
    """Access denied. Asking again makes it worse, and getting round it is not what we do (K15)."""


class Unreachable(VenueTrouble):
    """No clear answer. If `was_sent`, the venue may have done what it was asked; `status` is 0 if none came."""

    def __init__(self, words: str, *, was_sent: bool, status: int = 0) -> None:
        self.words, self.was_sent, self.status = words, was_sent, status
        super().__init__(f"the venue cannot be reached: {words}")
