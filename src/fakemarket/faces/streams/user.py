"""The user channel: one key's own orders and trades.

The first frame carries the credentials; wrong ones lose the connection without a word. No market named means all of
them, also after the last one was taken away. Nothing that happened before is told again.
"""

from typing import Protocol

from fakemarket.faces.streams.channel import Channel
from fakemarket.faces.streams.connection import Connection
from fakemarket.faces.streams.market import INVALID
from fakemarket.faces.streams.message import Message, Session
from fakemarket.faces.streams.user_frames import order_frame, trade_frame
from fakemarket.world.accounts import ApiKey
from fakemarket.world.events import AnyEvent, OrderChanged, TradeChanged
from fakemarket.world.exchange import Exchange


class KeyCheck(Protocol):
    """What knows which credentials are good."""

    def check_user_frame(self, api_key: str, secret: str, passphrase: str) -> ApiKey | None: ...


class UserSession(Session):
    """One connection, whose it is, and the markets it is limited to."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.key = ""
        self.has_lapsed = False
        self.conditions: set[str] = set()

    def hears(self, owner: str, condition: str) -> bool:
        if self.has_lapsed or not owner or owner != self.key:
            return False
        return not self.conditions or condition in self.conditions


class UserChannel(Channel[UserSession]):
    """Orders and trades of whoever holds the key."""

    name = "user"

    def __init__(self, exchange: Exchange, keys: KeyCheck) -> None:
        super().__init__(exchange)
        self._keys = keys

    def open(self, connection: Connection) -> UserSession:
        return UserSession(connection)

    def hear(self, session: UserSession, frame: dict[str, object] | None) -> None:
        if frame is None:
            session.tell(INVALID)
        elif "operation" in frame:
            self._update(session, frame)
        elif session.key or str(frame.get("type", "")).lower() != "user":
            session.tell(INVALID)
        else:
            self._begin(session, frame)

    def _begin(self, session: UserSession, frame: dict[str, object]) -> None:
        given = frame.get("auth")
        auth = given if isinstance(given, dict) else {}
        key, secret, passphrase = (str(auth.get(name, "")) for name in ("apiKey", "secret", "passphrase"))
        if self._keys.check_user_frame(key, secret, passphrase) is None:
            session.connection.hang_up()
            return
        session.key = key
        session.conditions = self._conditions(frame)

    def _update(self, session: UserSession, frame: dict[str, object]) -> None:
        operation = frame["operation"]
        if not session.key or operation not in ("subscribe", "unsubscribe"):
            session.tell(INVALID)
        elif operation == "subscribe":
            session.conditions |= self._conditions(frame)
        else:
            session.conditions -= self._conditions(frame)

    def _conditions(self, frame: dict[str, object]) -> set[str]:
        named = frame.get("markets")
        found: set[str] = set()
        for item in named if isinstance(named, list) else ():
            market = self.exchange.catalog.market(str(item).lower())
            found.add(str(item).lower() if market is None else market.condition)
        return found

    def on_event(self, event: AnyEvent) -> None:
        match event:
            case OrderChanged():
                self._tell(event.owner, event.order.condition, order_frame(event))
            case TradeChanged():
                self._on_trade(event)
            case _:
                return

    def _on_trade(self, event: TradeChanged) -> None:
        trade = event.trade
        seen_as = dict.fromkeys((fill.owner for fill in trade.makers if fill.owner), "MAKER")
        if trade.owner:
            seen_as = {trade.owner: "TAKER"} | {owner: "MAKER" for owner in seen_as if owner != trade.owner}
        for owner, role in seen_as.items():
            if self._has(owner):
                self._tell(owner, trade.condition, trade_frame(event, owner, role))

    def _has(self, owner: str) -> bool:
        return any(session.key == owner for session in self.sessions)

    def _tell(self, owner: str, condition: str, document: object) -> None:
        if not any(session.hears(owner, condition) for session in self.sessions):
            return
        if self.exchange.faults.strikes("lapse", channel=self.name, owner=owner) is not None:
            for session in self.sessions:
                session.has_lapsed = session.has_lapsed or session.key == owner
        self.publish(
            Message(document=document, wanted_by=lambda one: one.hears(owner, condition), facts={"owner": owner})
        )
