"""One leader under watch: first what is visible, then trades every turn, activity and positions now and then."""

from __future__ import annotations

from copydesk.adapters.polymarket.live.polling.asking import Asker
from copydesk.adapters.polymarket.live.polling.lookback import ACTIVITY, TRADES, ListReader, Look
from copydesk.adapters.polymarket.live.polling.overlap import KnownRows
from copydesk.adapters.polymarket.live.polling.pages import ROWS_MAX
from copydesk.adapters.polymarket.live.polling.plan import PollPlan
from copydesk.adapters.polymarket.live.polling.positions import PATH, PositionsReader
from copydesk.adapters.polymarket.live.polling.standing import Standing
from copydesk.adapters.polymarket.parse.refusals import Refused
from copydesk.adapters.polymarket.records.feed import refused
from copydesk.domain.ids import EventId, TimeMs, Wallet
from copydesk.domain.trade import LeaderBaseline, LeaderPosition, LeaderPositions, LiveSighting
from copydesk.ports import Inbox, LiveClock

_POSITIONS_TRIES = 3
_FIRST_ROWS = 300


class LeaderWatch:
    """One leader under watch. `wants_baseline` says that what is visible is to be told first, as seen before (S0.20).

    What the inbox turns away is not remembered, so the next look offers it again. `read_at` is when the trades were
    last read, on the clock's timer; after `is_left` is set nothing more is shown.
    """

    def __init__(
        self, leader: Wallet, known_until: TimeMs | None, *, plan: PollPlan, clock: LiveClock, standing: Standing
    ) -> None:
        self.leader = leader
        self.is_left = False
        self.wants_baseline = known_until is None
        self.read_at = clock.elapsed_ms()
        self._plan, self._clock, self._standing = plan, clock, standing
        floor = TimeMs((clock.now() if known_until is None else known_until) - plan.reach_ms)
        self._trades = ListReader(TRADES, leader, KnownRows(floor), plan.pages_max)
        self._activity = ListReader(ACTIVITY, leader, KnownRows(floor), plan.pages_max)
        self._positions = PositionsReader(leader, plan.pages_max)
        self._first_rows = _FIRST_ROWS if known_until is None else ROWS_MAX
        self._rows = plan.rows_min
        self._tries = 0
        self._baseline_from = self.read_at
        self._holdings_due = self.read_at
        self._deep_due = self.read_at + plan.deep_every_ms

    def know(self, until: TimeMs | None) -> None:
        """Take in anew up to when the leader's doings are known; None asks for a baseline.

        One that was just told may not have been taken in yet, so it is told again only some seconds later, and not at
        all if the leader is known by then.
        """
        self.wants_baseline = until is None or (self.wants_baseline and self._trades.is_new)

    async def turn(self, asker: Asker, inbox: Inbox) -> None:
        """Look once. Raises `VenueTrouble`; whatever was read before it is shown."""
        is_told = True
        if self.wants_baseline and self._clock.elapsed_ms() >= self._baseline_from:
            is_told = await self._begin(asker, inbox)
        else:
            await self._show_news(self._trades, asker, inbox)
        if is_told and self._clock.elapsed_ms() >= self._holdings_due:
            self._holdings_due = self._clock.elapsed_ms() + self._plan.holdings_every_ms
            self._tidy()
            await self._show_news(self._activity, asker, inbox)
            await self._show_positions(asker, inbox)

    # --- the beginning ----------------------------------------------------------------------------------------------

    async def _begin(self, asker: Asker, inbox: Inbox) -> bool:
        """Tell what is visible in one piece; whether it was told. It is asked for again until it was."""
        is_told = False
        self.wants_baseline = False
        try:
            is_new = self._trades.is_new
            is_told = await (self._tell_first(asker, inbox) if is_new else self._tell_known(asker, inbox))
        finally:
            self.wants_baseline = self.wants_baseline or not is_told
        if is_told:
            self._tries, self._baseline_from = 0, self._clock.elapsed_ms() + self._plan.holdings_every_ms
        return is_told

    async def _tell_first(self, asker: Asker, inbox: Inbox) -> bool:
        """Tell of a leader of whom nothing was shown yet."""
        taken_at = self._clock.now()
        looks = []
        for reader in (self._trades, self._activity):
            reader.known.floor = TimeMs(taken_at - self._plan.reach_ms)
            reader.known.asked_at = taken_at
            look = await reader.look(asker, reader.known.floor, self._first_rows)
            if not look.is_whole:
                self._close(reader, look, inbox)
                _raise_trouble(look)
                return False
            looks.append((reader, look))
        since = max(look.reached for _, look in looks)
        found = [each for _, look in looks for each in look.in_order() if each.event.happened_at >= since]
        if not await self._tell(asker, inbox, taken_at, since, tuple(each.event.event_id for each in found)):
            return False
        for reader, look in looks:
            reader.known.floor = since
            for each in look.found:
                reader.known.learn(each.mark, each.event.event_id, each.event.happened_at)
            look.found = []
            self._close(reader, look, inbox)
        self.read_at = self._clock.elapsed_ms()
        return True

    async def _tell_known(self, asker: Asker, inbox: Inbox) -> bool:
        """Tell of a leader who is under watch already, for somebody who follows only now: what was shown counts."""
        taken_at = self._clock.now()
        known = (self._trades.known, self._activity.known)
        since = max(TimeMs(taken_at - self._plan.reach_ms), *(each.floor for each in known))
        events = tuple(event for each in known for event in each.events_since(since))
        return await self._tell(asker, inbox, taken_at, since, events)

    async def _tell(
        self, asker: Asker, inbox: Inbox, taken_at: TimeMs, since: TimeMs, events: tuple[EventId, ...]
    ) -> bool:
        positions = await self._positions_read(asker, inbox)
        self._tries += 1
        if positions is None and self._tries < _POSITIONS_TRIES:
            return False
        baseline = LeaderBaseline(
            leader=self.leader, taken_at=taken_at, since=since, events=events, positions=positions
        )
        return self._put(inbox, baseline)

    def last_shown(self, event: EventId) -> TimeMs | None:
        """When the latest answer that had the trade was asked for; None if none had it."""
        return self._trades.known.last_shown(event)

    # --- what is new ------------------------------------------------------------------------------------------------

    async def _show_news(self, reader: ListReader, asker: Asker, inbox: Inbox) -> None:
        """Look at one list and show what is new in it, oldest first. Raises `VenueTrouble` after that."""
        until, rows = self._range(reader)
        reader.known.asked_at = self._clock.now()
        look = await reader.look(asker, until, rows)
        for each in look.in_order():
            if not self._put(inbox, each.event):
                look.is_whole = False
                break
            reader.known.learn(each.mark, each.event.event_id, each.event.happened_at)
        self._close(reader, look, inbox)
        if reader is self._trades and look.trouble is None:
            self.read_at = self._clock.elapsed_ms()
        _raise_trouble(look)

    def _range(self, reader: ListReader) -> tuple[TimeMs, int]:
        """How far back this look goes, and how many rows a page of it has."""
        known, plan = reader.known, self._plan
        if reader.is_new:
            return known.floor, self._first_rows
        if reader is self._trades and self._clock.elapsed_ms() >= self._deep_due:
            self._deep_due = self._clock.elapsed_ms() + plan.deep_every_ms
            until = max(known.floor, TimeMs(self._clock.now() - plan.reach_ms))
            return until, min(ROWS_MAX, plan.rows_min + known.count_since(until))
        return known.floor if known.anchor is None else known.anchor, self._rows

    def _close(self, reader: ListReader, look: Look, inbox: Inbox) -> None:
        """Show what was refused, count what was missed, and remember how far the look went if it was whole."""
        for mark, row in look.refused:
            self._standing.refused += 1
            if self._put(inbox, row):
                reader.known.learn_bytes(mark)
        self._standing.gaps += look.gaps
        anchor = reader.known.anchor
        path = reader.kind.path
        if look.refused:
            self._standing.met(f"refused {path}", f"rows of {path} cannot be read: {look.refused[-1][1].reason}")
        if look.words:
            self._standing.met(f"look {path}", look.words)
        if anchor is not None and look.newest is not None and look.newest < anchor:
            self._standing.met(f"older {path}", f"answers of {path} are older than before")
        if look.is_whole:
            reader.is_new = False
            reader.known.anchor = None if look.newest is None else min(look.newest, self._clock.now())

    # --- holdings ---------------------------------------------------------------------------------------------------

    async def _show_positions(self, asker: Asker, inbox: Inbox) -> None:
        seen_at = TimeMs(self._clock.now() - self._standing.lag_ms)
        positions = await self._positions_read(asker, inbox)
        if positions is not None:
            self._put(inbox, LeaderPositions(leader=self.leader, seen_at=seen_at, positions=positions))

    async def _positions_read(self, asker: Asker, inbox: Inbox) -> tuple[LeaderPosition, ...] | None:
        """What the leader holds; None if the answer cannot be read or trusted. Raises `VenueTrouble`."""
        try:
            return await self._positions.read(asker)
        except Refused as no:
            self._standing.refused += 1
            self._standing.met(f"refused {PATH}", f"{PATH} cannot be read: {no.reason}")
            self._put(inbox, refused(no, f"{PATH} {self.leader}", 0))
            return None

    def _tidy(self) -> None:
        plan, now = self._plan, self._clock.now()
        before = TimeMs(now - plan.reach_ms - plan.overlap_ms)
        for reader in (self._trades, self._activity):
            reader.known.forget(before, keep=plan.rows_kept, keep_max=plan.rows_kept_max)
        self._rows = min(ROWS_MAX, plan.rows_min + self._trades.known.count_since(TimeMs(now - plan.overlap_ms)))

    def _put(self, inbox: Inbox, sighting: LiveSighting) -> bool:
        """Whether the sighting was taken. Of a leader who is followed no more nothing is shown, and nothing kept."""
        if self.is_left:
            return True
        if inbox.put(sighting):
            self._standing.shown += 1
            return True
        self._standing.shed += 1
        return False


def _raise_trouble(look: Look) -> None:
    if look.trouble is not None:
        raise look.trouble
