"""Who meets whom: the pairs a taker order makes with the book, as straight trade, mint or merge."""

from dataclasses import dataclass
from typing import Literal

from fakemarket.world.book import MarketBook
from fakemarket.world.builders import Builders
from fakemarket.world.money import ONE, FeeSchedule, cost, fee_for
from fakemarket.world.orders import Order

Kind = Literal["complementary", "mint", "merge"]
DUST_CASH = 100  # a ten-thousandth of a dollar: too little to go on
DUST_SHARES = 10_000  # a hundredth of a share: a rest this small leaves the book


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """One maker order that the taker meets: shares, what each side pays or gets, the fees and the cuts in them."""

    maker: Order
    shares: int
    price: int
    maker_cash: int
    taker_cash: int
    fee: int
    kind: Kind
    maker_fee: int = 0
    cuts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """All pairs of one taker order, and whether they fill it."""

    pairings: tuple[Pairing, ...]
    shares: int
    cash: int
    fee: int
    is_full: bool


def kind_of(taker: Order, maker: Order) -> Kind:
    if taker.token == maker.token:
        return "complementary"
    return "mint" if taker.side == "BUY" else "merge"


def plan_match(book: MarketBook, taker: Order, fees: FeeSchedule | None, builders: Builders) -> Match:
    """Pair the taker with the book as far as its limit, its size and, for a market BUY, its money reach."""
    pairings: list[Pairing] = []
    shares_left = taker.remaining
    cash_left = taker.spend_max - taker.spent
    by_cash = taker.spend_max > 0
    for price, maker in book.facing(taker.token, taker.side):
        if not taker.accepts(price):
            break
        if (cash_left < DUST_CASH) if by_cash else (shares_left <= 0):
            break
        wanted = cash_left * ONE // price if by_cash else shares_left
        pairing = _pair(taker, maker, min(wanted, maker.remaining), price, (fees, builders))
        pairings.append(pairing)
        shares_left -= pairing.shares
        cash_left -= pairing.taker_cash
    return Match(
        pairings=tuple(pairings),
        shares=sum(pairing.shares for pairing in pairings),
        cash=sum(pairing.taker_cash for pairing in pairings),
        fee=sum(pairing.fee for pairing in pairings),
        is_full=cash_left < DUST_CASH if by_cash else shares_left <= 0,
    )


def _pair(taker: Order, maker: Order, shares: int, price: int, dues: tuple[FeeSchedule | None, Builders]) -> Pairing:
    """Round as the contract does: the maker's cash down, and the taker has what makes the sum exact."""
    kind = kind_of(taker, maker)
    fees, builders = dues
    maker_cash = cost(shares, maker.price)
    taker_cash = maker_cash if kind == "complementary" else shares - maker_cash
    maker_fee = builders.maker_fee(maker.builder, maker_cash)
    taker_fee = builders.taker_fee(taker.builder, taker_cash)
    return Pairing(
        maker=maker,
        shares=shares,
        price=price,
        maker_cash=maker_cash,
        taker_cash=taker_cash,
        fee=fee_for(fees, shares, price) + taker_fee,
        kind=kind,
        maker_fee=maker_fee,
        cuts=tuple((code, cut) for code, cut in ((maker.builder, maker_fee), (taker.builder, taker_fee)) if cut),
    )
