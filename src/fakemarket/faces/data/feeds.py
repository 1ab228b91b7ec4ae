"""The two feeds a follower reads: trades and activity, newest first, cut into pages."""

from collections.abc import Callable, Mapping
from typing import Final

from fakemarket.faces.data.desk import Desk
from fakemarket.faces.data.envelope import DataError, page_body
from fakemarket.faces.data.indexer import UNSEEN_KINDS, newest_first, oldest_first
from fakemarket.faces.data.query import Query
from fakemarket.world.trades import ActivityRow, Fill

SIDES: Final = ("BUY", "SELL")
KINDS: Final = frozenset(
    {
        *("TRADE", "SPLIT", "MERGE", "REDEEM", "REWARD", "CONVERSION", "MIGRATION", "DEPOSIT", "WITHDRAWAL"),
        *("YIELD", "MAKER_REBATE", "TAKER_REBATE", "REFERRAL_REWARD", "TIP"),
    }
)
CASH_KINDS: Final = frozenset({"DEPOSIT", "WITHDRAWAL"})
ONLY_WHEN_NAMED: Final = frozenset({"TIP"})


# --- trades ----------------------------------------------------------------------------------------------------------


def trades(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/trades`: takers only unless told otherwise, and a time window only together with a user."""
    query = Query("/v2/trades", raw)
    user = query.user(is_required=False)
    conditions = scope_of(desk, query)
    keep = _trade_filter(desk, query, user, conditions)
    limit = query.limit()
    rows, position = newest_first(_fills(desk, user, conditions), position=query.position(), limit=limit, keep=keep)
    return desk.page(query, desk.trade_rows(rows), position, limit)


def _fills(desk: Desk, user: str | None, conditions: list[str] | None) -> list[Fill]:
    history = desk.exchange.history
    if user is not None:
        return desk.fills_of(user)
    if conditions is not None and len(conditions) == 1:
        return desk.indexer.fills(history.fills_in(conditions[0]))
    return desk.indexer.fills(history.fills)


def _trade_filter(desk: Desk, query: Query, user: str | None, conditions: list[str] | None) -> Callable[[Fill], bool]:
    side = query.choice("side", SIDES)
    takers_only = query.is_set("taker_only", default=True)
    in_cash = query.choice("filter_type", ("CASH", "TOKENS"), "CASH") == "CASH"
    least = query.micros("filter_amount") or 0
    start, end = query.window(desk.now_s()) if user is not None else (0, 2**62)

    def keep(fill: Fill) -> bool:
        return (
            (not takers_only or fill.role == "TAKER")
            and (not side or fill.side == side)
            and (conditions is None or fill.condition in conditions)
            and (fill.cash if in_cash else fill.size) >= least
            and start <= fill.timestamp_s <= end
        )

    return keep


# --- activity --------------------------------------------------------------------------------------------------------


def activity(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/activity`: the mixed ledger of one wallet; transfers never show."""
    query = Query("/v2/activity", raw)
    user = query.user(is_required=True) or ""
    keep = _activity_filter(desk, query)
    walk = oldest_first if query.choice("sort_direction", ("ASC", "DESC"), "DESC") == "ASC" else newest_first
    limit = query.limit()
    rows, position = walk(desk.activity_of(user), position=query.position(), limit=limit, keep=keep)
    return desk.page(query, desk.activity_rows(rows), position, limit)


def _kinds(query: Query) -> frozenset[str]:
    named = frozenset(kind.upper() for kind in query.listed("type"))
    if unknown := named - KINDS:
        raise DataError(f"type has unknown values: {', '.join(sorted(unknown))}")
    kinds = named or KINDS - ONLY_WHEN_NAMED
    return kinds - CASH_KINDS if query.is_set("exclude_deposits_withdrawals", default=True) else kinds


def _activity_filter(desk: Desk, query: Query) -> Callable[[ActivityRow], bool]:
    kinds = _kinds(query) - UNSEEN_KINDS
    side = query.choice("side", SIDES)
    conditions = scope_of(desk, query)
    start, end = query.window(desk.now_s())

    def keep(row: ActivityRow) -> bool:
        return (
            row.kind in kinds
            and (not side or row.side == side)
            and (conditions is None or row.condition in conditions)
            and start <= row.timestamp_s <= end
        )

    return keep


def scope_of(desk: Desk, query: Query) -> list[str] | None:
    """Name the conditions a request is about, by themselves or through their events; ``None`` for all."""
    conditions, event_ids = query.conditions(), query.event_ids()
    if not conditions and not event_ids:
        return None
    events = [desk.exchange.catalog.events.get(str(event_id)) for event_id in event_ids]
    return conditions + [condition for event in events if event is not None for condition in event.conditions]


# --- combos ----------------------------------------------------------------------------------------------------------


def no_combos(_desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer the two combo lists: nobody holds any here."""
    query = Query("/v2/combos", raw)
    query.user(is_required=True)
    return page_body([], limit=query.limit(), next_cursor=None)
