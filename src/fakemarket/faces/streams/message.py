"""What a channel is about to tell: one document, what it is about, and who wants it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import msgspec

from fakemarket.faces.streams.connection import Connection

_TO_JSON = msgspec.json.Encoder()


class Session:
    """One connection and what it asked for."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def tell(self, text: str) -> None:
        self.connection.send(text)


SessionT = TypeVar("SessionT", bound=Session)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Generic[SessionT]):
    """One frame before it is sent; `tokens` are the assets it is about, `facts` what a fault may be limited to."""

    document: object
    wanted_by: Callable[[SessionT], bool]
    tokens: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


def to_text(document: object) -> str:
    return _TO_JSON.encode(document).decode()
