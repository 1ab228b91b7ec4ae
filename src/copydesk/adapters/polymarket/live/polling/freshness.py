"""How old the venue's own data is, as it says of itself (F37, S0.43)."""

from __future__ import annotations

from typing import Final

import msgspec

from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.domain.ids import TimeMs

PATH: Final = "/v2/status"
_BLOCK_MS: Final = 2_000


class _Status(msgspec.Struct):
    """The parts of the venue's word on itself that are about rows; figures it computes are older and not looked at."""

    serving_lag_blocks: int | None = None
    custody_lag_blocks: int | None = None
    as_of: int | None = None


class _Answer(msgspec.Struct):
    """A single object in its envelope."""

    data: _Status | None = None


_DECODER = msgspec.json.Decoder(_Answer, strict=False)


def lag_ms(body: bytes, now: TimeMs) -> int:
    """How far what is served lies behind the chain, in milliseconds. Raises `Refused` if the answer does not say.

    The venue counts blocks, of about two seconds, and may also name the moment.
    """
    try:
        status = _DECODER.decode(body).data
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(RefusedRow.BAD_JSON, str(error)) from None
    if status is None or (status.serving_lag_blocks is None and status.as_of is None):
        raise Refused(RefusedRow.MISSING_FIELD, shown(body[:80].decode(errors="replace")))
    behind = max(status.serving_lag_blocks or 0, status.custody_lag_blocks or 0) * _BLOCK_MS
    return max(behind, now - status.as_of * 1000 if status.as_of else 0)
