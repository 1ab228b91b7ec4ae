"""The logs of one settlement: what each order gave and got, as the exchange contract tells it (both versions alike).

The order was taken from transactions of the published contract: straight fills move tokens and money first; a mint
pays in, makes the pair and hands it out; a merge takes the pair, burns it and pays out; each maker's OrderFilled comes
after his transfer, then the taker's, then OrdersMatched with the same figures, then the fees move.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fakemarket.world.chain import logs
from fakemarket.world.chain.logs import Log
from fakemarket.world.contracts import SPENDERS
from fakemarket.world.tokens import Market
from fakemarket.world.trades import Fill

FEE_RECEIVER = "0x" + "fe" * 20
ROOM_BASE, ROOM_EACH, ROOM_LAST = 64, 8, 32
_SIDES = {"BUY": 0, "SELL": 1}


def room_for(legs: int) -> int:
    """Give how many log indexes a settlement of so many orders is given; most stay unused, as if by others' logs."""
    return ROOM_BASE + ROOM_EACH * legs + ROOM_LAST


def place_of(leg: int) -> int:
    """Give where in its room the OrderFilled of a leg stands; makers first, the taker last."""
    return ROOM_BASE - 1 + ROOM_EACH * leg


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One settlement as it was mined: makers first, the taker last, and who met the taker how."""

    market: Market
    fills: tuple[Fill, ...]
    kinds: tuple[str, ...]
    builders: dict[str, str]


def settlement_logs(settled: Settled) -> list[Log]:
    """Give all logs in order, each with its place in the room of the transaction."""
    exchange, ledger = logs.contract(SPENDERS[settled.market.exchange]), ledger_of(settled.market)
    *makers, taker = settled.fills
    found = [replace(log, place=place) for place, log in enumerate(_prepared(settled, exchange, ledger))]
    for leg, (fill, kind) in enumerate(zip(makers, settled.kinds, strict=True)):
        moves = list(_maker_moves(fill, taker, kind, (exchange, ledger)))
        filled = [*_fee(exchange, fill.fee), _order_filled(settled, exchange, fill, taker.wallet)]
        found += _placed(moves + filled, place_of(leg))
    last = place_of(len(makers))
    found += _placed(
        [
            *_taker_moves(taker, settled, (exchange, ledger)),
            *_fee(exchange, taker.fee),
            _order_filled(settled, exchange, taker, exchange),
        ],
        last,
    )
    closing = [_orders_matched(settled, exchange, taker)]
    closing += [logs.pusd_moved(fill.wallet, FEE_RECEIVER, fill.fee) for fill in settled.fills if fill.fee]
    found += [replace(log, place=last + 1 + number) for number, log in enumerate(closing)]
    return found


def ledger_of(market: Market) -> str:
    return logs.contract("position_manager" if market.version == "v2" else "ctf")


def _placed(found: list[Log], last: int) -> list[Log]:
    """Put logs in a row that ends at a place."""
    first = last - len(found) + 1
    return [replace(log, place=first + number) for number, log in enumerate(found)]


def _fee(exchange: str, fee: int) -> list[Log]:
    if not fee:
        return []
    topics = (logs.FEE_CHARGED, logs.topic_of(FEE_RECEIVER))
    return [Log(address=exchange, topics=topics, data=logs.data_of(fee))]


def _prepared(settled: Settled, exchange: str, ledger: str) -> Iterator[Log]:
    """What happens before the first order is told: paying in and minting, or taking in pairs and burning them."""
    taker, tokens = settled.fills[-1], settled.market.tokens
    minted, merged = _of_kind(settled, "mint"), _of_kind(settled, "merge")
    if minted:
        size = sum(fill.size for fill in minted)
        yield logs.pusd_moved(taker.wallet, exchange, sum(fill.size - fill.cash for fill in minted))
        for fill in minted:
            yield logs.pusd_moved(fill.wallet, exchange, fill.cash)
        yield logs.pusd_moved(exchange, logs.NOBODY, size)
        yield logs.set_moved(ledger, exchange, (logs.NOBODY, exchange), dict.fromkeys(tokens, size))
    if merged:
        size = sum(fill.size for fill in merged)
        yield logs.token_moved(ledger, exchange, (taker.wallet, exchange), taker.token, size)
        for fill in merged:
            yield logs.token_moved(ledger, exchange, (fill.wallet, exchange), fill.token, fill.size)
        yield logs.set_moved(ledger, exchange, (exchange, logs.NOBODY), dict.fromkeys(tokens, size))
        yield logs.pusd_moved(logs.NOBODY, exchange, size)


def _of_kind(settled: Settled, wanted: str) -> list[Fill]:
    return [fill for fill, kind in zip(settled.fills[:-1], settled.kinds, strict=True) if kind == wanted]


def _maker_moves(fill: Fill, taker: Fill, kind: str, where: tuple[str, str]) -> Iterator[Log]:
    exchange, ledger = where
    match kind:
        case "mint":
            yield logs.token_moved(ledger, exchange, (exchange, fill.wallet), fill.token, fill.size)
        case "merge":
            yield logs.pusd_moved(exchange, fill.wallet, fill.cash)
        case _:
            seller, buyer = (fill, taker) if fill.side == "SELL" else (taker, fill)
            yield logs.token_moved(ledger, exchange, (seller.wallet, buyer.wallet), fill.token, fill.size)
            yield logs.pusd_moved(buyer.wallet, seller.wallet, fill.cash)


def _taker_moves(taker: Fill, settled: Settled, where: tuple[str, str]) -> Iterator[Log]:
    """What the taker gets for the parts that were minted or merged."""
    exchange, ledger = where
    minted, merged = _of_kind(settled, "mint"), _of_kind(settled, "merge")
    if minted:
        size = sum(fill.size for fill in minted)
        yield logs.token_moved(ledger, exchange, (exchange, taker.wallet), taker.token, size)
    if merged:
        yield logs.pusd_moved(exchange, taker.wallet, sum(fill.size - fill.cash for fill in merged))


def _amounts(fill: Fill) -> tuple[int, int]:
    """Give what the order gave, and what it got."""
    return (fill.cash, fill.size) if fill.side == "BUY" else (fill.size, fill.cash)


def _order_filled(settled: Settled, exchange: str, fill: Fill, other: str) -> Log:
    gave, got = _amounts(fill)
    builder = settled.builders.get(fill.order_id, logs.ZERO)
    return Log(
        address=exchange,
        topics=(logs.ORDER_FILLED, fill.order_id, logs.topic_of(fill.wallet), logs.topic_of(other)),
        data=logs.data_of(_SIDES[fill.side], int(fill.token), gave, got, fill.fee, builder, logs.ZERO),
    )


def _orders_matched(settled: Settled, exchange: str, taker: Fill) -> Log:
    gave, got = _amounts(taker)
    return Log(
        address=exchange,
        topics=(logs.ORDERS_MATCHED, taker.order_id, logs.topic_of(taker.wallet)),
        data=logs.data_of(_SIDES[taker.side], int(taker.token), gave, got),
    )
