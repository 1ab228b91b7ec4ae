"""When our own exits are looked at: as time passes and prices move, for every position that one of them watches."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple, Protocol

from copydesk.domain.ids import AccountId, TimeMs, TokenId, Wallet, action_id, row_event_id, signal_id
from copydesk.domain.limits import AmountMode
from copydesk.domain.money import NO_USDC, average_price
from copydesk.domain.signal import Signal
from copydesk.domain.trade import Side, Token
from copydesk.flow.clean.fan_out import exit_signal
from copydesk.flow.decide.own_exits.arbiter import first_due, is_watched, wakes_at
from copydesk.flow.decide.own_exits.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from copydesk.domain.exits import Exit
    from copydesk.domain.ids import EventId
    from copydesk.domain.limits import Relation
    from copydesk.domain.money import Price
    from copydesk.domain.position import Position
    from copydesk.flow.capture.tally import Tally
    from copydesk.flow.clean.fan_out import Following, Happening
    from copydesk.flow.clean.holdings import Fall
    from copydesk.flow.desk import Desk, Plugs
    from copydesk.ports import ResultSource


class Place(NamedTuple):
    """One position of one account."""

    account: AccountId
    leader: Wallet
    token: TokenId


class Going(Protocol):
    """As much of the pipeline as an exit of our own looks at and moves on."""

    now: TimeMs
    plugs: Plugs
    tally: Tally
    desks: dict[AccountId, Desk]


class OwnExits:
    """A calendar of the positions that time may close, and an index of those that a price may.

    `every_ms` is how often a watched price is looked at; without it, whenever a print of the token is seen. Peaks are
    what we saw of the bid: a restart begins them anew at what the position cost.
    """

    def __init__(
        self,
        pipeline: Going,
        following: Callable[[], Following],
        decide: Callable[[Signal, Relation, Sequence[EventId]], None],
    ) -> None:
        self._pipeline, self._following, self._decide = pipeline, following, decide
        self.every_ms: int | None = None
        self._calendar: list[tuple[TimeMs, Place]] = []
        self._due: dict[Place, TimeMs] = {}
        self._watched: dict[TokenId, dict[Place, None]] = {}
        self._peaks: dict[Place, tuple[TimeMs, Price]] = {}
        self._relations: dict[tuple[AccountId, Wallet], Relation] = {}

    def due_at(self) -> TimeMs | None:
        """When a position is next to be looked at."""
        while self._calendar and self._due.get(self._calendar[0][1]) != self._calendar[0][0]:
            heappop(self._calendar)
        return self._calendar[0][0] if self._calendar else None

    def look_at_next(self) -> None:
        """Look at the position that is due."""
        _, place = heappop(self._calendar)
        del self._due[place]
        self._look(place)

    def printed(self, token: TokenId, at: TimeMs) -> None:
        """A print of a token was seen: the price may have moved."""
        places = self._watched.get(token)
        if not places or self.every_ms is not None:
            return
        self._pipeline.now = max(self._pipeline.now, at)
        for place in list(places):
            self._look(place)
        self._pipeline.plugs.store.step_done()

    def touch(self, desk: Desk, leader: Wallet, token: TokenId) -> None:
        """A position has changed: say anew when it is to be looked at."""
        place = Place(desk.account, leader, token)
        relation = self._relation(place)
        position = desk.portfolio.positions.get((leader, token))
        if relation is not None and not _may_leave(relation, desk, place):
            relation = None
        seen = None if relation is None or position is None else self._seen(place, desk, position, None)
        if relation is None or seen is None or not is_watched(seen, relation.limits.exits):
            self._forget(place)
            return
        exits = relation.limits.exits
        at = wakes_at(seen, exits)
        if exits.looks_at_prices:
            self._watched.setdefault(token, {})[place] = None
            if self.every_ms is not None:
                soon = TimeMs(self._pipeline.now + self.every_ms)
                at = soon if at is None else min(at, soon)
        if at is None or (at <= self._pipeline.now and seen.leaving.selling):
            self._due.pop(place, None)
        elif self._due.get(place) != at:
            self._due[place] = at
            heappush(self._calendar, (at, place))

    def touch_all(self) -> None:
        """The rules have changed, or a run begins: look at everything anew."""
        self._relations.clear()
        for desk in self._pipeline.desks.values():
            for leader, token in list(desk.portfolio.positions):
                self.touch(desk, leader, token)

    def rest(self) -> None:
        """The run ends: nothing is looked at any more."""
        self._calendar.clear()
        self._due.clear()
        self._watched.clear()

    def _look(self, place: Place) -> None:
        """Let the arbiter look at one position; what it says is decided like every signal."""
        pipeline = self._pipeline
        desk, relation = pipeline.desks[place.account], self._relation(place)
        position = desk.portfolio.positions.get((place.leader, place.token))
        if relation is not None and position is not None:
            token = Token(id=position.token, market=position.market, outcome=position.outcome, title=position.title)
            book = pipeline.plugs.books.book(token, pipeline.now)
            bid = book.bids[0].price if book is not None and book.bids else None
            seen = self._seen(place, desk, position, bid)
            out = None if seen is None else first_due(seen, relation.limits.exits)
            is_free = desk.portfolio.controls.freeze is None and pipeline.plugs.results.payout(token) is None
            if seen is not None and out is not None and is_free:
                pipeline.tally.signals += 1
                pipeline.tally.actions += 1
                self._decide(_signal(relation, token, out, seen, place), relation, ())
        self.touch(desk, place.leader, place.token)
        if self._due.get(place, TimeMs(pipeline.now + 1)) <= pipeline.now:
            del self._due[place]  # nothing came of looking now: else the same moment would be due for ever

    def _seen(self, place: Place, desk: Desk, position: Position, bid: Price | None) -> Seen | None:
        leaving = desk.portfolio.leaving.get((place.leader, place.token))
        if leaving is None or int(position.shares) <= 0:
            return None
        average = average_price(position.basis, position.shares)
        opened_at, peak = self._peaks.get(place, (leaving.opened_at, average))
        if opened_at != leaving.opened_at:
            peak = average
        if bid is not None:
            peak = max(peak, bid)
            self._peaks[place] = (leaving.opened_at, peak)
        token = Token(id=position.token, market=position.market, outcome=position.outcome, title=position.title)
        return Seen(
            now=self._pipeline.now,
            sellable=position.shares - leaving.selling,
            average=average,
            bid=bid,
            peak=peak,
            ends_at=self._pipeline.plugs.markets.market(token).ends_at,
            leaving=leaving,
        )

    def _relation(self, place: Place) -> Relation | None:
        """Under whose rules a position is held; None for a leader who is not followed any more, and for audits."""
        key = (place.account, place.leader)
        if key not in self._relations:
            for each in self._following().followers(place.leader):
                self._relations[each.account, place.leader] = each
        relation = self._relations.get(key)
        return None if relation is None or relation.limits.amount.mode is AmountMode.EXACT else relation

    def _forget(self, place: Place) -> None:
        self._due.pop(place, None)
        places = self._watched.get(place.token)
        if places is not None:
            places.pop(place, None)
            if not places:
                del self._watched[place.token]


def followed_out(
    falls: Sequence[Fall],
    what: Happening,
    followers: Sequence[Relation],
    desks: Mapping[AccountId, Desk],
    results: ResultSource,
) -> Iterator[list[tuple[Relation, Signal]]]:
    """The exits of those who hold because of a leader who left without a trade, fall by fall."""
    for fall in falls:
        signals = []
        for each in followers:
            positions = desks[each.account].portfolio.positions
            position = positions.get((what.leader, fall.token))
            if position is None or not position.is_open or each.limits.amount.mode is AmountMode.EXACT:
                continue
            token = Token(id=position.token, market=position.market, outcome=position.outcome, title=position.title)
            if results.payout(token) is None:
                signals.append((each, exit_signal(each.client, token, fall, what)))
        if signals:
            yield signals


def _may_leave(relation: Relation, desk: Desk, place: Place) -> bool:
    """Whether there is anything to look for: most positions have no exit of our own, and cost no more than this."""
    exits = relation.limits.exits
    leaving = desk.portfolio.leaving.get((place.leader, place.token))
    return exits.has_own or (leaving is not None and bool(leaving.owed))


def _signal(relation: Relation, token: Token, out: Exit, seen: Seen, place: Place) -> Signal:
    """An exit of our own as a signal, like any other; its ids come from what it is and when."""
    names = ("own exit", *place, str(out.cause), str(seen.now), str(sum(seen.leaving.tries.values())))
    event = row_event_id(names, 0)
    action = action_id(place.leader, event, token.id, Side.SELL)
    return Signal(
        id=signal_id(relation.client, place.leader, token.id, Side.SELL, (action,)),
        client=relation.client,
        leader=place.leader,
        token=token,
        side=Side.SELL,
        shares=seen.sellable,
        notional=NO_USDC,
        happened_at=seen.now,
        seen_at=seen.now,
        leader_held=None,
        actions=(action,),
        events=(event,),
        tx_hashes=(),
        exit=out,
    )
