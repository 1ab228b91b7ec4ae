"""The accounting snapshot: an archive of two tables, and the only survivor of the first Data API.

The venue documents the archive and the names of its two files; the names of the columns are a choice made here.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from fakemarket.faces.data.desk import Desk
from fakemarket.faces.data.positions import positions_of
from fakemarket.faces.data.query import Query
from fakemarket.world.money import decimal_text

PATH: Final = "/v1/accounting/snapshot"
FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)


def snapshot(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer the archive of one wallet: what it holds at what prices, and what it is worth together."""
    user = Query(PATH, raw).user(is_required=True) or ""
    account = desk.exchange.accounts.by_wallet(user)
    cash = account.cash if account is not None else 0
    held = [one for one in positions_of(desk.exchange, desk.holdings_of(user)) if one.holding.shares > 0]
    at = datetime.fromtimestamp(desk.now_s(), UTC).isoformat()
    worth = sum(one.value for one in held)
    rows = [
        (one.market.condition, one.holding.token, decimal_text(one.holding.shares), decimal_text(one.price), at)
        for one in held
    ]
    totals = (decimal_text(cash), decimal_text(worth), decimal_text(cash + worth), at)
    return _archive(
        {
            "positions.csv": _table(("conditionId", "asset", "size", "curPrice", "valuationTime"), rows),
            "equity.csv": _table(("cashBalance", "positionsValue", "equity", "valuationTime"), [totals]),
        }
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return text.getvalue()


def _archive(files: Mapping[str, str]) -> bytes:
    """Pack the files with one and the same date, so that a run repeats byte for byte."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
