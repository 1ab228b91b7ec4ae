"""How one reason is worded: the name of its gate, the sentence of a refusal, and the setting that changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.serve.cli import format as shown

if TYPE_CHECKING:
    from collections.abc import Callable


class Wording(NamedTuple):
    """How one reason is said.

    `gate` names the check on a card, `refusal` the skips in a list. `said` is the sentence with `{seen}` and `{limit}`,
    `blind` the one where nothing could be seen. `sign` stands before the limit on a card, `bound` instead of it.
    `micros` words a number of micros, `setting` is what changes the limit.
    """

    gate: str
    refusal: str
    said: str
    sign: str = ""
    bound: str | None = None
    micros: Callable[[int], str] = shown.dollars
    setting: str = ""
    blind: str = ""
