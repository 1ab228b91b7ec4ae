"""What a wallet does without the book: split, merge, redeem, convert, move, pay in and out."""

from decimal import Decimal
from typing import TYPE_CHECKING

from fakemarket.world.accounts import CASH, Account, Accounts
from fakemarket.world.events import ActivityHappened, Events
from fakemarket.world.money import cost
from fakemarket.world.tokens import Market
from fakemarket.world.trades import NO_OUTCOME, ActivityKind, ActivityRow, Entry, History

if TYPE_CHECKING:
    from fakemarket.world.catalog import Catalog
    from fakemarket.world.clock import Clock
    from fakemarket.world.orders import Order
    from fakemarket.world.settlement import Settlement
    from fakemarket.world.vault import Vault


class Short(ValueError):
    """A wallet does not hold what it would move."""


class Custody:
    """The part of the exchange that moves tokens and cash at once, each time with an activity row."""

    clock: "Clock"
    catalog: "Catalog"
    accounts: Accounts
    history: History
    events: Events
    vault: "Vault"
    settlement: "Settlement"

    def open_orders(self, wallet: str | None = None) -> "list[Order]":
        raise NotImplementedError

    def end(self, order: "Order", status: str) -> None:
        raise NotImplementedError

    def transaction_hash(self) -> str:
        raise NotImplementedError

    def split(self, wallet: str, condition: str, size: int) -> ActivityRow:
        """Turn cash into a full set of both tokens."""
        account, market = self._holder(wallet), self.catalog.markets[condition]
        self._take(account, CASH, size)
        for token in market.tokens:
            account.give(token, size)
            self.history.note_entry(account.wallet, token, Entry(size, size // 2, 0, self.clock.now_ms()))
        self.vault.put(condition, size)
        return self._note("SPLIT", account, market, size=size, cash=size)

    def merge(self, wallet: str, condition: str, size: int) -> ActivityRow:
        """Turn full sets back into cash."""
        account, market = self._holder(wallet), self.catalog.markets[condition]
        for token in market.tokens:
            self._check(account, token, size)
        for token in market.tokens:
            self._take(account, token, size)
        account.give(CASH, size)
        self.vault.put(condition, -size)
        return self._note("MERGE", account, market, size=size, cash=size)

    def redeem(self, wallet: str, condition: str) -> ActivityRow:
        """Cash in both tokens of a resolved market, all of them."""
        account, market = self._holder(wallet), self.catalog.markets[condition]
        if market.payouts is None:
            raise Short(f"market {condition} is not resolved")
        paid = 0
        for token, payout in zip(market.tokens, market.payouts, strict=True):
            held = account.balance(token) - account.leaving.get(token, 0)
            account.give(token, -held)
            paid += cost(held, payout)
        account.give(CASH, paid)
        self.vault.put(condition, -paid)
        return self._note("REDEEM", account, market, size=paid, cash=paid)

    def convert(self, wallet: str, condition: str, size: int) -> ActivityRow:
        """Turn NO of one market of a neg-risk event into YES of all the others."""
        account, market = self._holder(wallet), self.catalog.markets[condition]
        if not market.neg_risk_market_id:
            raise Short(f"market {condition} is in no neg-risk event")
        self._take(account, market.tokens[1], size)
        for other in self.catalog.event_of(market).conditions:
            if other != condition:
                account.give(self.catalog.markets[other].tokens[0], size)
        return self._note("CONVERSION", account, market, size=size, cash=0)

    def transfer(self, wallet: str, to: str, token: str, size: int) -> ActivityRow:
        """Move tokens to another wallet: no public row shows it."""
        account, receiver, market = self._holder(wallet), self._holder(to), self.catalog.of_token(token)
        self._take(account, token, size)
        receiver.give(token, size)
        self._note("TRANSFER_IN", receiver, market, size=size, token=token)
        return self._note("TRANSFER_OUT", account, market, size=size, token=token)

    def deposit(self, wallet: str, cash: int) -> ActivityRow:
        account = self._holder(wallet)
        account.give(CASH, cash)
        self.vault.brought += cash
        return self._note("DEPOSIT", account, None, cash=cash)

    def withdraw(self, wallet: str, cash: int) -> ActivityRow:
        account = self._holder(wallet)
        self._take(account, CASH, cash)
        self.vault.brought -= cash
        return self._note("WITHDRAWAL", account, None, cash=cash)

    def reward(self, wallet: str, cash: int, kind: ActivityKind = "REWARD") -> ActivityRow:
        account = self._holder(wallet)
        account.give(CASH, cash)
        self.vault.brought += cash
        return self._note(kind, account, None, cash=cash)

    def position_cost(self, wallet: str, token: str) -> tuple[int, int, int, int]:
        """Give shares ever bought, cash and fees paid for them, and when the first came."""
        entry = self.history.entries.get((wallet.lower(), token), Entry())
        return entry.shares, entry.cash, entry.fees, entry.first_ms

    def _holder(self, wallet: str) -> Account:
        account = self.accounts.by_wallet(wallet)
        if account is None:
            raise LookupError(f"no account {wallet}")
        return account

    def _check(self, account: Account, asset: str, amount: int) -> None:
        free = account.held(asset) - account.leaving.get(asset, 0)
        if amount < 0 or free < amount:
            raise Short(f"{account.wallet} holds {free} of {asset or 'pUSD'}, not {amount}")

    def _take(self, account: Account, asset: str, amount: int) -> None:
        """Take from the wallet, and cancel the youngest orders that are no longer covered."""
        self._check(account, asset, amount)
        account.give(asset, -amount)
        mine = (o for o in self.open_orders(account.wallet) if (CASH if o.side == "BUY" else o.token) == asset)
        for order in sorted(mine, key=lambda order: -order.number):
            if account.available(asset) >= 0:
                break
            self.end(order, "CANCELED_NOT_ENOUGH_BALANCE")

    def _note(
        self,
        kind: ActivityKind,
        account: Account,
        market: Market | None,
        *,
        size: int = 0,
        cash: int = 0,
        token: str = "",
    ) -> ActivityRow:
        row = ActivityRow(
            sequence=self.settlement.next_sequence(),
            kind=kind,
            wallet=account.wallet,
            condition=market.condition if market else "",
            token=token,
            side="",
            size=size,
            cash=cash,
            fee=0,
            price=Decimal(0),
            transaction_hash=self.transaction_hash(),
            timestamp_s=self.clock.now_ms() // 1000,
            outcome_index=market.index(token) if market and token else NO_OUTCOME,
        )
        self.history.add_row(row)
        self.events.publish(ActivityHappened(row=row))
        return row
