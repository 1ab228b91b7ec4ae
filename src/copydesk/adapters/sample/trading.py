"""What happens in the sample world, block by block: prices move, traders deal, markets end, winners redeem."""

from __future__ import annotations

from hashlib import sha256
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

from copydesk.adapters.sample.kinds import LANES
from copydesk.adapters.sample.markets import BEGIN, CENT, SampleMarket, SampleMarkets
from copydesk.adapters.sample.traders import CROWD_STYLE, STYLES, Style, crowd_of, leaders_of
from copydesk.domain.ids import MarketId, TimeMs, Wallet, action_id, row_event_id
from copydesk.domain.money import MICROS, Shares, Usdc
from copydesk.domain.trade import ActivityKind, LeaderActivity, LeaderTrade, Role, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Event = LeaderTrade | LeaderActivity

_LOWEST, _HIGHEST = 2, 98
_CHANCE_BITS, _BYTE, _WORD = 64, 255, 1 << 16
_LEADERS_OF_256: Final = 72
_LOTS_MIN: Final = 500
_REDEEM_AFTER_MS: Final = 45_000
_TX_COUNTS: Final = (0, 0, 0, 0, 0, 1, 1, 2)
"""Transactions in a block, each entry as likely as the next."""
_TIMES: Final = (1, 1, 1, 1, 2, 2, 4, 8)
"""How many times its usual size a deal is, each entry as likely as the next."""


class _Deal(NamedTuple):
    """What somebody does in one transaction: `lots` (hundredths of a share) of an outcome, in `fills` fills."""

    outcome: int
    side: Side
    lots: int
    fills: int
    is_maker: bool


class LiveMarket:
    """A running market: the price of its first outcome in cents, and what leaders hold of it in lots."""

    __slots__ = ("cents", "dealt_at", "held", "market")

    def __init__(self, market: SampleMarket) -> None:
        self.market = market
        self.cents = market.opening_cents
        self.held: dict[tuple[int, int], int] = {}
        self.dealt_at: dict[int, TimeMs] = {}

    def move(self, chance: int) -> None:
        """One tick up or down, such that the price stays a fair chance although the winner is already fixed.

        A fair walk that is known to end with the winner goes towards it with p + 1 chances in 2p, p being its price.
        """
        is_first = self.market.winner == 0
        towards = self.cents if is_first else 100 - self.cents
        step = 1 if chance * 2 * towards < (towards + 1) * _WORD else -1
        self.cents = min(_HIGHEST, max(_LOWEST, self.cents + (step if is_first else -step)))

    def holds(self, who: int) -> tuple[int, int]:
        """What a leader holds of either outcome."""
        return self.held.get((who, 0), 0), self.held.get((who, 1), 0)

    def adjust(self, who: int, outcome: int, lots: int) -> None:
        """Change what a leader holds."""
        self.held[who, outcome] = self.held.get((who, outcome), 0) + lots

    def prices(self, deal: _Deal) -> Iterator[int]:
        """The price of each fill of a deal in cents: a taker walks away from the middle, a maker waits beside it."""
        middle = self.cents if deal.outcome == 0 else 100 - self.cents
        away = 1 if deal.side is Side.BUY else -1
        for number in range(deal.fills):
            yield middle - away if deal.is_maker else min(99, max(1, middle + away * (number + 1)))


class _Redeeming(NamedTuple):
    """A winning holding that its leader redeems at `at`; `number` keeps equal times in order."""

    at: int
    number: int
    who: int
    lots: int
    market: MarketId


class Trading:
    """One run through the world of a seed, from its beginning. Memory is bounded by the markets that run at a time."""

    def __init__(self, seed: int, bits: Callable[[int], int]) -> None:
        self._source = f"sample:{seed}"
        self._bits = bits
        self._markets = SampleMarkets(seed)
        self._leaders = tuple(leader.wallet for leader in leaders_of(seed))
        self._crowd = crowd_of(seed)
        self._lively = tuple(lane for lane, kind in enumerate(LANES) for _ in range(kind.weight))
        self._live = [LiveMarket(self._markets.on_lane(lane, BEGIN)) for lane in range(len(LANES))]
        self._endings = [(live.market.ends_at, lane) for lane, live in enumerate(self._live)]
        heapify(self._endings)
        self._redeeming: list[_Redeeming] = []
        self._transactions = 0

    def block(self, now: TimeMs) -> list[Event]:
        """Everything that happens in the block of `now`, in no particular order. Blocks come in order of time."""
        while self._endings[0][0] <= now:
            self._follow_on(heappop(self._endings)[1], now)
        events: list[Event] = []
        while self._redeeming and self._redeeming[0].at <= now:
            due = heappop(self._redeeming)
            events.append(self._activity(ActivityKind.REDEEM, due.who, due.market, due.lots, now))
        for _ in range(_TX_COUNTS[self._bits(3)]):
            chance = self._bits(_CHANCE_BITS)
            live = self._live[self._lively[chance % _WORD * len(self._lively) // _WORD]]
            if (chance >> 16) & _BYTE < _LEADERS_OF_256:
                who = ((chance >> 24) & _BYTE) * len(STYLES) >> 8
                self._lead(live, who, chance >> 32, now, events)
            else:
                wallet = self._crowd[(chance >> 24) & _BYTE]
                deal = _drawn(CROWD_STYLE, live, (0, 0), chance >> 32)
                events.extend(self._fills(live, wallet, deal, now))
            for _ in range(live.market.kind.moves):
                live.move(self._bits(16))
        return events

    def _follow_on(self, lane: int, now: TimeMs) -> None:
        """A market has ended: its winners will redeem, and the next of its lane begins."""
        over = self._live[lane].market
        for (who, outcome), lots in self._live[lane].held.items():
            if outcome == over.winner and lots:
                at = over.resolved_at + _REDEEM_AFTER_MS * (who + 1)
                self._transactions += 1
                heappush(self._redeeming, _Redeeming(at, self._transactions, who, lots, over.id))
        self._live[lane] = LiveMarket(self._markets.on_lane(lane, now))
        heappush(self._endings, (self._live[lane].market.ends_at, lane))

    def _lead(self, live: LiveMarket, who: int, chance: int, now: TimeMs, events: list[Event]) -> None:
        """A leader deals, or turns a pair of both outcomes back into money; once a block in a market.

        Within a block rows are in order of their ids: a second deal could come before the one it follows.
        """
        if live.dealt_at.get(who) == now:
            return
        live.dealt_at[who] = now
        style, held = STYLES[who], live.holds(who)
        pairs = min(held)
        if style.is_merging and pairs >= _LOTS_MIN:
            live.adjust(who, 0, -pairs)
            live.adjust(who, 1, -pairs)
            events.append(self._activity(ActivityKind.MERGE, who, live.market.id, pairs, now))
            return
        deal = _drawn(style, live, held, chance)
        for trade in self._fills(live, self._leaders[who], deal, now):
            lots = int(trade.shares) // CENT
            live.adjust(who, deal.outcome, lots if deal.side is Side.BUY else -lots)
            events.append(trade)

    def _fills(self, live: LiveMarket, wallet: Wallet, deal: _Deal, now: TimeMs) -> Iterator[LeaderTrade]:
        tx_hash, token = self._next_tx(), live.market.tokens[deal.outcome]
        action = action_id(wallet, tx_hash, token.id, deal.side)
        left = deal.lots
        for number, cents in enumerate(live.prices(deal), 1):
            lots = left if number == deal.fills else deal.lots // deal.fills - number
            left -= lots
            shares, notional = Shares(lots * CENT), Usdc(lots * CENT * cents * CENT // MICROS)
            event = row_event_id((tx_hash, wallet, token.id, deal.side, str(shares), str(notional)), 0)
            yield LeaderTrade(
                event_id=event,
                content_id=event,
                action_id=action,
                leader=wallet,
                token=token,
                side=deal.side,
                shares=shares,
                notional=notional,
                happened_at=now,
                source=self._source,
                tx_hash=tx_hash,
                role=Role.MAKER if deal.is_maker else Role.TAKER,
            )

    def _activity(self, kind: ActivityKind, who: int, market: MarketId, lots: int, now: TimeMs) -> LeaderActivity:
        tx_hash, wallet, shares = self._next_tx(), self._leaders[who], Shares(lots * CENT)
        return LeaderActivity(
            event_id=row_event_id((tx_hash, wallet, market, kind, str(shares), str(shares)), 0),
            kind=kind,
            leader=wallet,
            market=market,
            token=None,
            shares=shares,
            cash=Usdc(lots * CENT),
            happened_at=now,
            source=self._source,
            tx_hash=tx_hash,
        )

    def _next_tx(self) -> str:
        self._transactions += 1
        return "0x" + sha256(f"{self._source}\x1f{self._transactions}".encode()).hexdigest()


def _drawn(style: Style, live: LiveMarket, held: tuple[int, int], chance: int) -> _Deal:
    """What somebody of a style does next, by 32 bits of chance. The crowd sells what nobody saw it buy."""
    may_sell = max(held) >= _LOTS_MIN or style is CROWD_STYLE
    fills = 1 + (((chance >> 24) & _BYTE) * style.fills >> 8)
    size = style.lots * _TIMES[(chance >> 16) & 7] + ((chance >> 19) & 31) * 100
    if may_sell and chance & _BYTE < style.sells:
        outcome = 0 if held[0] > held[1] else 1 if held[1] else (chance >> 8) & 1
        lots = max(held) or size
        if style.parts > 1 and lots // style.parts >= _LOTS_MIN:
            lots //= style.parts
        return _Deal(outcome, Side.SELL, lots, fills, style.is_maker)
    is_right = (chance >> 8) & _BYTE < style.skill
    outcome = live.market.winner if is_right else 1 - live.market.winner
    return _Deal(outcome, Side.BUY, size, fills, style.is_maker)
