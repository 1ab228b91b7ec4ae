"""The trading floor: what an order does when it meets the book, and what that does to everyone in it."""

from typing import TYPE_CHECKING

from fakemarket.world import admission
from fakemarket.world.accounts import CASH, Account
from fakemarket.world.book import MarketBook
from fakemarket.world.events import BookTraded, LastTrade, LevelChange, PriceChanged
from fakemarket.world.matching import DUST_SHARES, Match, Pairing, plan_match
from fakemarket.world.money import ONE
from fakemarket.world.orders import Order, Placed
from fakemarket.world.tokens import Market
from fakemarket.world.trades import MakerFill, Trade

if TYPE_CHECKING:
    from fakemarket.world.exchange import Exchange


class Floor:
    """Matching with its consequences, on the books of one exchange."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._resting: set[str] = set()
        self._changes = 0
        self._running = False

    def rests(self, order: Order) -> bool:
        return order.id in self._resting

    def leave(self, order: Order) -> None:
        """Take an order off the book and tell the new levels."""
        self._resting.discard(order.id)
        self._book(order).remove(order)
        if not self._running:
            self._announce(order.condition)

    def check(self, account: Account, market: Market, order: Order) -> Match:
        """Plan the match and refuse what may not happen; changes nothing but unfunded makers."""
        match = self._plan(market, order)
        if match.pairings and order.post_only:
            raise admission.refuse(admission.CROSSES)
        if order.order_type == "FAK" and not match.pairings:
            raise admission.refuse(admission.FAK_KILLED)
        if order.order_type == "FOK" and not match.is_full:
            raise admission.refuse(admission.FOK_KILLED)
        if match.pairings and order.side == "BUY" and order.cash < admission.MARKETABLE_MIN:
            raise admission.refuse_marketable(order.cash)
        if order.side == "SELL":
            admission.check_funds(account, order.token, order.size, market)
        else:
            rest = self._exchange.builders.maker_fee(order.builder, order.cash - match.cash)
            admission.check_funds(account, CASH, order.cash + match.fee + rest, market)
        return match

    def _plan(self, market: Market, order: Order) -> Match:
        """Plan again until every maker in the plan can pay for his part."""
        book = self._book(order)
        while True:
            match = plan_match(book, order, market.fees, self._exchange.builders)
            broke = next((p.maker for p in match.pairings if not self._can_pay(p)), None)
            if broke is None:
                return match
            self._exchange.end(broke, "CANCELED_NOT_ENOUGH_BALANCE")

    def _can_pay(self, pairing: Pairing) -> bool:
        maker = pairing.maker
        account = self._exchange.accounts.by_wallet(maker.wallet)
        asset, needed = (
            (CASH, pairing.maker_cash + pairing.maker_fee) if maker.side == "BUY" else (maker.token, pairing.shares)
        )
        return account is not None and account.held(asset) - account.leaving.get(asset, 0) >= needed

    def run(self, account: Account, market: Market, order: Order, match: Match) -> Placed:
        """Carry the match out, then rest, fill or kill what is left."""
        exchange = self._exchange
        order.status = "LIVE"
        if not exchange.orders.get(order.id):
            exchange.keep(order)
            exchange.tell(order, "PLACEMENT")
        self._running = True
        trades = self._trade(market, order, match) if match.pairings else []
        self._remain(account, order, match)
        self._running = False
        self._announce(market.condition)
        for trade in trades:
            self._publish(market, trade)
        given, got = (match.cash, match.shares) if order.side == "BUY" else (match.shares, match.cash)
        return Placed(
            order_id=order.id,
            status="matched" if trades else "live",
            making=given,
            taking=got,
            trade_ids=tuple(trade.id for trade in trades),
        )

    def _remain(self, account: Account, order: Order, match: Match) -> None:
        exchange = self._exchange
        if order.order_type in admission.MARKET_TYPES:
            order.size = max(order.size, order.filled)
            exchange.end(order, "MATCHED" if match.is_full else "CANCELED")
        elif match.is_full or (match.pairings and order.remaining < DUST_SHARES):
            exchange.end(order, "MATCHED")
        else:
            exchange.hold(account, order, self._still_bound(order))
            self._book(order).add(order)
            self._resting.add(order.id)
            if match.pairings:
                exchange.tell(order, "UPDATE")
            if order.order_type == "GTD":
                self._expire_later(order)

    def _expire_later(self, order: Order) -> None:
        def expire() -> None:
            if order.status == "LIVE":
                self._exchange.end(order, "CANCELED_EXPIRED_ORDER")

        self._exchange.clock.schedule((order.expiration_s - 60) * 1000, expire)

    def _trade(self, market: Market, order: Order, match: Match) -> list[Trade]:
        """Make the trades, so many makers to each, and take the shares off the book."""
        exchange, limit = self._exchange, self._exchange.plan.makers_max
        trades = []
        for bucket, start in enumerate(range(0, len(match.pairings), limit)):
            part = match.pairings[start : start + limit]
            trade = self._make_trade(order, part, bucket)
            trades.append(trade)
            for pairing in part:
                self._fill_maker(pairing, trade)
        order.filled += match.shares
        order.spent += match.cash
        order.trade_ids.extend(trade.id for trade in trades)
        market.volume += match.shares
        last = match.pairings[-1]
        self._mark(market, order, last.price)
        for trade in trades:
            exchange.settlement.start(trade)
        return trades

    def _make_trade(self, order: Order, part: tuple[Pairing, ...], bucket: int) -> Trade:
        exchange = self._exchange
        return Trade(
            id=exchange.trade_id(),
            taker_order_id=order.id,
            owner=order.owner,
            wallet=order.wallet,
            condition=order.condition,
            token=order.token,
            outcome=order.outcome,
            side=order.side,
            size=sum(pairing.shares for pairing in part),
            cash=sum(pairing.taker_cash for pairing in part),
            fee=sum(pairing.fee for pairing in part),
            match_ms=exchange.clock.now_ms(),
            updated_ms=exchange.clock.now_ms(),
            transaction_hash=exchange.transaction_hash(),
            bucket_index=bucket,
            makers=[_maker_fill(pairing) for pairing in part],
            fill_kinds=tuple(pairing.kind for pairing in part),
            number=len(exchange.history.trades) + bucket,
            builder_cuts=_cuts(part),
        )

    def _fill_maker(self, pairing: Pairing, trade: Trade) -> None:
        exchange, maker = self._exchange, pairing.maker
        self._book(maker).fill(maker, pairing.shares)
        maker.spent += pairing.maker_cash
        maker.trade_ids.append(trade.id)
        account = exchange.accounts.by_wallet(maker.wallet)
        if maker.remaining < DUST_SHARES:
            exchange.end(maker, "MATCHED")
        elif account is not None:
            exchange.hold(account, maker, self._still_bound(maker))
            exchange.tell(maker, "UPDATE")

    def _mark(self, market: Market, order: Order, price: int) -> None:
        other, now_s = market.other(order.token), self._exchange.clock.now_s()
        market.last_price.update({order.token: price, other: ONE - price})
        market.last_side.update({order.token: order.side, other: "SELL" if order.side == "BUY" else "BUY"})
        self._exchange.history.add_price(order.token, now_s, price)
        self._exchange.history.add_price(other, now_s, ONE - price)

    def _publish(self, market: Market, trade: Trade) -> None:
        self._exchange.events.publish(LastTrade(trade=trade))
        self._exchange.events.publish(BookTraded(condition=market.condition, tokens=market.tokens))

    def _announce(self, condition: str) -> None:
        """Tell every level that changed, for both tokens, with the best prices that hold now."""
        book = self._exchange.books[condition]
        book.changed_ms = self._exchange.clock.now_ms()
        changes = []
        for token, side, price, size in book.drain():
            self._changes += 1
            bid, ask = book.best(token)
            change = LevelChange(
                token=token,
                side=side,
                price=price,
                size=size,
                best_bid=bid,
                best_ask=ask,
                hash=f"{self._changes:040x}",
            )
            changes.append(change)
        if changes:
            self._exchange.events.publish(PriceChanged(condition=condition, changes=tuple(changes)))

    def _still_bound(self, order: Order) -> int:
        """Give what the unfilled part of a resting order may still cost, rounded up, its builder's part included."""
        if order.side == "SELL":
            return order.remaining
        cash = -(-order.remaining * order.price // ONE)
        return cash + self._exchange.builders.maker_fee(order.builder, cash)

    def _book(self, order: Order) -> MarketBook:
        return self._exchange.books[order.condition]


def _cuts(part: tuple[Pairing, ...]) -> dict[str, int]:
    """Add up what each builder takes of one trade."""
    total: dict[str, int] = {}
    for pairing in part:
        for code, cut in pairing.cuts:
            total[code] = total.get(code, 0) + cut
    return total


def _maker_fill(pairing: Pairing) -> MakerFill:
    maker = pairing.maker
    return MakerFill(
        order_id=maker.id,
        owner=maker.owner,
        wallet=maker.wallet,
        token=maker.token,
        outcome=maker.outcome,
        side=maker.side,
        size=pairing.shares,
        price=maker.price,
        cash=pairing.maker_cash,
        fee=pairing.maker_fee,
    )
