"""One look at one list of one leader: pages back until what is known is met again, and what was new in them."""

from __future__ import annotations

import msgspec

from copydesk.adapters.polymarket.http.trouble import VenueTrouble
from copydesk.adapters.polymarket.live.polling.asking import Asker, Params
from copydesk.adapters.polymarket.live.polling.overlap import KnownRows, mark_of
from copydesk.adapters.polymarket.live.polling.pages import ROWS_MAX, Page, page_of, read_row
from copydesk.adapters.polymarket.parse.identity import LeaderEvent
from copydesk.adapters.polymarket.parse.known_columns import DATA_API_V2
from copydesk.adapters.polymarket.parse.refusals import Refused
from copydesk.adapters.polymarket.parse.rows import MappedRows
from copydesk.adapters.polymarket.records.feed import refused
from copydesk.domain.ids import TimeMs, Wallet
from copydesk.domain.trade import RowRefused

_COLUMNS = MappedRows(DATA_API_V2, source="data_api")


class ListKind(msgspec.Struct, frozen=True, kw_only=True):
    """A list the venue keeps of every wallet: where it is, and what must be said to get all of it."""

    path: str
    params: Params


TRADES = ListKind(path="/v2/trades", params=(("taker_only", "false"),))
"""Both roles: by default the venue leaves out what a leader traded as maker."""

ACTIVITY = ListKind(
    path="/v2/activity",
    params=(
        (
            "type",
            "SPLIT,MERGE,REDEEM,CONVERSION,MIGRATION,REWARD,YIELD,MAKER_REBATE,TAKER_REBATE,REFERRAL_REWARD,"
            "DEPOSIT,WITHDRAWAL,TIP",
        ),
        ("exclude_deposits_withdrawals", "false"),
    ),
)
"""Everything but trades, which have a list of their own."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is not known yet: its bytes' mark and its event."""

    mark: bytes
    event: LeaderEvent


class Look:
    """What one look found.

    `is_whole` says that the answers were read down to `reached`; else `trouble`, or a refused answer, says why not.
    `gaps` counts the signs that an answer, now or before, left out rows: a list that ends before it meets what is
    known, and rows that are older than what was known before (F38).
    """

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.refused: list[tuple[bytes, RowRefused]] = []
        self.newest: TimeMs | None = None
        self.oldest: TimeMs | None = None
        self.reached = TimeMs(0)
        self.is_whole = False
        self.trouble: VenueTrouble | None = None
        self.gaps = 0
        self.words = ""
        self._met: set[str | bytes] = set()

    def saw(self, happened_at: TimeMs) -> None:
        """Note when a row happened."""
        if self.newest is None or happened_at > self.newest:
            self.newest = happened_at
        if self.oldest is None or happened_at < self.oldest:
            self.oldest = happened_at

    def is_down_to(self, until: TimeMs) -> bool:
        """Whether a row of `until` or earlier was seen."""
        return self.oldest is not None and self.oldest <= until

    def is_again(self, key: str | bytes) -> bool:
        """Whether this look has met the row before; from now on it has."""
        if key in self._met:
            return True
        self._met.add(key)
        return False

    def in_order(self) -> list[Found]:
        """What was found, oldest first; rows of one second in the order opposite to the venue's, newest first."""
        return sorted(reversed(self.found), key=_happened_at)


def _happened_at(found: Found) -> int:
    return found.event.happened_at


class ListReader:
    """The reader of one list of one leader. It remembers what was shown of it; showing is somebody else's.

    `is_new` until the first look that was whole.
    """

    def __init__(self, kind: ListKind, leader: Wallet, known: KnownRows, pages_max: int) -> None:
        self.kind, self.leader, self.known = kind, leader, known
        self.is_new = True
        self._pages_max = pages_max
        self._where = f"{kind.path} {leader}"

    async def look(self, asker: Asker, until: TimeMs, limit: int) -> Look:
        """Page back until a row of `until` or earlier. Never raises because of the venue.

        Where the venue says that the list has ended, and yet what is known was not met (or nothing is known, at a
        first look), it is asked once more by time: an answer cut short says that nothing follows, too.
        """
        look, cursor, is_doubted = Look(), "", False
        for _ in range(self._pages_max):
            before = len(look.found)
            page = await self._page(asker, limit, cursor, look, is_doubted=is_doubted)
            if page is None:
                return look
            self._sift(page, look)
            if look.is_down_to(until):
                return self._ended(look, until)
            if page.cursor:
                cursor, limit = (page.cursor, limit) if limit == ROWS_MAX else ("", ROWS_MAX)
                continue
            if is_doubted and len(look.found) == before:
                return self._ended(look, until)
            if not is_doubted:
                if not self._is_doubtful(look):
                    return self._ended(look, until)
                look.gaps += not self.is_new
                is_doubted = True
            cursor = ""
        look.gaps += 1
        look.words = f"{self._pages_max} pages of {self.kind.path} were not enough to meet what was known"
        return self._ended(look, TimeMs(0) if look.oldest is None else look.oldest)

    def _ended(self, look: Look, reached: TimeMs) -> Look:
        look.is_whole, look.reached = True, reached
        anchor = self.known.anchor
        if anchor is not None and any(found.event.happened_at < anchor for found in look.found):
            look.gaps += 1
        return look

    def _is_doubtful(self, look: Look) -> bool:
        """Whether a list that has ended may have been cut short: it is the first, or what is known was not in it."""
        anchor = self.known.anchor
        return self.is_new or (anchor is not None and not look.is_down_to(anchor))

    async def _page(self, asker: Asker, limit: int, cursor: str, look: Look, *, is_doubted: bool) -> Page | None:
        """The next page; None if there is no answer, or none that can be read: `look` then says why."""
        params = (("user", str(self.leader)), *self.kind.params, ("limit", str(limit)))
        if cursor:
            params = (*params, ("cursor", cursor))
        elif is_doubted and look.oldest is not None:
            params = (*params, ("end", str(look.oldest // 1000)))
        try:
            return page_of(await asker.ask(self.kind.path, params))
        except VenueTrouble as trouble:
            look.trouble = trouble
        except Refused as no:
            look.refused.append((b"", refused(no, self._where, 0)))
        return None

    def _sift(self, page: Page, look: Look) -> None:
        """Sort the rows of a page into known, new and refused."""
        if page.damage:
            look.words = page.damage
        known = self.known
        for line, row in enumerate(page.rows, 1):
            mark = mark_of(row)
            happened_at = known.time_of(mark) if mark else None
            if happened_at is not None:
                known.meet(mark)
                if happened_at:
                    look.saw(happened_at)
            elif not mark or not look.is_again(mark):
                self._read(row, mark, line, look)

    def _read(self, row: object, mark: bytes, line: int, look: Look) -> None:
        try:
            event = read_row(row, _COLUMNS)
        except Refused as no:
            look.refused.append((mark, refused(no, self._where, line)))
            return
        if event.leader != self.leader:
            look.refused.append((mark, _foreign(event.leader, self._where, line)))
            return
        look.saw(event.happened_at)
        if self.known.has(event.event_id, event.happened_at):
            self.known.learn_bytes(mark, event.happened_at)
            self.known.name(mark, event.event_id)
        elif not look.is_again(event.event_id):
            look.found.append(Found(mark=mark, event=event))


def _foreign(leader: Wallet, where: str, line: int) -> RowRefused:
    allowed = "rows of the wallet that was asked for"
    return RowRefused(reason="foreign_wallet", file=where, line=line, found=leader, allowed=allowed)
