"""One hand that trades: an account with the few things anybody does with it."""

from collections import Counter

from fakemarket.director.grid import floored, raised, whole
from fakemarket.world.accounts import Account
from fakemarket.world.dice import Dice
from fakemarket.world.exchange import Exchange
from fakemarket.world.orders import OrderType, Placed, Refused, Side
from fakemarket.world.tokens import Market


class Actor:
    """An account at work. What the venue refuses is counted and dropped, as a person would shrug and go on."""

    def __init__(self, exchange: Exchange, account: Account, dice: Dice) -> None:
        self.exchange = exchange
        self.account = account
        self.dice = dice
        self.refusals: Counter[str] = Counter()

    @property
    def wallet(self) -> str:
        return self.account.wallet

    def market(self, token: str) -> Market:
        market = self.exchange.catalog.of_token(token)
        if market is None:
            raise LookupError(f"no market trades {token}")
        return market

    def cash(self) -> int:
        return self.exchange.available(self.wallet, None)

    def held(self, token: str) -> int:
        """Return the shares that can be given away now: settled and not promised."""
        return self.exchange.available(self.wallet, token)

    # --- orders ------------------------------------------------------------------------------------------------------

    def take(self, token: str, side: Side, size: int, *, ticks: int = 2) -> Placed | None:
        """Trade at once against the book, up to so many ticks beyond its best price; the rest is dropped."""
        book = self.exchange.book(token)
        best = book.best_ask if side == "BUY" else book.best_bid
        if best is None:
            self.refusals["empty book"] += 1
            return None
        limit = best + ticks * book.tick if side == "BUY" else best - ticks * book.tick
        return self.order(token, side, limit, size, order_type="FAK")

    def order(self, token: str, side: Side, price: int, size: int, *, order_type: OrderType = "GTC") -> Placed | None:
        """Place an order on the grid; a sale of more than is held is cut to what is held."""
        market = self.market(token)
        limit = floored(price, market.tick) if side == "BUY" else raised(price, market.tick)
        shares = whole(size if side == "BUY" else min(size, self.held(token)))
        if shares < market.minimum:
            self.refusals["below the minimum"] += 1
            return None
        try:
            return self.exchange.quote(self.wallet, token, side, limit, shares, order_type=order_type)
        except Refused as refusal:
            self.refusals[refusal.error] += 1
            return None

    def cancel(self, order_ids: list[str]) -> None:
        self.exchange.cancel(order_ids, wallet=self.wallet)

    # --- what leaves no trade ----------------------------------------------------------------------------------------

    def merge(self, market: Market) -> int:
        """Merge as many pairs as are free to go, and return how many."""
        pairs = min(self.held(token) for token in market.tokens)
        if pairs > 0:
            self.exchange.merge(self.wallet, market.condition, pairs)
        return max(0, pairs)

    def redeem(self, market: Market) -> None:
        if any(self.account.balance(token) > 0 for token in market.tokens):
            self.exchange.redeem(self.wallet, market.condition)
