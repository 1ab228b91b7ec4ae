"""The public activity feed: every wallet's fills, no history, no sequence numbers, and silence for who does not ping.

A subscribe frame is taken whole or not at all: one topic the feed does not know, and nothing in that frame counts.
A connection that sent no PING for six minutes gets nothing any more, without being closed, until it connects anew.
A jump of the clock is not held against it: the six minutes must have passed for the client, too.
"""

import asyncio
import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from fakemarket.faces.streams.channel import Channel
from fakemarket.faces.streams.connection import Connection
from fakemarket.faces.streams.message import Message, Session
from fakemarket.faces.streams.rtds_frames import activity_frame, activity_payload
from fakemarket.world.clock import Clock
from fakemarket.world.events import AnyEvent, FillsMined
from fakemarket.world.exchange import Exchange
from fakemarket.world.trades import Fill

SILENT_AFTER_MS = 360_000
TOPICS: dict[str, tuple[str, ...]] = {
    "activity": ("trades", "orders_matched"),
    "comments": ("comment_created", "comment_removed", "reaction_created", "reaction_removed"),
    "crypto_prices": ("update",),
    "crypto_prices_chainlink": ("update",),
    "crypto_prices_twap_thirty": ("update",),
    "crypto_prices_twap_sixty": ("update",),
    "equity_prices": ("update", "subscribe"),
}
_FILTERS = ("event_slug", "market_slug")


@dataclass(frozen=True, slots=True)
class Wish:
    """One subscription: a topic and type, and the slug it is limited to."""

    topic: str
    kind: str
    filter_name: str = ""
    filter_value: str = ""

    def wants(self, kind: str, slugs: dict[str, str]) -> bool:
        if self.topic != "activity" or self.kind not in ("*", kind):
            return False
        return not self.filter_name or slugs.get(self.filter_name) == self.filter_value


class PingWatch:
    """How long a client has not pinged: the shorter of what market time and its own time say."""

    def __init__(self, clock: Clock, wall_s: Callable[[], float]) -> None:
        self._clock = clock
        self._wall_s = wall_s
        self._is_overdue = False
        self.ping()

    def ping(self) -> None:
        self._pinged_ms = self._clock.now_ms()
        self._pinged_wall_s = self._wall_s()

    def is_overdue(self) -> bool:
        """Say whether the limit was passed, now or ever before."""
        if not self._is_overdue and self._clock.now_ms() - self._pinged_ms > SILENT_AFTER_MS:
            self._is_overdue = self._wall_s() - self._pinged_wall_s > self._clock.wall_seconds(SILENT_AFTER_MS)
        return self._is_overdue


class ActivitySession(Session):
    """One connection, what it subscribed to and when it last pinged."""

    def __init__(self, connection: Connection, watch: PingWatch) -> None:
        super().__init__(connection)
        self.wishes: tuple[Wish, ...] = ()
        self.watch = watch

    def tell(self, text: str) -> None:
        self.connection.send(f'{{"connection_id":"{self.connection.name}",{text[1:]}')

    def wants(self, kind: str, slugs: dict[str, str]) -> bool:
        return any(wish.wants(kind, slugs) for wish in self.wishes) and not self.watch.is_overdue()


class ActivityChannel(Channel[ActivitySession]):
    """Fills of everybody, with their wallets, when they are mined."""

    name = "rtds"
    welcome = ""

    def __init__(self, exchange: Exchange, wall_s: Callable[[], float] | None = None) -> None:
        super().__init__(exchange)
        self._wall_s = wall_s or (lambda: asyncio.get_running_loop().time())

    def open(self, connection: Connection) -> ActivitySession:
        return ActivitySession(connection, PingWatch(self.exchange.clock, self._wall_s))

    def connection_name(self, number: int) -> str:
        digest = hashlib.sha256(f"{self.exchange.plan.seed}:{self.name}:{number}".encode()).digest()
        return base64.urlsafe_b64encode(digest[:13]).decode()

    def on_ping(self, session: ActivitySession) -> None:
        session.watch.ping()
        super().on_ping(session)

    def hear(self, session: ActivitySession, frame: dict[str, object] | None) -> None:
        wishes = None if frame is None else read_wishes(frame.get("subscriptions"))
        if frame is None or wishes is None:
            return
        if frame.get("action") == "subscribe":
            session.wishes = tuple(dict.fromkeys(session.wishes + wishes))
        elif frame.get("action") == "unsubscribe":
            gone = {(wish.topic, wish.kind) for wish in wishes}
            session.wishes = tuple(wish for wish in session.wishes if (wish.topic, wish.kind) not in gone)

    def on_event(self, event: AnyEvent) -> None:
        if not isinstance(event, FillsMined):
            return
        for fill in event.fills:
            if fill.role == "TAKER":
                self._tell("orders_matched", event.at_ms, fill)
        off = self.exchange.faults.strikes("rtds_trades_off", channel=self.name)
        for fill in event.fills if off is None else ():
            self._tell("trades", event.at_ms, fill)

    def _tell(self, kind: str, at_ms: int, fill: Fill) -> None:
        market = self.exchange.catalog.markets[fill.condition]
        event_slug = self.exchange.catalog.event_of(market).slug
        slugs = {"event_slug": event_slug, "market_slug": market.slug}
        if not any(session.wants(kind, slugs) for session in self.sessions):
            return
        account = self.exchange.accounts.by_wallet(fill.wallet)
        payload = activity_payload(fill, market, event_slug, None if account is None else account.profile)
        self.publish(
            Message(
                document=activity_frame(kind, at_ms, payload),
                wanted_by=lambda one: one.wants(kind, slugs),
                tokens=(fill.token,),
                facts={"type": kind, "wallet": fill.wallet},
            )
        )


def read_wishes(given: object) -> tuple[Wish, ...] | None:
    """Read the subscriptions of a frame; None when anything in it is unknown."""
    if not isinstance(given, list) or not given:
        return None
    wishes = [_read_wish(item) for item in given]
    known = tuple(wish for wish in wishes if wish is not None)
    return known if len(known) == len(wishes) else None


def _read_wish(item: object) -> Wish | None:
    if not isinstance(item, dict):
        return None
    topic, kind = item.get("topic"), item.get("type")
    if not isinstance(topic, str) or not isinstance(kind, str) or kind not in (*TOPICS.get(topic, ()), "*"):
        return None
    if topic not in TOPICS:
        return None
    name, value = _read_filter(item.get("filters"))
    return Wish(topic, kind, name, value)


def _read_filter(given: object) -> tuple[str, str]:
    """Read the filter, a text that holds JSON; one with a space in it, or unreadable, lets nothing through."""
    if given is None or given == "":
        return "", ""
    nothing = ("nothing", "at all")
    if not isinstance(given, str) or " " in given:
        return nothing
    try:
        content = msgspec.json.decode(given)
    except msgspec.DecodeError:
        return nothing
    if not isinstance(content, dict):
        return nothing
    if not content:
        return "", ""
    return next(((name, str(content[name])) for name in _FILTERS if name in content), nothing)
