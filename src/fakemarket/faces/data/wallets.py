"""What one wallet holds, is worth, has earned and has approved."""

from collections.abc import Mapping
from typing import Final

from fakemarket.faces.data.approvals import approvals_of
from fakemarket.faces.data.desk import Desk, slice_of
from fakemarket.faces.data.envelope import DataError, single_body
from fakemarket.faces.data.feeds import scope_of
from fakemarket.faces.data.holdings import Holding
from fakemarket.faces.data.positions import SORTS, positions_of, wanted
from fakemarket.faces.data.profit import FIDELITIES_S, INTERVALS_S, Replay, Sums, curve
from fakemarket.faces.data.query import Query
from fakemarket.world.money import number

FIDELITY_OF_INTERVAL: Final = {
    "max": "1d",
    "all": "1d",
    "1m": "12h",
    "1w": "3h",
    "1d": "1h",
    "12h": "1h",
    "6h": "1h",
}


def positions(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/positions` of one wallet, or of everybody in exactly one market."""
    query = Query("/v2/positions", raw)
    user, conditions, limit = query.user(is_required=False), query.conditions(), query.limit()
    if user is None and (len(conditions) != 1 or query.event_ids()):
        raise DataError("user, or exactly one condition, is required")
    if user is None and query.text("status").upper() in {"REDEEMABLE_LOST", "MERGEABLE"}:
        raise DataError("this status requires user")
    keep = wanted(query, query.event_ids())
    sort = query.choice("sort_by", SORTS, "CURRENT_VALUE")
    sign = 1 if query.choice("sort_direction", ("ASC", "DESC"), "DESC") == "ASC" else -1
    held = desk.holdings_of(user) if user is not None else _held_in(desk, conditions[0])
    found = [position for position in positions_of(desk.exchange, held) if keep(position)]
    found.sort(key=lambda one: (sign * one.rank(sort), one.holding.wallet, one.holding.token))
    cut, position = slice_of(len(found), query.position(), limit)
    return desk.page(query, [one.row() for one in found[cut]], position, limit)


def _held_in(desk: Desk, condition: str) -> list[Holding]:
    holdings = desk.holdings()
    wallets = (holdings.of(wallet) for wallet in holdings.by_wallet)
    return [holding for held in wallets for holding in held if holding.condition == condition]


def value(desk: Desk, raw: Mapping[str, str]) -> bytes:
    query = Query("/v2/value", raw)
    user = query.user(is_required=True) or ""
    conditions = scope_of(desk, query)
    found = positions_of(desk.exchange, desk.holdings_of(user))
    total = sum(one.value for one in found if conditions is None or one.market.condition in conditions)
    return single_body({"proxy_wallet": user, "value": number(total)})


def user_stats(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/user-stats`: its `trades` counts distinct markets; a wallet never seen is null."""
    query = Query("/v2/user-stats", raw)
    user = query.user(is_required=True) or ""
    rows = desk.activity_of(user)
    account = desk.exchange.accounts.by_wallet(user)
    if account is None and not rows:
        return single_body(None)
    replay = Replay(desk.exchange, user, rows)
    point = replay.point(desk.now_s())
    wins = [holding.realized for holding in replay.holdings.of(user)]
    return single_body(
        {
            "proxy_wallet": user,
            "trades": len({row.condition for row in rows if row.kind == "TRADE"}),
            "biggest_win": number(max([0, *wins])),
            "views": 0,
            "join_date": account.created_ms // 1000 if account is not None else 0,
            "all_time_pnl": point,
        }
    )


def user_pnl(desk: Desk, raw: Mapping[str, str]) -> bytes:
    query = Query("/v2/user-pnl", raw)
    user = query.user(is_required=True) or ""
    interval = query.choice("interval", tuple(INTERVALS_S), "all")
    fidelity = query.choice("fidelity", tuple(FIDELITIES_S), FIDELITY_OF_INTERVAL[interval])
    rows = desk.activity_of(user)
    now_s = desk.now_s()
    length_s = INTERVALS_S[interval]
    start_s = now_s - length_s if length_s is not None else (rows[0].timestamp_s if rows else now_s)
    points = curve(Replay(desk.exchange, user, rows), start_s=start_s, end_s=now_s, step_s=FIDELITIES_S[fidelity])
    return single_body(
        {
            "proxy_wallet": user,
            "interval": interval,
            "fidelity": fidelity,
            "source_fidelity": fidelity,
            "points": points if rows else [],
        }
    )


def user_volume(desk: Desk, raw: Mapping[str, str]) -> bytes:
    query = Query("/v2/user-volume", raw)
    user = query.user(is_required=True) or ""
    start, end = query.window(desk.now_s())
    sums = Sums()
    for row in desk.activity_of(user):
        if start <= row.timestamp_s <= end:
            sums.add(row)
    return single_body({"volume": number(sums.shares), "volume_usdc": number(sums.cash), "trade_count": sums.trades})


def approvals(desk: Desk, raw: Mapping[str, str]) -> bytes:
    query = Query("/v2/approvals", raw)
    return single_body(approvals_of(desk.exchange, query.user(is_required=True) or ""))
