"""The answers of the Data API: one envelope for lists, one for single objects, one for every refusal."""

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec
from aiohttp import web

INVALID_REQUEST: Final = "invalid_request"
RATE_LIMITED: Final = "rate_limited"
NOT_FOUND: Final = "not_found"


class DataError(Exception):
    """A request the Data API refuses: the status, the code and the words of the answer."""

    def __init__(self, words: str, *, status: int = 400, code: str = INVALID_REQUEST) -> None:
        super().__init__(words)
        self.words = words
        self.status = status
        self.code = code


_TO_JSON: Final = msgspec.json.Encoder()


def encoded(document: object) -> bytes:
    return _TO_JSON.encode(document)


def page_body(rows: Sequence[object], *, limit: int, next_cursor: str | None) -> bytes:
    pagination = {"limit": limit, "offset": 0, "has_more": next_cursor is not None, "next_cursor": next_cursor}
    return encoded({"data": rows, "pagination": pagination})


def single_body(document: object) -> bytes:
    return encoded({"data": document})


def refusal(error: DataError, url: str) -> web.Response:
    """Answer a refusal: the trace id comes from the question, so a run repeats byte for byte."""
    trace = hashlib.sha256(f"{error.status} {url}".encode()).hexdigest()[:32]
    document = {
        "error": error.words,
        "code": error.code,
        "retryable": error.status in {429, 500, 502, 503, 504},
        "trace_id": trace,
    }
    return web.Response(body=encoded(document), status=error.status, content_type="application/json")
