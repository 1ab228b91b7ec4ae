"""What the Data API says of how markets ended, checked: payouts of outcomes, and which token is which outcome."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import msgspec

from copydesk.adapters.polymarket.parse.numbers import condition_hex, exact, in_micros, time_ms, token_id
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.money import MICROS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SHARES_PAID: Final = (0, MICROS // 2, MICROS)
_FINAL: Final = "resolved"


class Ended(NamedTuple):
    """A market that is resolved for good: micro-dollars a share for each outcome."""

    market: MarketId
    payouts: tuple[int, ...]
    resolved_at: TimeMs | None


class Place(NamedTuple):
    """Which outcome of which market a token is; the final price in micros where it is said."""

    token: TokenId
    market: MarketId
    place: int
    final_price: int | None


class _ResolutionRow(msgspec.Struct):
    """How far the resolution of one market is."""

    condition_id: str
    status: str
    payouts: list[int] | None = None
    resolved_at: int | str | None = None
    last_update_timestamp: int | str | None = None


class _TokenRow(msgspec.Struct):
    """What one token is."""

    token_id: str
    condition_id: str
    outcome_index: int
    final_price: Decimal | None = None


class _Envelope(msgspec.Struct):
    """The envelope of every answer."""

    data: list[msgspec.Raw] | None = None


Row = TypeVar("Row")
Made = TypeVar("Made")
_envelopes = msgspec.json.Decoder(_Envelope)
_resolutions = msgspec.json.Decoder(_ResolutionRow)
_tokens = msgspec.json.Decoder(_TokenRow)


def ended_markets(body: bytes) -> Iterator[Ended | Refused | None]:
    """Yield a market for each row of `/v2/resolutions`: None if it is not resolved, the `Refused` for a bad row."""
    return _rows(body, _resolutions, _ended)


def outcome_places(body: bytes) -> Iterator[Place | Refused]:
    """Yield what each row of `/v2/tokens` says, or the `Refused` in its place."""
    return _rows(body, _tokens, _place)


def _rows(body: bytes, decoder: msgspec.json.Decoder[Row], made: Callable[[Row], Made]) -> Iterator[Made | Refused]:
    try:
        listed = _envelopes.decode(body).data or []
    except msgspec.DecodeError as why:
        yield _malformed(why)
        return
    for each in listed:
        try:
            yield made(decoder.decode(each))
        except msgspec.DecodeError as why:
            yield _malformed(why)
        except Refused as why:
            yield why


def _ended(row: _ResolutionRow) -> Ended | None:
    """Anything but resolved is not final: a proposal can be disputed, a dispute decided either way."""
    if row.status.lower() != _FINAL:
        return None
    payouts = tuple(row.payouts or ())
    if len(payouts) < 2 or sum(payouts) != MICROS or any(paid not in _SHARES_PAID for paid in payouts):  # noqa: PLR2004
        raise Refused(RefusedRow.WRONG_TYPE, f"payouts {shown(str(row.payouts))}")
    return Ended(MarketId(condition_hex(row.condition_id, "condition_id")), payouts, _resolved_at(row))


def _resolved_at(row: _ResolutionRow) -> TimeMs | None:
    for value in (row.resolved_at, row.last_update_timestamp):
        if value:
            return time_ms(value, "resolved_at")
    return None


def _place(row: _TokenRow) -> Place:
    if not 0 <= row.outcome_index <= 1:
        raise Refused(RefusedRow.WRONG_TYPE, f"outcome_index {row.outcome_index}")
    final = None if row.final_price is None else in_micros(*exact(row.final_price, "final_price"), "final_price")
    return Place(
        token_id(row.token_id, "token_id"),
        MarketId(condition_hex(row.condition_id, "condition_id")),
        row.outcome_index,
        final,
    )


def _malformed(why: msgspec.DecodeError) -> Refused:
    return Refused(RefusedRow.WRONG_TYPE if isinstance(why, msgspec.ValidationError) else RefusedRow.BAD_JSON, str(why))
