"""What follows a match: into a block, confirmed, tried again or failed; tokens and money move only in a block."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from fakemarket.world.accounts import CASH, Account, Accounts
from fakemarket.world.catalog import Catalog
from fakemarket.world.chain.room import LogRoom
from fakemarket.world.chain.slots import SLOT_MS, block_at, block_ms, block_time_s
from fakemarket.world.chain.trade_logs import place_of, room_for
from fakemarket.world.clock import Clock
from fakemarket.world.events import Events, FillsMined, FillsReverted, TradeChanged
from fakemarket.world.faults import Faults
from fakemarket.world.orders import Side
from fakemarket.world.trades import Fill, History, Trade, TradeStatus
from fakemarket.world.vault import Vault

DEPTH_MAX = 20  # blocks that a reorganisation takes back at most
KEPT_MS = 3_600_000  # how long the market remembers what no credentials can ask for


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """What one order gives and gets in a settlement."""

    account: Account
    order_id: str
    token: str
    side: Side
    size: int
    cash: int
    fee: int
    is_taker: bool

    @property
    def given(self) -> tuple[str, int]:
        """Name the asset that leaves, and how much."""
        return (CASH, self.cash + self.fee) if self.side == "BUY" else (self.token, self.size)

    @property
    def got(self) -> tuple[str, int]:
        return (self.token, self.size) if self.side == "BUY" else (CASH, self.cash - self.fee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long settlement takes, drawn anew for each step."""

    mined_ms: Callable[[], int]
    confirmed_ms: Callable[[], int]
    new_hash: Callable[[], str]


class Settlement:
    """The chain, as far as the market feels it."""

    def __init__(
        self, *, clock: Clock, accounts: Accounts, catalog: Catalog, history: History, events: Events, faults: Faults
    ) -> None:
        self._clock = clock
        self._accounts = accounts
        self._catalog = catalog
        self._history = history
        self._events = events
        self._faults = faults
        self._sequence = 0
        self.vault = Vault(catalog)
        self.log_room = LogRoom()
        self.doubtful: dict[str, int] = {}
        self.timing: Timing

    def start(self, trade: Trade) -> None:
        """Promise what each side gives, and send the transaction."""
        self._history.add_trade(trade)
        for leg in self._legs(trade):
            leg.account.promise(*leg.given)
        self._tell(trade, "MATCHED")
        slow = self._faults.strikes("slow_settlement", wallet=trade.wallet, token=trade.token)
        extra = int(slow.number("delay_ms")) if slow else 0
        self._later(self.timing.mined_ms() + extra, lambda: self._mine(trade))

    def next_sequence(self) -> int:
        self._sequence += 1
        return self._sequence

    def _mine(self, trade: Trade) -> None:
        ghost = self._faults.strikes("ghost_fill", wallet=trade.wallet, token=trade.token) if not trade.fills else None
        legs = self._legs(trade)
        if ghost is not None or not _covered(legs):
            self._stumble(trade, legs, int(ghost.number("retries", 1)) if ghost else 1)
            return
        self._move(trade, legs, 1)
        trade.block_number = block_at(self._clock.now_ms())
        trade.fills = self._fills(trade, legs)
        for fill in trade.fills:
            market = self._catalog.markets[fill.condition]
            self._history.add_fill(fill, market.index(fill.token))
        self._tell(trade, "MINED")
        self._events.publish(FillsMined(trade=trade, fills=trade.fills))
        self._after_mined(trade)

    def _after_mined(self, trade: Trade) -> None:
        wait_ms = self.timing.confirmed_ms()
        for name in ("twin_transaction", "reorg"):
            fault = self._faults.strikes(name, wallet=trade.wallet, token=trade.token) if not trade.attempts else None
            if fault is not None:
                depth = min(DEPTH_MAX, max(1, int(fault.number("depth", 1))))
                self.doubtful[trade.id] = trade.block_number
                at_ms = block_ms(trade.block_number + depth) + SLOT_MS // 4
                self._clock.schedule(at_ms, partial(self._revert, trade, name))
                return
        self._later(wait_ms, lambda: self._tell(trade, "CONFIRMED"))

    def _revert(self, trade: Trade, fault: str) -> None:
        """Take a mined settlement out of the chain, if nobody has spent what it brought."""
        legs = self._legs(trade)
        self.doubtful.pop(trade.id, None)
        if any(leg.account.held(leg.got[0]) < leg.got[1] for leg in legs):
            self._tell(trade, "CONFIRMED")
            return
        self._move(trade, legs, -1)
        self._history.take_back(trade.fills)
        self._events.publish(FillsReverted(trade=trade, fills=trade.fills))
        trade.attempts += 1
        if fault == "twin_transaction":
            trade.transaction_hash = self.timing.new_hash()
        self._tell(trade, "RETRYING")
        self._later(self.timing.mined_ms(), lambda: self._mine(trade))

    def _stumble(self, trade: Trade, legs: list[Leg], retries: int) -> None:
        trade.attempts += 1
        if trade.attempts <= retries:
            trade.transaction_hash = self.timing.new_hash()
            self._tell(trade, "RETRYING")
            self._later(self.timing.mined_ms(), lambda: self._mine(trade))
            return
        for leg in legs:
            asset, amount = leg.given
            leg.account.promise(asset, -amount)
        self._tell(trade, "FAILED")

    def _move(self, trade: Trade, legs: list[Leg], sign: int) -> None:
        """Carry a settlement out (1) or take it back (-1)."""
        for leg in legs:
            gives, amount = leg.given
            gets, received = leg.got
            leg.account.give(gives, -sign * amount)
            leg.account.promise(gives, -sign * amount)
            leg.account.give(gets, sign * received)
        paid = sum(leg.cash if leg.side == "BUY" else -leg.cash for leg in legs)
        self.vault.put(trade.condition, sign * paid)
        self.vault.fees += sign * sum(leg.fee for leg in legs)

    def _legs(self, trade: Trade) -> list[Leg]:
        legs = [
            self._leg(maker.wallet, maker.order_id, maker.token, maker.side, (maker.size, maker.cash, maker.fee))
            for maker in trade.makers
        ]
        amounts = (trade.size, trade.cash, trade.fee)
        legs.append(self._leg(trade.wallet, trade.taker_order_id, trade.token, trade.side, amounts, is_taker=True))
        return legs

    def _leg(
        self,
        wallet: str,
        order_id: str,
        token: str,
        side: Side,
        amounts: tuple[int, int, int],
        *,
        is_taker: bool = False,
    ) -> Leg:
        account = self._accounts.by_wallet(wallet)
        if account is None:
            raise LookupError(f"no account {wallet}")
        size, cash, fee = amounts
        return Leg(
            account=account,
            order_id=order_id,
            token=token,
            side=side,
            size=size,
            cash=cash,
            fee=fee,
            is_taker=is_taker,
        )

    def _fills(self, trade: Trade, legs: list[Leg]) -> tuple[Fill, ...]:
        now_ms = self._clock.now_ms()
        base = self.log_room.take(trade.block_number, room_for(len(legs)))
        return tuple(
            Fill(
                sequence=self.next_sequence(),
                wallet=leg.account.wallet,
                side=leg.side,
                token=leg.token,
                condition=trade.condition,
                size=leg.size,
                cash=leg.cash,
                fee=leg.fee,
                role="TAKER" if leg.is_taker else "MAKER",
                trade_id=trade.id,
                order_id=leg.order_id,
                transaction_hash=trade.transaction_hash,
                log_index=base + place_of(place),
                block_number=trade.block_number,
                matched_ms=trade.match_ms,
                mined_ms=now_ms,
                timestamp_s=block_time_s(trade.block_number),
            )
            for place, leg in enumerate(legs)
        )

    def _tell(self, trade: Trade, status: TradeStatus) -> None:
        trade.status, trade.updated_ms = status, self._clock.now_ms()
        self._events.publish(TradeChanged(trade=trade, status=status, transaction_hash=trade.transaction_hash))
        is_private = trade.owner or any(maker.owner for maker in trade.makers)
        if status in ("CONFIRMED", "FAILED") and not is_private:
            self._later(KEPT_MS, partial(self._history.forget_trade, trade))

    def _later(self, wait_ms: int, action: Callable[[], None]) -> None:
        self._clock.schedule(self._clock.now_ms() + wait_ms, action)


def _covered(legs: list[Leg]) -> bool:
    """Say whether everyone still holds what they give."""
    needed: dict[tuple[str, str], int] = {}
    holders = {leg.account.wallet: leg.account for leg in legs}
    for leg in legs:
        asset, amount = leg.given
        key = (leg.account.wallet, asset)
        needed[key] = needed.get(key, 0) + amount
    return all(holders[wallet].held(asset) >= amount for (wallet, asset), amount in needed.items())
