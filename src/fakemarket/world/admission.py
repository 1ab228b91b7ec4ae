"""The door: every rule an order must meet before it may meet the book, with the venue's own words for a refusal."""

from fakemarket.world.accounts import Account, Accounts
from fakemarket.world.catalog import Catalog
from fakemarket.world.contracts import CONTRACTS, SPENDERS
from fakemarket.world.hashing import exchange_domain
from fakemarket.world.money import ONE, ROUNDING, decimal_text
from fakemarket.world.orders import Order, Refused, SignedOrder, Terms
from fakemarket.world.signing import order_is_signed
from fakemarket.world.tokens import Market

MARKET_TYPES = ("FOK", "FAK")
AHEAD_S = 180
MARKETABLE_MIN = ONE

NOT_READY = "the market is not yet ready to process new orders"
CROSSES = "invalid post-only order: order crosses book"
FOK_KILLED = "order couldn't be fully filled. FOK orders are fully filled or killed."
FAK_KILLED = "no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found."
MAKER_NOT_ALLOWED = "maker address not allowed, please use the deposit wallet flow"
NOT_ENOUGH = "not enough balance / allowance"


def refuse(text: str) -> Refused:
    return Refused(400, text)


def market_for(catalog: Catalog, token: str) -> Market:
    """Find the market that takes orders for a token now."""
    market = catalog.of_token(token)
    if market is None or market.closed:
        raise refuse(f"the orderbook {token} does not exist")
    if not market.accepting_orders or not market.active:
        raise refuse(NOT_READY)
    return market


def check_terms(order: SignedOrder, terms: Terms, now_s: int) -> None:
    """Check what the request says beside the signed fields."""
    if terms.post_only and terms.order_type in MARKET_TYPES:
        raise refuse("Invalid order payload")
    if terms.order_type == "GTD":
        if order.expiration_s < now_s + AHEAD_S:
            raise refuse("invalid expiration")
    elif order.expiration_s != 0:
        raise refuse("invalid expiration")


def check_account(accounts: Accounts, order: SignedOrder, market: Market, now_s: int) -> Account:
    """Find who pays, and see that he may trade and has signed."""
    account = accounts.by_wallet(order.maker)
    if account is None or account.signature_type != order.signature_type or not account.allow_listed:
        raise refuse(MAKER_NOT_ALLOWED)
    if account.banned:
        raise refuse(f"'{account.wallet}' address banned")
    if account.closed_only and order.side == "BUY":
        raise refuse(f"'{account.wallet}' address in closed only mode")
    check_signature(order, market, account, now_s)
    return account


def check_signature(order: SignedOrder, market: Market, account: Account, now_s: int) -> None:
    """Tell an order signed for the other protocol version from one that is not signed rightly at all."""
    if order_is_signed(order, order.signature, exchange_domain(market.exchange), account.code, now_s):
        return
    others = ("standard", "neg_risk") if market.version == "v2" else ("v3",)
    if any(order_is_signed(order, order.signature, exchange_domain(name), account.code, now_s) for name in others):
        raise refuse("order_version_mismatch")
    raise refuse("invalid signature")


def check_accuracy(order: SignedOrder, terms: Terms, tick: int) -> None:
    """Refuse amounts with more decimals than the venue's table gives."""
    rounding = ROUNDING[tick]
    is_market = terms.order_type in MARKET_TYPES
    if is_market and order.side == "BUY":
        places = (2, rounding.amount)
    elif order.side == "BUY":
        places = (rounding.amount, rounding.size)
    else:
        places = (rounding.size, rounding.amount)
    amounts = (order.maker_amount, order.taker_amount)
    if all(amount % 10 ** (6 - allowed) == 0 for amount, allowed in zip(amounts, places, strict=True)):
        return
    kind = f"{'market' if is_market else 'limit'} {order.side.lower()}"
    raise refuse(
        f"invalid amounts, the {kind} orders maker amount supports a max accuracy of {places[0]} decimals, "
        f"taker amount a max of {places[1]} decimals"
    )


def grid_price(order: SignedOrder, terms: Terms, market: Market, order_id: str) -> int:
    """Give the price on the grid that the signed amounts stand for; a market order may be off by its rounding."""
    tick, shares, cash = market.tick, order.shares, order.cash
    if shares <= 0 or cash <= 0:
        raise refuse("Invalid order payload")
    below = cash * ONE // (shares * tick) * tick
    for price in (below, below + tick):
        if tick <= price <= ONE - tick and _stands_for(order, terms, price, tick):
            return price
    shown = decimal_text((2 * cash * ONE + shares) // (2 * shares))
    raise refuse(
        f"order {order_id} is invalid. Price ({shown}) breaks minimum tick size rule: {decimal_text(market.tick)}"
    )


def _stands_for(order: SignedOrder, terms: Terms, price: int, tick: int) -> bool:
    exact: int = price * order.shares
    if order.cash * ONE == exact:
        return True
    if terms.order_type not in MARKET_TYPES:
        return False
    step: int = 10 ** (6 - ROUNDING[tick].amount)
    if order.side == "BUY":
        return abs(order.cash * ONE - exact) < step * price
    return abs(order.cash * ONE - exact) < step * ONE


def check_size(order: SignedOrder, terms: Terms, market: Market, order_id: str) -> None:
    if terms.order_type not in MARKET_TYPES and order.shares < market.minimum:
        size, least = decimal_text(order.shares), decimal_text(market.minimum)
        raise refuse(f"order {order_id} is invalid. Size ({size}) lower than the minimum: {least}")


def refuse_marketable(cash: int) -> Refused:
    """Word the refusal of a BUY that would take from the book with less than a dollar."""
    return refuse(f"invalid amount for a marketable BUY order (${decimal_text(cash)}), min size: $1")


def check_funds(account: Account, asset: str, needed: int, market: Market) -> None:
    """Refuse what the wallet cannot pay or has not allowed the exchange to take."""
    spender = SPENDERS[market.exchange]
    token = ("positions" if market.version == "v2" else "ctf") if asset else "pusd"
    if f"{token}:{spender}" not in account.allowances:
        raise refuse(f"{NOT_ENOUGH}: the allowance is not enough -> spender: {CONTRACTS[spender]}, allowance: 0")
    free = account.available(asset)
    if free < needed:
        raise refuse(f"{NOT_ENOUGH}: the balance is not enough -> balance: {free}, order amount: {needed}")


def fresh_order(order: SignedOrder, terms: Terms, market: Market, order_id: str, price: int) -> Order:
    """Make the order that will meet the book; a market BUY is bounded by its money, any other by its shares."""
    by_cash = order.side == "BUY" and terms.order_type in MARKET_TYPES
    return Order(
        id=order_id,
        owner=terms.owner,
        wallet=order.maker.lower(),
        condition=market.condition,
        token=order.token,
        outcome=market.outcome(order.token),
        side=order.side,
        price=price,
        size=order.shares,
        cash=order.cash,
        order_type=terms.order_type,
        post_only=terms.post_only,
        status="LIVE",
        expiration_s=order.expiration_s,
        signature_type=order.signature_type,
        spend_max=order.cash if by_cash else 0,
        builder=order.builder,
    )
