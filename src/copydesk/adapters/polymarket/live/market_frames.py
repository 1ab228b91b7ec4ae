"""What the market channel and the book endpoints say, checked field by field and put into our words."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

import msgspec

from copydesk.adapters.polymarket.live.order_book import NO_PRICE, Change, Changes, Snapshot, sorted_sides
from copydesk.adapters.polymarket.parse.numbers import amount, condition_hex, exact, in_micros, price_parts, token_id
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.money import ONE_DOLLAR, Price, Shares
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

_TIME_MIN_MS: Final = 1_577_836_800_000
_TIME_END_MS: Final = 2_082_758_400_000
_PRICES_REMEMBERED: Final = 16_384


class TickChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A market's prices lie on another grid from `at` on."""

    market: MarketId
    tick: Price
    at: TimeMs


class MarketListed(msgspec.Struct, frozen=True, kw_only=True):
    """A market is new."""

    market: MarketId


class MarketOver(msgspec.Struct, frozen=True, kw_only=True):
    """A market was resolved. How is not believed here: the payout vector is asked for."""

    market: MarketId


ChannelEvent: TypeAlias = Snapshot | Changes | TickChanged | MarketListed | MarketOver


class _Row(msgspec.Struct):
    """One level."""

    price: str
    size: str


class _Book(msgspec.Struct):
    """A book as the endpoints give it."""

    market: str
    asset_id: str
    timestamp: str
    bids: list[_Row]
    asks: list[_Row]
    tick_size: str | None = None


class _BookFrame(_Book, tag_field="event_type", tag="book"):
    """A whole book, on subscribing and after trades."""


class _ChangeRow(msgspec.Struct):
    """The new total of one level of one token."""

    asset_id: str
    price: str
    size: str
    side: str
    best_bid: str | None = None
    best_ask: str | None = None


class _ChangeFrame(msgspec.Struct, tag_field="event_type", tag="price_change"):
    """Levels that changed."""

    timestamp: str
    price_changes: list[_ChangeRow]


class _TickFrame(msgspec.Struct, tag_field="event_type", tag="tick_size_change"):
    """A new tick."""

    market: str
    timestamp: str
    new_tick_size: str


class _NewFrame(msgspec.Struct, tag_field="event_type", tag="new_market"):
    """A new market."""

    market: str


class _ResolvedFrame(msgspec.Struct, tag_field="event_type", tag="market_resolved"):
    """A market that was resolved."""

    market: str


class _PrintFrame(msgspec.Struct, tag_field="event_type", tag="last_trade_price"):
    """A print: the books after it come of their own."""


class _BestFrame(msgspec.Struct, tag_field="event_type", tag="best_bid_ask"):
    """The best prices, which every change says too."""


_Frame: TypeAlias = _BookFrame | _ChangeFrame | _TickFrame | _NewFrame | _ResolvedFrame | _PrintFrame | _BestFrame
Found = TypeVar("Found")
_frames = msgspec.json.Decoder(list[_Frame] | _Frame)
_frame = msgspec.json.Decoder(_Frame)
_raw_list = msgspec.json.Decoder(list[msgspec.Raw])
_book = msgspec.json.Decoder(_Book)


def channel_events(frame: bytes, wanted: Container[str]) -> Iterator[ChannelEvent | Refused]:
    """Yield what a frame says, or the `Refused` in its place; books and changes only of `wanted` tokens.

    A frame holds one object or a list of them (#22). One bad object does not take the others with it.
    """
    for found in _objects(frame):
        if isinstance(found, Refused):
            yield found
            continue
        try:
            yield from _events(found, wanted)
        except Refused as why:
            yield why


def rest_books(body: bytes) -> Iterator[Snapshot | Refused]:
    """Yield the books of an answer of `/books` (a list) or `/book` (an object), or the `Refused` in their place."""
    try:
        documents = _raw_list.decode(body) if body.lstrip()[:1] == b"[" else [msgspec.Raw(body)]
    except msgspec.DecodeError as why:
        yield _malformed(why)
        return
    for document in documents:
        try:
            yield _snapshot(_decoded(_book.decode, document))
        except Refused as why:
            yield why


def _objects(frame: bytes) -> Iterator[_Frame | Refused]:
    try:
        found = _frames.decode(frame)
    except msgspec.DecodeError as why:
        yield from _one_by_one(frame, why)
        return
    if isinstance(found, list):
        yield from found
    else:
        yield found


def _one_by_one(frame: bytes, why: msgspec.DecodeError) -> Iterator[_Frame | Refused]:
    """The objects of a list of which at least one is bad."""
    try:
        listed = _raw_list.decode(frame)
    except msgspec.DecodeError:
        yield _malformed(why)
        return
    for each in listed:
        try:
            yield _decoded(_frame.decode, each)
        except Refused as refused:
            yield refused


def _events(found: _Frame, wanted: Container[str]) -> Iterator[ChannelEvent]:
    match found:
        case _ChangeFrame():
            yield from _changes(found, wanted)
        case _BookFrame():
            if found.asset_id in wanted:
                yield _snapshot(found)
        case _TickFrame():
            yield TickChanged(market=_market(found.market), tick=_tick(found.new_tick_size), at=_time(found.timestamp))
        case _NewFrame():
            yield MarketListed(market=_market(found.market))
        case _ResolvedFrame():
            yield MarketOver(market=_market(found.market))
        case _PrintFrame() | _BestFrame():
            return


def _changes(frame: _ChangeFrame, wanted: Container[str]) -> Iterator[Changes]:
    """One frame often names both tokens of a market; each gets its own."""
    at = _time(frame.timestamp)
    rows: dict[str, list[_ChangeRow]] = {}
    for row in frame.price_changes:
        if row.asset_id in wanted:
            rows.setdefault(row.asset_id, []).append(row)
    for token, of_token in rows.items():
        last = of_token[-1]
        yield Changes(
            token=TokenId(token),
            at=at,
            changes=tuple(Change(_side(row.side), _price(row.price), _shares(row.size)) for row in of_token),
            best=None if last.best_bid is None or last.best_ask is None else (_end(last.best_bid), _end(last.best_ask)),
        )


def _snapshot(found: _Book) -> Snapshot:
    return Snapshot(
        token=token_id(found.asset_id, "asset_id"),
        market=_market(found.market),
        at=_time(found.timestamp),
        sides=sorted_sides(
            [(_price(row.price), _shares(row.size)) for row in found.bids],
            [(_price(row.price), _shares(row.size)) for row in found.asks],
        ),
        tick=_tick(found.tick_size) if found.tick_size else None,
    )


def _decoded(decode: Callable[[msgspec.Raw], Found], found: msgspec.Raw) -> Found:
    try:
        return decode(found)
    except msgspec.DecodeError as why:
        raise _malformed(why) from None


def _malformed(why: msgspec.DecodeError) -> Refused:
    return Refused(RefusedRow.WRONG_TYPE if isinstance(why, msgspec.ValidationError) else RefusedRow.BAD_JSON, str(why))


@lru_cache(maxsize=_PRICES_REMEMBERED)
def _price(text: str) -> Price:
    return Price(in_micros(*price_parts(text, "price"), "price"))


@lru_cache(maxsize=_PRICES_REMEMBERED)
def _end(text: str) -> Price:
    """A best price, which is 0 or 1 where there is none."""
    digits, places = exact(text, "best price")
    price = Price(in_micros(digits, places, "best price"))
    if not NO_PRICE <= price <= ONE_DOLLAR:
        raise Refused(RefusedRow.PRICE_RANGE, f"best price {shown(text)}")
    return price


def _shares(text: str) -> Shares:
    return Shares(amount(text, "size"))


def _tick(text: str) -> Price:
    return Price(in_micros(*price_parts(text, "tick_size"), "tick_size"))


def _side(text: str) -> Side:
    if text == "BUY":
        return Side.BUY
    if text == "SELL":
        return Side.SELL
    raise Refused(RefusedRow.UNKNOWN_SIDE, shown(text))


def _time(text: str) -> TimeMs:
    """The venue's milliseconds, written as text (#25)."""
    if not (text.isdecimal() and text.isascii()) or len(text) > len(str(_TIME_END_MS)):
        raise Refused(RefusedRow.TIMESTAMP_FORMAT, f"timestamp {shown(text)}")
    at = int(text)
    if not _TIME_MIN_MS <= at < _TIME_END_MS:
        is_seconds = _TIME_MIN_MS <= at * 1_000 < _TIME_END_MS
        raise Refused(
            RefusedRow.TIMESTAMP_UNIT if is_seconds else RefusedRow.TIMESTAMP_RANGE, f"timestamp {shown(text)}"
        )
    return TimeMs(at)


def _market(text: str) -> MarketId:
    return MarketId(condition_hex(text, "market"))
