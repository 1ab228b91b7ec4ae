"""`PrintBook`: an order book guessed, never kindly, from the trades that printed."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, NamedTuple

from copydesk.adapters.paper.model import STANDARD, FillModel
from copydesk.domain.book import Book, Level
from copydesk.domain.money import BPS, MICROS, Price, Shares, tick_above, tick_below

if TYPE_CHECKING:
    from copydesk.domain.ids import TimeMs, TokenId
    from copydesk.domain.trade import LeaderTrade, Token
    from copydesk.ports import MarketDirectory


class _Print(NamedTuple):
    """One trade on the tape, in plain micros."""

    at: int
    price: int
    shares: int


class _Tape:
    """The latest prints of one token, oldest first, and the shares in them."""

    __slots__ = ("last_event", "prints", "volume")

    def __init__(self) -> None:
        self.last_event = ""
        self.prints: deque[_Print] = deque()
        self.volume = 0

    def add(self, new: _Print, prints_max: int) -> None:
        if len(self.prints) >= prints_max:
            self.volume -= self.prints.popleft().shares
        self.prints.append(new)
        self.volume += new.shares

    def forget_before(self, at: int) -> None:
        prints = self.prints
        while prints and prints[0].at < at:
            self.volume -= prints.popleft().shares

    def up_to(self, at: int) -> _Tape:
        """This tape as it stood at `at`; itself where nothing later has printed."""
        if not self.prints or self.prints[-1].at <= at:
            return self
        earlier = _Tape()
        earlier.prints.extend(each for each in self.prints if each.at <= at)
        earlier.volume = sum(each.shares for each in earlier.prints)
        return earlier


class _Touch(NamedTuple):
    """Where the two best prices are assumed to be; both lie on the tick grid, or beyond it where there is no level."""

    bid: int
    ask: int


class PrintBook:
    """Books made from recorded prints only. The rules and their reasons are in docs/paper.md.

    Memory is bounded: `tokens_max` tokens, the one that printed least recently leaves first, `prints_max` prints of
    each, and no token that printed too long ago to have a book. A print that comes later than one that happened after
    it, or twice in a row, is left out.
    """

    def __init__(self, markets: MarketDirectory, model: FillModel = STANDARD) -> None:
        self._markets = markets
        self._model = model
        self._tapes: OrderedDict[TokenId, _Tape] = OrderedDict()
        self._weights = tuple(range(model.levels, 0, -1))
        self._weight_sum = sum(self._weights)

    def observe(self, trade: LeaderTrade) -> None:
        """Put a print on the tape of its token."""
        tapes, token = self._tapes, trade.token.id
        tape = tapes.get(token)
        if tape is None:
            self._make_room(trade.happened_at)
            tape = tapes[token] = _Tape()
        else:
            tapes.move_to_end(token)
            if trade.event_id == tape.last_event or (tape.prints and trade.happened_at < tape.prints[-1].at):
                return
        tape.last_event = trade.event_id
        tape.add(_Print(trade.happened_at, int(trade.price), int(trade.shares)), self._model.prints_max)

    def book(self, token: Token, at: TimeMs) -> Book | None:
        """The book of `token` as of `at`; None where nothing printed lately, or too little to leave a level."""
        known, model = self._tapes.get(token.id), self._model
        if known is None:
            return None
        tape = known.up_to(at)
        tape.forget_before(at - model.window_ms)
        if not tape.prints or at - tape.prints[-1].at > model.age_max_ms:
            return None
        market = self._markets.market(token)
        tick = int(market.tick)
        touch = self._touch(tape, at, tick)
        sizes = self._sizes(tape.volume, int(market.lot))
        bids = [Level(Price(touch.bid - n * tick), Shares(size)) for n, size in enumerate(sizes)]
        asks = [Level(Price(touch.ask + n * tick), Shares(size)) for n, size in enumerate(sizes)]
        if touch.bid - (len(sizes) - 1) * tick < tick:
            bids = [level for level in bids if int(level.price) >= tick]
        if touch.ask + (len(sizes) - 1) * tick > MICROS - tick:
            asks = [level for level in asks if int(level.price) <= MICROS - tick]
        if not bids and not asks:
            return None
        return Book(token=token.id, at=at, bids=tuple(bids), asks=tuple(asks), origin="modelled")

    def _make_room(self, at: int) -> None:
        """Let go of tapes too old to make a book of, and of the stalest one where there are too many."""
        tapes, model = self._tapes, self._model
        useless = at - max(model.window_ms, model.age_max_ms)
        while tapes:
            stalest = next(iter(tapes.values()))
            if len(tapes) < model.tokens_max and stalest.prints and stalest.prints[-1].at >= useless:
                return
            tapes.popitem(last=False)

    def _touch(self, tape: _Tape, at: int, tick: int) -> _Touch:
        """The best prices: outside all that printed lately, and half a spread from the last print: more as it ages."""
        model, newest = self._model, tape.prints[-1]
        last = high = low = newest.price
        age = at - newest.at
        since = at - max(model.recent_ms, 2 * age)
        for each in reversed(tape.prints):
            if each.at < since:
                break
            if each.price > high:
                high = each.price
            elif each.price < low:
                low = each.price
        stale_ticks = age // model.stale_tick_ms
        half = max((model.spread_ticks_min + stale_ticks) * tick, (high - low) * model.widen_bps // BPS)
        bid = tick_below(Price(min(low, last - half)), Price(tick))
        ask = tick_above(Price(max(high, last + half)), Price(tick))
        return _Touch(int(bid), int(ask))

    def _sizes(self, volume: int, lot: int) -> list[int]:
        """A stated part of what printed, most at the touch and less behind it, in whole lots."""
        pool = volume * self._model.depth_bps // BPS
        sizes = [pool * weight // self._weight_sum // lot * lot for weight in self._weights]
        return [size for size in sizes if size]
