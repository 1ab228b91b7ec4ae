"""The rows inside a decoded JSON value: a list, one of the venue's envelopes, or a single row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_ROW_LISTS = ("data", "v1_rows", "v2_rows", "result")
_WATCHED_NODE = "A"


def rows_in(value: Any) -> Iterator[Any]:
    """Yield the rows of one decoded value, in order.

    | value                                         | rows                                    |
    |-----------------------------------------------|-----------------------------------------|
    | a list                                        | the rows of its elements                |
    | `{"data": […]}` (Data API v2), `{"result": […]}`, `v1_rows`, `v2_rows` | those of the list |
    | `{"data": {"orderFilledEvents": […]}}`        | those of the list                       |
    | an object with a transaction's `receipt`      | the logs of the receipt                 |
    | a recorded sequence of `steps`                | the frames delivered to its first node  |
    | anything else                                 | itself                                  |
    """
    if type(value) is list:
        for element in value:
            yield from _rows_of_element(element)
    elif type(value) is dict and type(value.get("steps")) is list:
        yield from _delivered(value["steps"])
    elif type(value) is dict:
        yield from _listed(value)
    else:
        yield value


def _rows_of_element(element: Any) -> Iterator[Any]:
    receipt = element.get("receipt") if type(element) is dict else None
    if type(receipt) is dict and type(receipt.get("logs")) is list:
        moment = {"blockTimestamp": receipt.get("blockTimestamp")}
        for log in receipt["logs"]:
            yield {**moment, **log} if type(log) is dict else log
    else:
        yield element


def _listed(value: dict[Any, Any]) -> Iterator[Any]:
    for name in _ROW_LISTS:
        inside = value.get(name)
        if type(inside) is dict and name == "data":
            inside = next((each for each in inside.values() if type(each) is list), None)
        if type(inside) is list:
            market = _market(value)
            for row in inside:
                yield {**market, **row} if market and type(row) is dict else row
            return
    yield from _rows_of_element(value)


def _market(value: dict[Any, Any]) -> dict[str, Any]:
    """A document of rows about one market may say so once, outside the rows."""
    return {"condition_id": value["condition_id"]} if type(value.get("condition_id")) is str else {}


def _delivered(steps: list[Any]) -> Iterator[Any]:
    for step in steps:
        nodes = step.get("nodes") if type(step) is dict else None
        node = nodes.get(_WATCHED_NODE) if type(nodes) is dict else None
        frames = node.get("deliver") if type(node) is dict else None
        for delivered in frames if type(frames) is list else ():
            yield delivered.get("frame") if type(delivered) is dict else delivered
