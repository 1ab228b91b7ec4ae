"""The pipeline of a world that goes on: what only a live run meets, added to the six stages.

Time is when something was seen, not when it happened; leaders come and go while it runs; results become known one by
one; and a run that ends leaves positions open for the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.events import LeaderFollowed, LeaderLeft, OrderEnded, TradeReplaced
from copydesk.domain.ids import TimeMs, Wallet, action_id, row_event_id
from copydesk.domain.money import NO_SHARES, cost
from copydesk.domain.order import Ending
from copydesk.domain.trade import LeaderActivity, LeaderPositions, LeaderTrade, RowRefused, Side
from copydesk.flow.clean.fan_out import FannedOut, Following, under
from copydesk.flow.clean.window import Group
from copydesk.flow.decide.snapshot import looks_at_records
from copydesk.flow.desk import Desk
from copydesk.flow.heeding import Heeding
from copydesk.flow.ledger.seal import Sealer
from copydesk.flow.pipeline import Pipeline
from copydesk.flow.portfolio.fold import Portfolio
from copydesk.flow.reconciling import Reconciling, left

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from copydesk.domain.ids import AccountId, EventId, TokenId
    from copydesk.domain.limits import Relation
    from copydesk.domain.money import Price
    from copydesk.domain.signal import Signal
    from copydesk.domain.trade import LeaderBaseline, LeaderPosition, MarketEnded, Sighting, Token
    from copydesk.flow.clean.twins import Held
    from copydesk.flow.clean.window import ScanWindow
    from copydesk.flow.desk import Plugs, Rules

EXITS_EVERY_MS = 1_000
"""How often our own exits look at the price of a position."""
_LOST = "the desk was not running when the order would have been filled"


class LivePipeline(Pipeline):
    """A pipeline whose `now` is the clock's. `since` is from when on each followed leader's doings are new to us.

    `is_awaited` says whether the market and book of a token are being fetched: its signals are made at once, and
    decided when `release` says that there is nothing more to wait for.
    """

    def __init__(
        self,
        plugs: Plugs,
        rules: Rules,
        desks: dict[AccountId, Desk],
        position: int,
        since: Mapping[tuple[AccountId, Wallet], TimeMs],
        is_awaited: Callable[[TokenId], bool],
    ) -> None:
        super().__init__(plugs, rules, desks, position)
        self._is_awaited = is_awaited
        self._waiting: dict[TokenId, list[FannedOut]] = {}
        self._since = dict(since)
        self._first_seen: dict[EventId, TimeMs] = {}
        self._known_since: dict[Wallet, TimeMs | None] = {}
        self._is_judging = _judges(rules)
        self._heeding = Heeding(self)
        self._heeded_for: tuple[EventId, ...] = ()
        self._reconciling = Reconciling()
        self.own_exits.every_ms = EXITS_EVERY_MS

    def reach(self, now: TimeMs) -> None:
        """It is `now`: what was due happens, and what is recorded from here on is recorded as of now."""
        self.advance(now)
        self.now = max(self.now, now)

    def heed(self, now: TimeMs) -> bool:
        """Take over what people commanded; whether there was anything. A signal asks for itself, see `_decide`."""
        if not self._heeding.has_news():
            return False
        self.reach(now)
        self._heeding.heed()
        self.plugs.store.step_done()
        return True

    def see(self, sighting: Sighting, now: TimeMs, first_seen_at: TimeMs | None = None) -> None:
        """Take in what a feed saw, as of `now`. What happened before we followed the leader counts as seen before.

        `first_seen_at` is when it came in, if it had to wait until it was known to be new.
        """
        self.reach(now)
        if not isinstance(sighting, RowRefused) and self._is_old(sighting):
            self.tally.duplicates += 1
            return
        if first_seen_at is not None and isinstance(sighting, LeaderTrade):
            self._first_seen[sighting.event_id] = first_seen_at
        self._reconciling.explained(sighting)
        self.take(sighting, now)

    def release(self, token: TokenId, now: TimeMs) -> None:
        """Market and book of `token` are there, or not to be had: decide the signals that waited, in their order.

        The rules may have changed while they waited: they are decided by what holds now, or not at all (I27).
        """
        self.reach(now)
        for fanned in self._waiting.pop(token, ()):
            super()._signalled(under(self._following, fanned))
            self.plugs.store.step_done()

    def adopt(self) -> None:
        """Take over what earlier runs left: positions wait for their results, orders on paper were never filled."""
        for desk in [each for each in self.desks.values() if not each.sealer.seq]:
            self._heeding.welcome(desk)
        self._join()
        for desk in self.desks.values():
            for placed in list(desk.portfolio.open_orders.values()):
                lost = OrderEnded(order=placed.order.id, ending=Ending.UNFILLED, released=placed.reserved, words=_LOST)
                self._record(self._begun(desk), lost, placed.order.causes[0])
        super().adopt()
        self.plugs.store.step_done()

    def follow(self, rules: Rules) -> None:
        """Go on under other rules: the next signal is decided by them. Leaders nobody follows any more are let go."""
        self.rules = rules
        self._following, self._is_judging = Following(rules.relations), _judges(rules)
        self._known_since.clear()
        for relation in rules.relations:
            if relation.account not in self.desks:
                self.desks[relation.account] = desk = Desk(relation.account, Portfolio(), Sealer(relation.account))
                self._heeding.welcome(desk)
        kept = {(relation.account, relation.leader) for relation in rules.relations}
        for account, leader in [key for key in self._since if key not in kept]:
            del self._since[account, leader]
            self._record(self._begun(self.desks[account]), LeaderLeft(leader=leader), None)
        self.own_exits.touch_all()
        self._join()
        self.plugs.store.step_done()

    def leaders(self) -> tuple[Wallet, ...]:
        """The leaders that are followed by name, each once."""
        return self._following.named()

    def known_since(self, leader: Wallet) -> TimeMs | None:
        """From when on a leader's doings are new to the account that follows longest; None if one is yet to begin.

        Looked up for every sighting, so it is worked out anew only after somebody began or ceased to follow.
        """
        if leader not in self._known_since:
            follows = [self._since.get((each.account, leader)) for each in self._following.followers(leader)]
            begun = [at for at in follows if at is not None]
            self._known_since[leader] = min(begun) if begun and len(begun) == len(follows) else None
        return self._known_since[leader]

    def begin(self, baseline: LeaderBaseline, now: TimeMs) -> list[Relation]:
        """Begin to follow a leader: what is visible counts as seen. Returns the relations that begin with it."""
        self.reach(now)
        known = self.plugs.store.claimed(baseline.events, self.position)
        claims = tuple(event for event in baseline.events if event not in known)
        self._known_since.clear()
        begun: list[Relation] = []
        for relation in self._following.followers(baseline.leader):
            if (relation.account, baseline.leader) in self._since:
                continue
            self._since[relation.account, baseline.leader] = baseline.since
            followed = LeaderFollowed(leader=baseline.leader, since=baseline.since, visible=len(baseline.events))
            self._record(self._begun(self.desks[relation.account]), followed, None, claims)
            claims = ()
            begun.append(relation)
        self.plugs.store.step_done()
        if baseline.positions is not None:
            self.correct(
                LeaderPositions(leader=baseline.leader, seen_at=baseline.taken_at, positions=baseline.positions)
            )
        return begun

    def copy_existing(self, baseline: LeaderBaseline, begun: Sequence[Relation], now: TimeMs) -> None:
        """Decide about what the leader held already, for those relations that asked for it (C26)."""
        self.reach(now)
        copiers = [relation for relation in begun if relation.copy_existing]
        for position in baseline.positions or ():
            if copiers and position.average is not None and position.shares > NO_SHARES:
                trade = _as_trade(position, position.average, baseline)
                self._fan_out(Group(position.shares, [trade], is_existing=True), copiers)
                self.plugs.store.step_done()

    def replace(self, held: Held, now: TimeMs) -> None:
        """A trade turned out to be an earlier one, settled anew: it is known from now on, and never copied."""
        self.reach(now)
        trade = held.trade
        claims = tuple(dict.fromkeys((trade.event_id, trade.content_id)))
        followers = self._following.followers(trade.leader)
        if not followers or self.plugs.store.claimed(claims, self.position):
            return
        self.tally.duplicates += 1
        replaced = TradeReplaced(leader=trade.leader, earlier=held.earlier.event_id, later=trade.event_id)
        self._record(self._begun(self.desks[followers[0].account]), replaced, held.earlier.event_id, claims)
        self.plugs.store.step_done()

    def correct(self, positions: LeaderPositions, *, has_all: bool = True) -> None:
        """Take over what the venue says a leader holds; who left without a trade is followed out (C26, K6).

        `has_all` says whether the venue's record has all that we know of the leader: one that is behind shows holdings
        of before, which is no leaving.
        """
        leader = positions.leader
        if not has_all:
            self._reconciling.doubt_nothing(leader)
            self._scanner.correct(positions)
            return
        followers = (self.desks[each.account].portfolio for each in self._following.followers(leader))
        falls = self._reconciling.falls(positions, self._scanner.held_by(leader), followers)
        self._scanner.correct(positions)
        for fall in falls:
            self._leave([fall], left(positions, fall, self.now))
        self.plugs.store.step_done()

    def settle(self, ended: MarketEnded, now: TimeMs) -> None:
        """A market has a result: settle the positions in it."""
        self.reach(now)
        self.records.ended(ended.market, self.plugs.results.payout, self.now)
        for waiting, token, origin in self._awaiting.take_of(ended.market):
            self._settle(waiting, token, origin)
            self.plugs.store.step_done()

    def tokens_held(self) -> list[Token]:
        """The tokens of all positions that wait for a result, in order of name."""
        return self._awaiting.tokens()

    @property
    def judged(self) -> int:
        """Another number whenever `tokens_judged` may be others than those held, 0 while they are not."""
        return self.records.changes + 1 if self._is_judging else 0

    def tokens_judged(self) -> list[Token]:
        """The tokens held, and those that tell how good the leaders are, if anybody wants to know; in order of name."""
        if not self._is_judging:
            return self.tokens_held()
        tokens = {token.id: token for token in (*self.records.tokens_open(), *self.tokens_held())}
        return [tokens[name] for name in sorted(tokens)]

    def stop(self, now: TimeMs) -> None:
        """End the run: everything recorded is durable when this returns."""
        self.reach(now)
        self.end()

    def _join(self) -> None:
        """An account that follows whom another follows already needs no baseline: what happens from now on is new."""
        self._known_since.clear()
        followed = {leader for _, leader in self._since}
        for relation in self.rules.relations:
            leader = relation.leader
            if leader is not None and leader in followed and (relation.account, leader) not in self._since:
                self._since[relation.account, leader] = self.now
                joined = LeaderFollowed(leader=leader, since=self.now, visible=0)
                self._record(self._begun(self.desks[relation.account]), joined, None)

    def _decide(self, signal: Signal, relation: Relation, claims: Sequence[EventId]) -> None:
        """Heed before every signal, so that nothing is entered after a halt that was given before (S2.36, I19).

        One look serves all who copy the same trade.
        """
        if signal.events != self._heeded_for:
            self._heeded_for = signal.events
            self._heeding.heed()
        super()._decide(signal, relation, claims)

    def _is_old(self, happening: LeaderTrade | LeaderActivity) -> bool:
        since = self.known_since(happening.leader)
        return since is not None and happening.happened_at < since

    def _close(self, window: ScanWindow) -> None:
        super()._close(window)
        if self._scanner.due_at() is None:
            self._first_seen.clear()

    def _signalled(self, fanned: FannedOut) -> None:
        """Signals of one token keep their order (I21); those of others overtake."""
        token = fanned.signals[0][1].token.id if fanned.signals else None
        if token is not None and (token in self._waiting or self._is_awaited(token)):
            self._waiting.setdefault(token, []).append(fanned)
        else:
            super()._signalled(fanned)

    def _first_seen_at(self, group: Group) -> TimeMs | None:
        seen = [at for trade in group.trades if (at := self._first_seen.get(trade.event_id)) is not None]
        return min(seen, default=None)

    def _copiers(self, group: Group) -> Sequence[Relation]:
        """Those for whom at least the last of the trades is new."""
        happened_at = max(trade.happened_at for trade in group.trades)
        followers = super()._copiers(group)
        return [each for each in followers if self._since.get(_key(each, group), TimeMs(0)) <= happened_at]


def _judges(rules: Rules) -> bool:
    return any(looks_at_records(relation.limits) for relation in rules.relations)


def _key(relation: Relation, group: Group) -> tuple[AccountId, Wallet]:
    return relation.account, group.trades[0].leader


def _as_trade(position: LeaderPosition, average: Price, baseline: LeaderBaseline) -> LeaderTrade:
    """A position as the one trade that would have made it, now. Its action has no time: it is copied once for ever."""
    leader, token = baseline.leader, position.token
    event_id = row_event_id(("existing", leader, token.id, str(baseline.taken_at)), 0)
    return LeaderTrade(
        event_id=event_id,
        content_id=event_id,
        action_id=action_id(leader, "existing", token.id, Side.BUY),
        leader=leader,
        token=token,
        side=Side.BUY,
        shares=position.shares,
        notional=cost(position.shares, average),
        happened_at=baseline.taken_at,
        source="positions",
    )
