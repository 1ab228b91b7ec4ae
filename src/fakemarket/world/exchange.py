"""The exchange: takes orders, matches them, follows them to the end, and tells everyone what happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from fakemarket.world import admission
from fakemarket.world.accounts import CASH, Account, AccountPlan, Accounts
from fakemarket.world.book import BookView, MarketBook
from fakemarket.world.builders import Builders
from fakemarket.world.catalog import Catalog
from fakemarket.world.chain.chain import Chain
from fakemarket.world.clock import Clock
from fakemarket.world.custody import Custody
from fakemarket.world.dice import Dice
from fakemarket.world.events import Change, Events, MarketAdded, OrderChanged
from fakemarket.world.faults import Faults
from fakemarket.world.floor import Floor
from fakemarket.world.hashing import order_hash
from fakemarket.world.listing import Listing
from fakemarket.world.money import ONE, cost
from fakemarket.world.naming import Naming
from fakemarket.world.orders import Canceled, Order, OrderType, Placed, Refused, Side, SignedOrder, Terms
from fakemarket.world.payouts import DAY_MS, Payouts
from fakemarket.world.settlement import KEPT_MS, Settlement, Timing
from fakemarket.world.tokens import Event, EventPlan, Market
from fakemarket.world.trades import History, Trade


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangePlan:
    """The settings of a market: the seed of all chance, and how long settlement takes."""

    seed: int = 7
    chain_id: int = 137
    mined_after_ms: tuple[int, int] = (1_500, 3_000)
    confirmed_after_ms: tuple[int, int] = (2_000, 5_000)
    makers_max: int = 20
    payout_every_ms: int = DAY_MS


class Exchange(Naming, Custody, Listing):
    """The one object that joins catalogue, accounts, books, settlement and history."""

    def __init__(self, clock: Clock, plan: ExchangePlan | None = None) -> None:
        self.clock = clock
        self.plan = plan or ExchangePlan()
        super().__init__(self.plan.seed)
        self.dice = Dice(self.plan.seed)
        self.catalog = Catalog(self.plan.seed)
        self.accounts = Accounts(self.dice)
        self.history = History()
        self.events = Events(clock)
        self.faults = Faults(clock, self.dice)
        self.settlement = Settlement(
            clock=clock,
            accounts=self.accounts,
            catalog=self.catalog,
            history=self.history,
            events=self.events,
            faults=self.faults,
        )
        self.settlement.timing = Timing(
            mined_ms=lambda: self.dice.randint(*self.plan.mined_after_ms),
            confirmed_ms=lambda: self.dice.randint(*self.plan.confirmed_after_ms),
            new_hash=self.transaction_hash,
        )
        self.vault = self.settlement.vault
        self.builders = Builders()
        self.books: dict[str, MarketBook] = {}
        self.orders: dict[str, Order] = {}
        self.floor = Floor(self)
        self._open: dict[str, dict[str, Order]] = {}
        self._outcomes: dict[str, Placed | Refused] = {}
        self.chain = Chain(self)
        self.payouts = Payouts(self, self.plan.payout_every_ms)

    # --- setting up

    def add_event(self, plan: EventPlan) -> Event:
        event = self.catalog.add(plan, self.clock.now_ms())
        for condition in event.conditions:
            market = self.catalog.markets[condition]
            self.books[condition] = MarketBook(market)
            self.events.publish(MarketAdded(market=market))
        return event

    def open_account(self, plan: AccountPlan) -> Account:
        fresh = len(self.accounts.all())
        account = self.accounts.open(plan, self.clock.now_ms())
        if len(self.accounts.all()) > fresh:
            self.vault.brought += account.cash
        return account

    # --- trading

    def place(self, order: SignedOrder, terms: Terms) -> Placed:
        """Take a signed order; raises Refused with the venue's text."""
        now_s = self.clock.now_s()
        market = admission.market_for(self.catalog, order.token)
        order_id = order_hash(order, market.exchange, self.plan.chain_id)
        account = admission.check_account(self.accounts, order, market, now_s)
        if order_id in self.orders:
            raise admission.refuse(f"order {order_id} is invalid. Duplicated.")
        admission.check_terms(order, terms, now_s)
        price = admission.grid_price(order, terms, market, order_id)
        admission.check_accuracy(order, terms, market.tick)
        admission.check_size(order, terms, market, order_id)
        return self._enter(account, market, self._order(order, terms, order_id, price))

    def quote(  # noqa: PLR0913 the parts of a limit order
        self,
        wallet: str,
        token: str,
        side: Side,
        price: int,
        size: int,
        order_type: OrderType = "GTC",
        *,
        post_only: bool = False,
        expiration_s: int = 0,
    ) -> Placed:
        """Place a limit order of a wallet without a signature; raises Refused."""
        amounts = (cost(size, price), size) if side == "BUY" else (size, cost(size, price))
        terms = Terms(order_type=order_type, post_only=post_only)
        return self._place_unsigned(wallet, token, side, amounts, (terms, price, expiration_s))

    def spend(self, wallet: str, token: str, price_max: int, cash: int, order_type: OrderType = "FAK") -> Placed:
        """Buy at the market for so much money, up to a price; raises Refused."""
        amounts = (cash, -(-cash * ONE // price_max))
        return self._place_unsigned(wallet, token, "BUY", amounts, (Terms(order_type=order_type), price_max, 0))

    def _place_unsigned(
        self, wallet: str, token: str, side: Side, amounts: tuple[int, int], how: tuple[Terms, int, int]
    ) -> Placed:
        terms, price, expiration_s = how
        account = self.accounts.by_wallet(wallet)
        if account is None:
            raise admission.refuse(admission.MAKER_NOT_ALLOWED)
        market = admission.market_for(self.catalog, token)
        order = SignedOrder(
            salt=self.dice.getrandbits(53),
            maker=account.wallet,
            signer=account.wallet if account.code else account.eoa,
            token=token,
            maker_amount=amounts[0],
            taker_amount=amounts[1],
            side=side,
            signature_type=account.signature_type,
            timestamp_ms=self.clock.now_ms(),
            expiration_s=expiration_s,
        )
        order_id = order_hash(order, market.exchange, self.plan.chain_id)
        admission.check_terms(order, terms, self.clock.now_s())
        if price % market.tick or not market.tick <= price <= ONE - market.tick:
            admission.grid_price(order, Terms(), market, order_id)
            raise admission.refuse("Invalid order payload")
        admission.check_size(order, terms, market, order_id)
        return self._enter(account, market, self._order(order, terms, order_id, price))

    def _order(self, order: SignedOrder, terms: Terms, order_id: str, price: int) -> Order:
        market = admission.market_for(self.catalog, order.token)
        fresh = admission.fresh_order(order, terms, market, order_id, price)
        fresh.created_ms, fresh.number = self.clock.now_ms(), self.next_number()
        return fresh

    def _enter(self, account: Account, market: Market, order: Order) -> Placed:
        """Match now, or hold the order for the market's delay if it would take from the book."""
        match = self.floor.check(account, market, order)
        delay_ms = market.taker_delay_ms + 1000 * market.seconds_delay
        if not match.pairings or delay_ms == 0:
            return self.floor.run(account, market, order, match)
        order.status = "DELAYED"
        self.keep(order)
        self.hold(account, order, order.cash if order.side == "BUY" else order.size)
        self.tell(order, "PLACEMENT")
        self.clock.schedule(self.clock.now_ms() + delay_ms, partial(self._after_delay, account, market, order))
        return Placed(order_id=order.id, status="delayed")

    def _after_delay(self, account: Account, market: Market, order: Order) -> None:
        if order.status != "DELAYED":
            return
        self.hold(account, order, 0)
        try:
            admission.market_for(self.catalog, order.token)
            match = self.floor.check(account, market, order)
            self._outcomes[order.id] = self.floor.run(account, market, order, match)
        except Refused as refusal:
            self._outcomes[order.id] = refusal
            self.end(order, "UNMATCHED" if order.order_type in admission.MARKET_TYPES else "INVALID")

    def outcome(self, order_id: str) -> Placed | Refused | None:
        """Give what a delayed order came to, or None while it waits."""
        return self._outcomes.get(order_id)

    # --- cancelling

    def cancel(self, order_ids: Iterable[str], owner: str | None = None, wallet: str | None = None) -> Canceled:
        """Cancel what is open and belongs to the owner (API key) or wallet, where one is named."""
        done: list[str] = []
        left: dict[str, str] = {}
        for order_id in dict.fromkeys(order_ids):
            order = self.orders.get(order_id)
            mine = order is not None and owner in (None, order.owner) and wallet in (None, order.wallet)
            if order is None or not mine:
                left[order_id] = "order can't be found - already canceled or matched"
            elif order.status == "DELAYED":
                left[order_id] = "order is in the delay window and can't be canceled"
            elif order.status != "LIVE":
                left[order_id] = "order can't be found - already canceled or matched"
            else:
                self.end(order, "CANCELED")
                done.append(order_id)
        return Canceled(canceled=tuple(done), not_canceled=left)

    def cancel_all(self, wallet: str) -> Canceled:
        return self.cancel([order.id for order in self.open_orders(wallet)], wallet=wallet)

    def cancel_market(self, wallet: str, condition: str = "", token: str = "") -> Canceled:
        mine = self.open_orders(wallet)
        named = [o.id for o in mine if condition in ("", o.condition) and token in ("", o.token)]
        return self.cancel(named, wallet=wallet)

    # --- reading

    def book(self, token: str) -> BookView:
        """Give a token's book; LookupError for an unknown token."""
        market = self.catalog.of_token(token)
        if market is None:
            raise LookupError(token)
        return self.books[market.condition].view(token, self.clock.now_ms())

    def order(self, order_id: str) -> Order | None:
        return self.orders.get(order_id)

    def open_orders(self, wallet: str | None = None) -> list[Order]:
        if wallet is not None:
            return list(self._open.get(wallet.lower(), {}).values())
        return [order for orders in self._open.values() for order in orders.values()]

    def trade(self, trade_id: str) -> Trade | None:
        return self.history.trades.get(trade_id)

    def trades_of(self, wallet: str) -> list[Trade]:
        return self.history.trades_of(wallet)

    def available(self, wallet: str, token: str | None = None) -> int:
        account = self.accounts.by_wallet(wallet)
        return 0 if account is None else account.available(token or CASH)

    # --- the book-keeping of orders, for the floor and the listing

    def keep(self, order: Order) -> None:
        self.orders[order.id] = order
        self._open.setdefault(order.wallet, {})[order.id] = order

    def hold(self, account: Account, order: Order, amount: int) -> None:
        """Set what is reserved behind an order."""
        account.reserve(CASH if order.side == "BUY" else order.token, amount - order.reserved)
        order.reserved = amount

    def end(self, order: Order, status: str) -> None:
        """Take an order out of the book for good, and free what it held."""
        account = self.accounts.by_wallet(order.wallet)
        if account is not None:
            self.hold(account, order, 0)
        if order.status == "LIVE" and self.floor.rests(order):
            self.floor.leave(order)
        order.status = status
        self._open.get(order.wallet, {}).pop(order.id, None)
        self.tell(order, "UPDATE" if status == "MATCHED" else "CANCELLATION")
        if not order.owner:
            self.clock.schedule(self.clock.now_ms() + KEPT_MS, partial(self.orders.pop, order.id, None))

    def tell(self, order: Order, change: Change) -> None:
        event = OrderChanged(
            order=order,
            change=change,
            wallet=order.wallet,
            owner=order.owner,
            filled=order.filled,
            status=order.status,
        )
        self.events.publish(event)
