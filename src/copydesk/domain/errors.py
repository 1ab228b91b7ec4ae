"""What can go wrong, in four kinds, and `require`, the check that survives `python -O`.

    CopydeskError
    ├── BadInput       a file, row, setting or argument is not what it should be; names found, allowed, remedy
    ├── Unreadable     a source cannot be read at all
    └── Broken         an invariant failed: a bug; this desk stops, the others go on

A `Refusal` (our own expected "no") and the venue's `Rejected` and `Unknown` are values, not exceptions.
"""

from __future__ import annotations


class CopydeskError(Exception):
    """Anything this program raises on purpose."""


class BadInput(CopydeskError):
    """Something given to us is wrong: the message says what was found, what was allowed and what to do."""

    def __init__(self, what: str, *, found: str, allowed: str, remedy: str = "") -> None:
        self.what, self.found, self.allowed, self.remedy = what, found, allowed, remedy
        super().__init__(f"{what}: found {found}; allowed {allowed}{'; ' + remedy if remedy else ''}")


class Unreadable(CopydeskError):
    """A source cannot be opened or is not of any known shape."""

    def __init__(self, source: str, why: str) -> None:
        self.source, self.why = source, why
        super().__init__(f"cannot read {source}: {why}")


class Broken(CopydeskError):
    """An invariant failed. Nothing of this desk may go on as if it had not."""


def require(holds: bool, invariant: str) -> None:  # noqa: FBT001 - the condition is the argument
    """Raise `Broken` naming `invariant` unless `holds`."""
    if not holds:
        raise Broken(invariant)
