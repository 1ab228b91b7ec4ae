"""The six stages as one function of time: leaders' trades in, decisions, orders, fills and sealed facts out.

The pipeline has no clock and no loop of its own. `take` shows it what leaders did, `advance` tells it what time it
is, `finish` says that nothing more will come. Live, paper, replay and backtest differ only in what is plugged in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import Approved
from copydesk.domain.events import ActivitySeen, DecisionMade, Deposited, Fact, RunFinished, RunStarted
from copydesk.domain.ids import AccountId, EventId, TimeMs
from copydesk.domain.limits import Relation
from copydesk.domain.order import Fill
from copydesk.domain.trade import LeaderTrade, RowRefused, Token
from copydesk.flow.capture.tally import Tally
from copydesk.flow.clean.fan_out import FannedOut, Following, Happening, signal_for
from copydesk.flow.clean.scanner import Scanner
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.failing import POISON, failed
from copydesk.flow.decide.inverse import as_copied
from copydesk.flow.decide.leaders.records import TrackRecords
from copydesk.flow.decide.scene import scene_of
from copydesk.flow.decide.snapshot import Around, looks_at_book, looks_at_leader, looks_at_scores, snapshot_of
from copydesk.flow.decide.stopping import stopped_by
from copydesk.flow.desk import Desk
from copydesk.flow.execute.plan import ended, plan
from copydesk.flow.own_exits import OwnExits, followed_out
from copydesk.flow.portfolio.awaiting import Awaiting, Waiting
from copydesk.flow.portfolio.booking import booking_of, settlement_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from copydesk.domain.control import ControlFact
    from copydesk.domain.events import Entry, OrderPlanned
    from copydesk.domain.ids import ActionId, OrderId, Wallet
    from copydesk.domain.position import Position
    from copydesk.domain.signal import Signal
    from copydesk.domain.trade import LeaderActivity, Sighting
    from copydesk.flow.clean.holdings import Fall
    from copydesk.flow.clean.window import Group, ScanWindow
    from copydesk.flow.decide.snapshot import Snapshot
    from copydesk.flow.desk import Plugs, Rules


class Pipeline:
    """Everything between the feeds and the ledger for a set of accounts.

    `position` is how many entries the store held when this run began; together with those sealed since, it tells the
    store up to where its claims count.
    """

    def __init__(self, plugs: Plugs, rules: Rules, desks: dict[AccountId, Desk], position: int) -> None:
        self.plugs, self.rules, self.desks, self.position = plugs, rules, desks, position
        self.now = TimeMs(0)
        self.tally = Tally()
        self.records = TrackRecords()
        self._following = Following(rules.relations)
        self._scanner = Scanner(rules.scan_window_ms, rules.detection_lag_ms)
        self._awaiting = Awaiting()
        self._leaders: set[str] = set()
        self._desk_of: dict[OrderId, Desk] = {}
        self.own_exits = OwnExits(self, lambda: self._following, self._decide)

    def adopt(self) -> None:
        """Take over what earlier runs left open: each position waits for its result again."""
        for desk in self.desks.values():
            for position in desk.portfolio.positions.values():
                if position.is_open:
                    self._await(desk, position.leader, token_of(position), None)
        self.own_exits.touch_all()

    def take(self, sighting: Sighting, seen_at: TimeMs | None = None) -> None:
        """Stage 1, capture: take in one thing a feed saw. What was due before it happens first.

        `seen_at` is when it was seen live; a record counts as seen when it happened.
        """
        if isinstance(sighting, RowRefused):
            self.tally.refuse(sighting)
            return
        at = sighting.happened_at if seen_at is None else seen_at
        self.advance(at)
        if not self._scanner.is_first(sighting):
            self.tally.duplicates += 1
            return
        self.tally.events += 1
        if isinstance(sighting, LeaderTrade):
            self.plugs.venue.observe(sighting)
            self.own_exits.printed(sighting.token.id, at)
            if self._following.followers(sighting.leader):
                self._scanner.gather(sighting, at)
        else:
            self._note(sighting, at)

    def advance(self, until: TimeMs) -> None:
        """Let time pass: whatever is due up to `until` happens in order, each as of the moment it was due."""
        while True:
            result_at = self._awaiting.due_at()
            venue_at = self.plugs.venue.due_at()
            window_at, exit_at = self._scanner.due_at(), self.own_exits.due_at()
            due = min((at for at in (result_at, venue_at, window_at, exit_at) if at is not None), default=None)
            if due is None or due > until:
                return
            self.now = max(self.now, due)
            if due == venue_at:
                self._hear()
            elif due == result_at:
                self._settle(*self._awaiting.pop())
            elif due == window_at:
                self._close(self._scanner.pop())
            else:
                self.own_exits.look_at_next()
            self.plugs.store.step_done()

    def due_at(self) -> TimeMs | None:
        """When something is next due that only time brings; None if nothing is."""
        timed = (self._awaiting, self.plugs.venue, self._scanner, self.own_exits)
        return min((at for each in timed if (at := each.due_at()) is not None), default=None)

    def finish(self) -> None:
        """Nothing more will come: close what is open, settle every position whose result is known, end the run."""
        self.advance(TimeMs(2**62))
        for waiting, token, origin in self._awaiting.drain():
            self._settle(waiting, token, origin)
        self.end()

    def end(self) -> None:
        """End the run: what waits for its result goes on waiting in the next."""
        for desk in self.desks.values():
            if desk.has_begun:
                self._record(desk, RunFinished(kind=self.rules.run), None)
        self.plugs.store.step_done()
        self.plugs.store.flush()

    def note(self, desk: Desk, fact: ControlFact, claims: tuple[EventId, ...] = ()) -> None:
        """Record what somebody or the desk itself decided about the desk; it has no leader event to begin with."""
        self._record(self._begun(desk), fact, None, claims)
        self.own_exits.touch_all()

    def _note(self, activity: LeaderActivity, at: TimeMs) -> None:
        """Stage 2, clean: a followed leader did something that is not a trade; it is recorded, never copied."""
        self.tally.activities += 1
        followers = self._following.followers(activity.leader)
        if not followers:
            return
        falls = self._scanner.note(activity)
        claims: tuple[EventId, ...] = (activity.event_id,)
        if self.plugs.store.claimed(claims, self.position):
            self.tally.known(1)
            return
        self.now = max(self.now, at)
        for relation in followers:
            self._record(
                self._begun(self.desks[relation.account]), ActivitySeen(activity=activity), activity.event_id, claims
            )
            claims = ()
        what = Happening(activity.leader, activity.event_id, activity.happened_at, self.now, activity.tx_hash)
        self._leave(falls, what)
        self.plugs.store.step_done()

    def _leave(self, falls: Sequence[Fall], what: Happening) -> None:
        """Stage 2, clean: a leader left without a trade; who holds because of that leader decides whether to follow."""
        followers = self._following.followers(what.leader)
        for signals in followed_out(falls, what, followers, self.desks, self.plugs.results):
            self.tally.signals += len(signals)
            self.tally.actions += 1
            self._signalled(FannedOut(signals, ()))

    def _close(self, window: ScanWindow) -> None:
        """Stage 2, clean: what no earlier run has claimed becomes one signal for each group and follower."""
        claimed = self.plugs.store.claimed(window.event_ids(), self.position)
        left = 0
        for group in window.without(claimed):
            left += len(group.trades)
            self._fan_out(group, self._copiers(group))
        self.tally.known(window.trades - left)

    def _copiers(self, group: Group) -> Sequence[Relation]:
        return self._following.followers(group.trades[0].leader)

    def _first_seen_at(self, group: Group) -> TimeMs | None:
        """When the first trade of a group came in; a record does not say when we would have had it."""
        return None

    def _fan_out(self, group: Group, relations: Sequence[Relation]) -> None:
        self._leaders.add(group.trades[0].leader)
        claims, first_seen_at = tuple(group.claims()), self._first_seen_at(group)
        signals = [(each, signal_for(each.client, group, self.now, first_seen_at)) for each in relations]
        self.tally.signals += len(signals)
        self.tally.actions += len(signals[0][1].actions) if signals else 0
        self._signalled(FannedOut(signals, claims))

    def _signalled(self, fanned: FannedOut) -> None:
        """Decide the signals of one group; only then is it part of its leader's track record."""
        claims = fanned.claims
        for relation, signal in fanned.signals:
            self._decide(signal, relation, claims)
            claims = ()
        if fanned.signals:
            signal = fanned.signals[0][1]
            self.records.observe(signal, self.plugs.results.payout(signal.token), self.now)

    def _decide(self, signal: Signal, relation: Relation, claims: Sequence[EventId]) -> None:
        """Stages 3 to 5: decide, seal the decision, and plan and place the order if there is one."""
        desk, rules = self._begun(self.desks[relation.account]), self.rules
        signal = as_copied(signal, relation.limits, self.plugs.markets.market, desk.portfolio.positions)
        decided = self.plugs.store.decided(desk.account, signal.actions, self.position)
        actions = [action for action in signal.actions if action not in decided]
        made, planned = _judged(
            signal, relation, self.now, lambda: self._snapshot(signal, relation, desk, is_decided=bool(decided))
        )
        entry = self._record(desk, made, signal.events[0], claims, actions)
        self.plugs.log.write((entry.body,))
        failed_by = desk.portfolio.controls.failed_by
        stopped = stopped_by(made.decision) or failed_by(made.decision, rules.errors_max, rules.errors_window_ms)
        if stopped is not None:
            self._record(desk, stopped, signal.events[0])
        if planned is not None:
            self._record(desk, planned, signal.events[0])
            self._desk_of[planned.order.id] = desk
            self.plugs.venue.submit(planned.order)

    def _snapshot(self, signal: Signal, relation: Relation, desk: Desk, *, is_decided: bool) -> Snapshot:
        token = signal.token
        payout = self.plugs.results.payout(token)
        named = self._following.named_by(desk.account)
        leaders_followed = len(named) or len(self._leaders)
        is_scored = looks_at_scores(signal, relation.limits)
        around = Around(
            now=self.now,
            market=self.plugs.markets.market(token),
            book=self.plugs.books.book(token, self.now) if looks_at_book(signal, relation.limits) else None,
            is_halted=self.rules.is_halted,
            is_resolved=payout is not None and payout.resolved_at is not None and payout.resolved_at <= self.now,
            is_decided=is_decided,
            leaders_followed=leaders_followed,
            leader=self.records.known(signal.leader, self.now) if looks_at_leader(signal, relation.limits) else None,
            scores_followed=self.records.scores(desk.account, named, leaders_followed) if is_scored else 0,
            groups=relation.limits.caps.groups,
        )
        return snapshot_of(signal, desk.portfolio, around)

    def _hear(self) -> None:
        """Stage 4, execute: take in what the venue says of our orders."""
        for event in self.plugs.venue.events(self.now):
            desk = self._desk_of[event.order]
            placed = desk.portfolio.open_orders[event.order]
            order, origin = placed.order, placed.order.causes[0]
            if isinstance(event, Fill):
                position = desk.portfolio.positions.get((order.leader, order.token.id))
                self._record(desk, booking_of(order, placed.reserved, event, position), origin)
                self._await(desk, order.leader, order.token, origin)
            else:
                del self._desk_of[event.order]
                self._record(desk, ended(event, placed.reserved), origin)
            self.own_exits.touch(desk, order.leader, order.token.id)

    def _await(self, desk: Desk, leader: Wallet, token: Token, origin: EventId | None) -> None:
        self._awaiting.add(Waiting(desk.account, leader, token.id), token, self.plugs.results.payout(token), origin)

    def _settle(self, waiting: Waiting, token: Token, origin: EventId | None) -> None:
        """Stage 6, portfolio: redeem a position whose market has resolved, also one that was sold before."""
        desk = self.desks[waiting.account]
        position = desk.portfolio.positions.get((waiting.leader, waiting.token))
        payout = self.plugs.results.payout(token)
        if payout is not None and position is not None:
            self._record(self._begun(desk), settlement_of(position, payout.per_share), origin)
            self.own_exits.touch(desk, waiting.leader, waiting.token)

    def _record(
        self,
        desk: Desk,
        fact: Fact,
        origin: EventId | None,
        events: Sequence[EventId] = (),
        actions: Sequence[ActionId] = (),
    ) -> Entry:
        """Stage 5, ledger: seal a fact, fold it into the holdings, hand it to the store."""
        entry = desk.sealer.seal(fact, self.now, origin)
        desk.portfolio.apply(fact, entry.recorded_at)
        self.tally.record(fact)
        self.plugs.store.append(entry, events, actions)
        self.position += 1
        return entry

    def _begun(self, desk: Desk) -> Desk:
        """A desk that has begun: a run's first facts say under what it runs, and what a new account starts with."""
        if not desk.has_begun:
            desk.has_begun = True
            rules = self.rules
            started = RunStarted(kind=rules.run, preset=rules.preset, settings_version=rules.settings_version)
            self._record(desk, started, None)
            if not desk.portfolio.deposited:
                self._record(desk, Deposited(amount=rules.starts_with(desk.account), note="starting bankroll"), None)
        return desk


def token_of(position: Position) -> Token:
    """The token of a position, with the words that were kept of it."""
    return Token(id=position.token, market=position.market, outcome=position.outcome, title=position.title)


def _judged(
    signal: Signal, relation: Relation, now: TimeMs, look: Callable[[], Snapshot]
) -> tuple[DecisionMade, OrderPlanned | None]:
    """The decision and its order. What fails on the way is a decision too: nothing was recorded or sent yet (F35).

    `Broken` is none of it: where an invariant fails, the desk ends.
    """
    try:
        snapshot = look()
        decision = decide(signal, snapshot, relation)
        made = DecisionMade(decision=decision, scene=scene_of(signal, snapshot, relation.limits))
        return made, plan(decision, snapshot.market) if isinstance(decision, Approved) else None
    except POISON as error:
        return DecisionMade(decision=failed(signal, relation, now, error)), None
