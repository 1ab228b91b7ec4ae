"""The faults of the answering faces: rows twice, out of order or spoilt, pages that skip, answers that are no JSON."""

import json
from collections.abc import Callable
from typing import Final

from aiohttp import web

from fakemarket.world.dice import Dice
from fakemarket.world.exchange import Exchange
from fakemarket.world.faults import Fault

JSON: Final = "application/json"
HTML: Final = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>"
KINDS: Final = ("json", "nan", "huge", "milliseconds", "year_1970", "missing_field", "new_field", "list")


class Disturbance:
    """The faults that are switched on, worked into finished answers; its dice are its own, so the world stays as is."""

    def __init__(self, exchange: Exchange, face: str) -> None:
        self._faults = exchange.faults
        self._face = face
        self._dice = Dice(f"{exchange.plan.seed}/{face}")

    def throttled(self, path: str) -> web.Response | None:
        """Answer 429 while the venue is told to, with or without the header that says for how long."""
        fault = self._faults.strikes("throttle", face=self._face, path=path)
        if fault is None:
            return None
        after_s = int(fault.number("retry_after_s", 0))
        headers = {"Retry-After": str(after_s)} if after_s else {}
        document = {"error": "Too Many Requests", "code": "rate_limited", "retryable": True, "trace_id": ""}
        return web.json_response(document, status=429, headers=headers)

    def garbled(self, body: bytes, path: str) -> web.Response | None:
        """Answer 200 with something that is not the document."""
        fault = self._faults.strikes("garbled", face=self._face, path=path)
        if fault is None:
            return None
        match fault.text("kind", "html"):
            case "truncated":
                return web.Response(body=body[: len(body) // 2], content_type=JSON)
            case "binary":
                return web.Response(body=self._dice.randbytes(64), content_type=JSON)
            case _:
                return web.Response(text=HTML, content_type="text/html")

    def rows(self, body: bytes, path: str) -> bytes:
        """Disturb the rows of a page; a body without rows passes untouched."""
        faults = self._faults
        acts: list[tuple[str, Callable[[list[object], Fault], list[object]]]] = [
            ("paging", self._skip),
            ("duplicate_event", self._double),
            ("reorder", self._shuffle),
        ]
        struck = [(act, fault) for name, act in acts if (fault := faults.strikes(name, face=self._face, path=path))]
        spoilt = faults.strikes("malformed", face=self._face, path=path)
        poison = faults.strikes("poison", face=self._face, path=path)
        if not struck and spoilt is None and poison is None:
            return body
        document = json.loads(body)
        if not isinstance(document.get("data"), list) or "pagination" not in document:
            return body
        for act, fault in struck:
            document["data"] = act(document["data"], fault)
            if fault.name == "paging" and fault.text("kind") == "truncate":
                document["pagination"] |= {"has_more": False, "next_cursor": None}
        if poison is not None and document["data"]:
            same = min(document["data"], key=lambda row: str(row.get("transaction_hash")))
            same.update({"size": {"poison": True}, "timestamp": []})
        return self._spoilt(document, spoilt) if spoilt is not None else json.dumps(document).encode()

    # --- what happens to rows ----------------------------------------------------------------------------------------

    def _pick(self, rows: list[dict[str, object]]) -> dict[str, object]:
        return self._dice.choice(rows)

    def _skip(self, rows: list[object], fault: Fault) -> list[object]:
        """Spoil a page: skip leaves some rows out, truncate keeps its beginning, repeat says the last one again."""
        match fault.text("kind", "repeat"):
            case "truncate":
                return rows[: len(rows) // 2]
            case "repeat":
                return rows + rows[-1:]
            case _:
                return [row for row in rows if self._dice.random() >= fault.number("share", 0.2)]

    def _double(self, rows: list[object], fault: Fault) -> list[object]:
        return [copy for row in rows for copy in [row] * (1 + int(fault.number("copies", 1)))]

    def _shuffle(self, rows: list[object], _fault: Fault) -> list[object]:
        return self._dice.sample(rows, len(rows))

    def _spoilt(self, document: dict[str, list[dict[str, object]]], fault: Fault) -> bytes:
        kind = fault.text("kind", "json")
        kind = self._dice.choice(KINDS) if kind == "any" else kind
        if kind == "list":
            return json.dumps(document["data"]).encode()
        if kind != "json" and document["data"]:
            spoil(self._pick(document["data"]), kind)
        text = json.dumps(document).replace('"1e999"', "1e999")
        return text[: len(text) * 2 // 3].encode() if kind == "json" else text.encode()


def spoil(row: dict[str, object], kind: str) -> None:
    """Make one row wrong in one way."""
    moment = row.get("timestamp")
    match kind:
        case "nan":
            row["size"] = float("nan")
        case "huge":
            row["price"] = "1e999"
        case "milliseconds" if isinstance(moment, int):
            row["timestamp"] = moment * 1000
        case "year_1970":
            row["timestamp"] = 0
        case "missing_field":
            row.pop("token_id", None)
        case _:
            row["a_new_field"] = {"nested": [1, 2, 3]}
