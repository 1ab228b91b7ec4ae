"""What a leader holds, as the Data API lists it, small holdings included (trap 6)."""

from __future__ import annotations

from typing import Final

import msgspec

from copydesk.adapters.polymarket.live.polling.asking import Asker, Params
from copydesk.adapters.polymarket.live.polling.pages import ROWS_MAX, page_of
from copydesk.adapters.polymarket.parse.positions import position_of
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.adapters.polymarket.records.decoding import decoded
from copydesk.domain.ids import TokenId, Wallet
from copydesk.domain.trade import LeaderPosition

PATH: Final = "/v2/positions"
_PARAMS: Final[Params] = (
    ("filter_type", "TOKENS"),
    ("filter_amount", "0.000001"),
    ("include_archived", "true"),
    ("sort_by", "TOKENS"),
)

Held = dict[TokenId, LeaderPosition]


class PositionsReader:
    """The reader of one leader's positions. A list that leaves one out says that it is not held, so it must be whole.

    An answer cut short looks whole. A first list, and one that lacks what was held before, is therefore read again in
    a page of just its length: if it was whole it is the same again, if it was cut the page is cut once more.
    """

    def __init__(self, leader: Wallet, pages_max: int) -> None:
        self._leader, self._pages_max = leader, pages_max
        self._before: frozenset[TokenId] | None = None

    async def read(self, asker: Asker) -> tuple[LeaderPosition, ...]:
        """Everything the venue says the leader holds.

        Raises `VenueTrouble`, or `Refused` where a row cannot be read or two answers disagree.
        """
        held = await self._pages(asker, ROWS_MAX)
        if self._before is None or self._before - held.keys():
            again = await self._pages(asker, max(1, len(held)))
            if again.keys() != held.keys():
                found = f"{len(held)} positions, then {len(again)}"
                raise Refused(RefusedRow.TRUNCATED_FILE, found)
        self._before = frozenset(held)
        return tuple(position for position in held.values() if position.shares)

    async def _pages(self, asker: Asker, limit: int) -> Held:
        asked: Params = (("user", str(self._leader)), *_PARAMS, ("limit", str(limit)))
        held: Held = {}
        cursor = ""
        for _ in range(self._pages_max):
            page = page_of(await asker.ask(PATH, (*asked, ("cursor", cursor)) if cursor else asked))
            for row in page.rows:
                value = decoded(row) if isinstance(row, msgspec.Raw) else row
                position = position_of(value, self._leader)
                held[position.token.id] = position
            cursor = page.cursor
            if not cursor:
                return held
        raise Refused(RefusedRow.TOO_LARGE, f"more than {self._pages_max} pages of positions")
