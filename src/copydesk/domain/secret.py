"""A `Secret` hides the text it holds from printing, logging, copying and encoding; only `reveal` gives it out."""

from __future__ import annotations

from hmac import compare_digest
from typing import NoReturn, final

from copydesk.domain.errors import BadInput

HIDDEN = "Secret(…)"


@final
class Secret:
    """A key, password or token on its way to the one place that needs it (S0.40, S1.23, T21).

    It prints as `Secret(…)`, compares in constant time, and refuses to be changed, hashed, copied, pickled or encoded:
    whoever writes it anywhere has called `reveal` by name.
    """

    __slots__ = ("__text",)
    __hash__ = None  # type: ignore[assignment]  # a hash would tell equal secrets apart in no time
    __text: str

    def __init__(self, text: str) -> None:
        if not text:
            raise BadInput("secret", found="nothing", allowed="some text", remedy="check the file or prompt it is from")
        object.__setattr__(self, "_Secret__text", text)

    def reveal(self) -> str:
        """The text itself. Do not keep it, and do not put it into a message."""
        return self.__text

    def __repr__(self) -> str:
        return HIDDEN

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, form: str) -> str:
        return format(HIDDEN, form)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self.__text.encode(), other.__text.encode())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")
