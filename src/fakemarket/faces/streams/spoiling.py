"""Ways a frame can be wrong: what the fault switches `malformed` and `poison` do to it."""

from collections.abc import Callable

from fakemarket.faces.streams.message import to_text

_MARK = "\u0001"
_VALUES = ("price", "size", "original_size", "best_bid")
_TIMES = ("timestamp",)


def rewrite(document: object, keys: tuple[str, ...], change: Callable[[object], object]) -> object:
    """Give a copy in which every value under one of the keys is changed."""
    if isinstance(document, dict):
        return {
            key: change(value) if key in keys and not isinstance(value, dict | list) else rewrite(value, keys, change)
            for key, value in document.items()
        }
    if isinstance(document, list):
        return [rewrite(item, keys, change) for item in document]
    return document


def without(document: object, keys: tuple[str, ...]) -> object:
    """Give a copy that lacks the keys."""
    if isinstance(document, dict):
        return {key: without(value, keys) for key, value in document.items() if key not in keys}
    if isinstance(document, list):
        return [without(item, keys) for item in document]
    return document


def _raw(document: object, literal: str) -> str:
    return to_text(rewrite(document, _VALUES, lambda _: _MARK)).replace(to_text(_MARK), literal)


def _shift(value: object) -> object:
    """Turn milliseconds into seconds and seconds into milliseconds, text or number."""
    number = int(str(value))
    shifted = number // 1000 if number > 10**11 else number * 1000
    return str(shifted) if isinstance(value, str) else shifted


def _zero(value: object) -> object:
    return "0" if isinstance(value, str) else 0


def _grown(document: object) -> object:
    return {**document, "schema": {"revision": 3}} if isinstance(document, dict) else document


_KINDS: dict[str, Callable[[object], str]] = {
    "json": lambda document: (text := to_text(document))[: len(text) * 2 // 3],
    "nan": lambda document: _raw(document, "NaN"),
    "huge": lambda document: _raw(document, "1e999"),
    "seconds": lambda document: to_text(rewrite(document, _TIMES, _shift)),
    "epoch": lambda document: to_text(rewrite(document, _TIMES, _zero)),
    "missing": lambda document: to_text(without(document, _VALUES)),
    "new_field": lambda document: to_text(_grown(document)),
    "envelope": lambda document: to_text({"data": document, "pagination": None}),
}
KINDS = tuple(_KINDS)


def spoiled(document: object, kind: str) -> str:
    """Give the text of a frame that is wrong in the named way; an unknown name breaks the JSON."""
    return _KINDS.get(kind, _KINDS["json"])(document)


def poisoned(document: object) -> str:
    """Give the text of a frame that is good JSON of the right outline, with values of absurd types."""
    return to_text(rewrite(document, _VALUES, lambda value: {"value": [value, None]}))
