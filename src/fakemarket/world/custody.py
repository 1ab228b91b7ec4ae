"""What a wallet does without the book: split, merge, redeem, convert, move, pay in and out."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from fakemarket.world.accounts import CASH, Account, Accounts
from fakemarket.world.chain.slots import block_at, block_time_s
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How much moved; the token only where one outcome is meant, the transaction only where several rows share it."""

    size: int = 0
    cash: int = 0
    token: str = ""
    transaction_hash: str = ""
    converted: tuple[str, ...] = ()
    counterparty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed:
    """What one redemption paid, with its row for each outcome."""

    cash: int
    transaction_hash: str
    rows: tuple[ActivityRow, ...]


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
        return self._note("SPLIT", account, market, Moved(size=size, cash=size))

    def merge(self, wallet: str, condition: str, size: int) -> ActivityRow:
        """Turn full sets back into cash."""
        account, market = self._holder(wallet), self.catalog.markets[condition]
        for token in market.tokens:
            self._check(account, token, size)
        for token in market.tokens:
            self._take(account, token, size)
        account.give(CASH, size)
        self.vault.put(condition, -size)
        return self._note("MERGE", account, market, Moved(size=size, cash=size))

    def redeem(self, wallet: str, condition: str) -> Redeemed:
        """Cash in both tokens of a resolved market, all of them: one row for each outcome that was held."""
        account, market = self._holder(wallet), self._resolved(condition)
        free = [account.balance(token) - account.leaving.get(token, 0) for token in market.tokens]
        return self._cash_in(account, market, {index: held for index, held in enumerate(free) if held > 0})

    def redeem_outcome(self, wallet: str, condition: str, index: int, size: int) -> Redeemed:
        """Cash in so many tokens of one outcome, as the second protocol version does."""
        account, market = self._holder(wallet), self._resolved(condition)
        self._check(account, market.tokens[index], size)
        return self._cash_in(account, market, {index: size})

    def _resolved(self, condition: str) -> Market:
        market = self.catalog.markets[condition]
        if market.payouts is None:
            raise Short(f"market {condition} is not resolved")
        return market

    def _cash_in(self, account: Account, market: Market, sizes: dict[int, int]) -> Redeemed:
        transaction, rows = self.transaction_hash(), []
        for index, size in sizes.items():
            paid = cost(size, (market.payouts or (0, 0))[index])
            account.give(market.tokens[index], -size)
            account.give(CASH, paid)
            self.vault.put(market.condition, -paid)
            what = Moved(size=size, cash=paid, token=market.tokens[index], transaction_hash=transaction)
            rows.append(self._note("REDEEM", account, market, what))
        return Redeemed(cash=sum(row.cash for row in rows), transaction_hash=transaction, rows=tuple(rows))

    def convert(self, wallet: str, condition: str, size: int) -> ActivityRow:
        """Turn NO of one market of a neg-risk event into YES of all the others."""
        return self.convert_set(wallet, (condition,), size)

    def convert_set(self, wallet: str, conditions: tuple[str, ...], size: int) -> ActivityRow:
        """Turn NO of some markets of a neg-risk event into YES of the rest, and a dollar for every NO but one."""
        account, market = self._holder(wallet), self.catalog.markets[conditions[0]]
        event = self.catalog.event_of(market)
        if not market.neg_risk_market_id or not set(conditions) < set(event.conditions):
            raise Short("these markets are no part of one neg-risk event")
        for condition in conditions:
            self._check(account, self.catalog.markets[condition].tokens[1], size)
        for condition in conditions:
            self._take(account, self.catalog.markets[condition].tokens[1], size)
        for other in event.conditions:
            if other not in conditions:
                account.give(self.catalog.markets[other].tokens[0], size)
        cash = (len(conditions) - 1) * size
        account.give(CASH, cash)
        self.vault.put(market.condition, -cash)
        return self._note("CONVERSION", account, market, Moved(size=size, cash=cash, converted=conditions))

    def transfer(self, wallet: str, to: str, token: str, size: int) -> ActivityRow:
        """Move tokens to another wallet: no public row shows it."""
        account, receiver, market = self._holder(wallet), self._holder(to), self.catalog.of_token(token)
        self._take(account, token, size)
        receiver.give(token, size)
        what = Moved(size=size, token=token, transaction_hash=self.transaction_hash(), counterparty=account.wallet)
        self._note("TRANSFER_IN", receiver, market, what)
        return self._note("TRANSFER_OUT", account, market, replace(what, counterparty=receiver.wallet))

    def deposit(self, wallet: str, cash: int) -> ActivityRow:
        account = self._holder(wallet)
        account.give(CASH, cash)
        self.vault.brought += cash
        return self._note("DEPOSIT", account, None, Moved(cash=cash))

    def withdraw(self, wallet: str, cash: int) -> ActivityRow:
        account = self._holder(wallet)
        self._take(account, CASH, cash)
        self.vault.brought -= cash
        return self._note("WITHDRAWAL", account, None, Moved(cash=cash))

    def give_back(self, wallet: str, cash: int, kind: ActivityKind) -> ActivityRow:
        """Pay a wallet out of the fees that were taken."""
        account = self._holder(wallet)
        account.give(CASH, cash)
        self.vault.fees -= cash
        return self._note(kind, account, None, Moved(cash=cash))

    def reward(self, wallet: str, cash: int, kind: ActivityKind = "REWARD") -> ActivityRow:
        account = self._holder(wallet)
        account.give(CASH, cash)
        self.vault.brought += cash
        return self._note(kind, account, None, Moved(cash=cash))

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

    def _note(self, kind: ActivityKind, account: Account, market: Market | None, what: Moved) -> ActivityRow:
        row = ActivityRow(
            sequence=self.settlement.next_sequence(),
            kind=kind,
            wallet=account.wallet,
            condition=market.condition if market else "",
            token=what.token,
            side="",
            size=what.size,
            cash=what.cash,
            fee=0,
            price=Decimal(0),
            transaction_hash=what.transaction_hash or self.transaction_hash(),
            timestamp_s=block_time_s(block_at(self.clock.now_ms())),
            converted=what.converted,
            counterparty=what.counterparty,
            outcome_index=market.index(what.token) if market and what.token else NO_OUTCOME,
        )
        self.history.add_row(row)
        self.events.publish(ActivityHappened(row=row))
        return row
