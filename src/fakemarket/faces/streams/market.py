"""The market channel: who listens to which assets, and what they are told of books, prints, ticks and markets.

The first frame names the assets; later ones add or remove some. A second first frame, or one that cannot be read,
is answered INVALID OPERATION. An asset that is already active is not dumped again, though the frame that names it
still switches the extra events on or off.
"""

from fakemarket.faces.streams.channel import Channel
from fakemarket.faces.streams.connection import Connection
from fakemarket.faces.streams.market_frames import (
    best_bid_ask_frame,
    book_frame,
    last_trade_frame,
    new_market_frame,
    price_change_frame,
    resolved_frame,
    tick_frame,
)
from fakemarket.faces.streams.message import Message, Session
from fakemarket.world.events import (
    AnyEvent,
    BookTraded,
    LastTrade,
    MarketAdded,
    MarketResolved,
    PriceChanged,
    TickChanged,
)
from fakemarket.world.exchange import Exchange

INVALID = "INVALID OPERATION"
_FIRST_TYPES = ("market", "subscribe")


class MarketSession(Session):
    """One connection, the assets it asked for, and whether it wants the extra events."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.has_begun = False
        self.assets: dict[str, None] = {}
        self.wants_extras = False

    def add(self, assets: tuple[str, ...]) -> tuple[str, ...]:
        """Listen to assets; give those that are new."""
        fresh = tuple(dict.fromkeys(asset for asset in assets if asset not in self.assets))
        self.assets.update(dict.fromkeys(fresh))
        return fresh

    def remove(self, assets: tuple[str, ...]) -> None:
        for asset in assets:
            self.assets.pop(asset, None)

    def hears(self, tokens: tuple[str, ...]) -> bool:
        return any(token in self.assets for token in tokens)


class MarketChannel(Channel[MarketSession]):
    """Public books and prints, without wallets."""

    name = "market"

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self._best: dict[str, tuple[int | None, int | None]] = {}

    def open(self, connection: Connection) -> MarketSession:
        return MarketSession(connection)

    def hear(self, session: MarketSession, frame: dict[str, object] | None) -> None:
        assets = None if frame is None else _texts(frame.get("assets_ids"))
        if frame is None or assets is None:
            session.tell(INVALID)
        elif "operation" in frame:
            self._update(session, frame, assets)
        elif session.has_begun or str(frame.get("type", "")).lower() not in _FIRST_TYPES:
            session.tell(INVALID)
        else:
            session.has_begun = True
            self._listen(session, frame, assets)

    def _update(self, session: MarketSession, frame: dict[str, object], assets: tuple[str, ...]) -> None:
        operation = frame["operation"]
        if not session.has_begun or operation not in ("subscribe", "unsubscribe"):
            session.tell(INVALID)
        elif operation == "subscribe":
            self._listen(session, frame, assets)
        else:
            session.remove(assets)

    def _listen(self, session: MarketSession, frame: dict[str, object], assets: tuple[str, ...]) -> None:
        if isinstance(frame.get("custom_feature_enabled"), bool):
            session.wants_extras = frame["custom_feature_enabled"] is True
        fresh = session.add(assets)
        known = tuple(token for token in fresh if self.exchange.catalog.of_token(token) is not None)
        views = [self.exchange.book(token) for token in known]
        for view in views:
            self._best[view.token] = (view.best_bid, view.best_ask)
        if fresh and frame.get("initial_dump", True) is not False:
            about = known if len(known) == 1 else ()
            dump = [book_frame(view) for view in views]
            self.publish(Message(document=dump, wanted_by=lambda one: one is session, tokens=about))

    def on_event(self, event: AnyEvent) -> None:
        match event:
            case PriceChanged():
                self._on_prices(event)
            case BookTraded():
                self._on_books(event)
            case LastTrade():
                self._tell((event.trade.token,), last_trade_frame(event))
            case TickChanged() | MarketAdded() | MarketResolved():
                self._on_market(event)
            case _:
                return

    def _on_market(self, event: TickChanged | MarketAdded | MarketResolved) -> None:
        if isinstance(event, MarketAdded):
            group = self.exchange.catalog.event_of(event.market)
            self.publish(Message(document=new_market_frame(event, group), wanted_by=lambda one: one.wants_extras))
            return
        market = self.exchange.catalog.markets[event.condition]
        if isinstance(event, MarketResolved):
            self._tell_extra(market.tokens, resolved_frame(event, market))
            return
        for token in market.tokens:
            self._tell((token,), tick_frame(event, token))

    def _on_books(self, event: BookTraded) -> None:
        for token in event.tokens:
            if self._is_heard(token):
                self._tell((token,), [book_frame(self.exchange.book(token))])

    def _on_prices(self, event: PriceChanged) -> None:
        tokens = tuple(dict.fromkeys(change.token for change in event.changes))
        if not any(self._is_heard(token) for token in tokens):
            return
        self._tell(tokens, price_change_frame(event))
        latest = {change.token: (change.best_bid, change.best_ask) for change in event.changes}
        for token, best in latest.items():
            if self._best.get(token) != best:
                self._best[token] = best
                self._tell_extra((token,), best_bid_ask_frame(event, token, *best))

    def _is_heard(self, token: str) -> bool:
        return any(token in session.assets for session in self.sessions)

    def _tell(self, tokens: tuple[str, ...], document: object) -> None:
        self.publish(Message(document=document, wanted_by=lambda one: one.hears(tokens), tokens=tokens))

    def _tell_extra(self, tokens: tuple[str, ...], document: object) -> None:
        self.publish(
            Message(document=document, wanted_by=lambda one: one.wants_extras and one.hears(tokens), tokens=tokens)
        )


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    return tuple(item for item in value if isinstance(item, str))
