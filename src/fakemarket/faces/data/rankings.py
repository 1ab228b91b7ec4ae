"""Who leads, who won most, who holds what, and how much is at stake."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fakemarket.faces.data.desk import Desk, slice_of
from fakemarket.faces.data.envelope import DataError, page_body, single_body
from fakemarket.faces.data.holdings import Holding
from fakemarket.faces.data.profit import PERIODS_S, Standing, ranked, standing
from fakemarket.faces.data.query import Query
from fakemarket.faces.data.rows import profile_fields, profile_of
from fakemarket.faces.data.values import payout_of, price_now
from fakemarket.world.money import ONE, number
from fakemarket.world.tokens import Market

PERIODS: Final = tuple(PERIODS_S)
LIMIT_WITH_PNL: Final = 100


# --- standings -------------------------------------------------------------------------------------------------------


def leaderboard(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/leaderboard`: the ranking, or one wallet's place when a user is named."""
    query = Query("/v2/leaderboard", raw)
    user, limit = query.user(is_required=False), query.limit()
    by_volume = query.choice("sort_by", ("PNL", "VOLUME"), "PNL") == "VOLUME"
    standings = _standings(desk, query)
    if user is not None:
        return single_body(_place(desk, standings, user))
    ranking = ranked(standings, by_volume=by_volume)
    cut, position = slice_of(len(ranking), query.position(), limit)
    rows = [{"rank": cut.start + place + 1, **_trader(desk, one)} for place, one in enumerate(ranking[cut])]
    return desk.page(query, rows, position, limit)


def _standings(desk: Desk, query: Query) -> list[Standing]:
    length_s = PERIODS_S[query.choice("time_period", PERIODS, "day")]
    since_s = desk.now_s() - length_s if length_s is not None else None
    category = query.text("category").lower()
    found = []
    for wallet in desk.wallets():
        rows = desk.activity_of(wallet)
        if category not in {"", "overall", "all"}:
            rows = [row for row in rows if _category(desk, row.condition) == category]
        found.append(standing(desk.exchange, wallet, rows, since_s))
    return found


def _category(desk: Desk, condition: str) -> str:
    market = desk.exchange.catalog.market(condition)
    return market.category.lower() if market is not None else ""


def _trader(desk: Desk, one: Standing) -> dict[str, object]:
    profile = profile_of(desk.exchange, one.wallet)
    return {
        "user_id": one.wallet,
        "pnl": number(one.profit),
        "volume": number(one.volume),
        "user_name": profile.name,
        "x_username": profile.x_username,
        "profile_image": profile.image,
        "verified": profile.verified,
    }


def _place(desk: Desk, standings: list[Standing], user: str) -> dict[str, object] | None:
    own = next((one for one in standings if one.wallet == user), None)
    if own is None:
        return None
    ranks = {}
    for key, by_volume in (("rank_pnl", False), ("rank_volume", True)):
        wallets = [one.wallet for one in ranked(standings, by_volume=by_volume)]
        ranks[key] = wallets.index(user) + 1 if user in wallets else 0
    return _trader(desk, own) | ranks


def biggest_winners(desk: Desk, raw: Mapping[str, str]) -> bytes:
    query = Query("/v2/biggest-winners", raw)
    length_s = PERIODS_S[query.choice("time_period", PERIODS, "day")]
    since_s = desk.now_s() - length_s if length_s is not None else 0
    category, limit = query.text("category").lower(), query.limit()
    wins = [win for win in _wins(desk, since_s) if category in {"", "overall", "all", win.market.category.lower()}]
    wins.sort(key=lambda win: (-win.profit, win.holding.wallet, win.holding.token))
    cut, position = slice_of(len(wins), query.position(), limit)
    rows = [{"win_rank": cut.start + place + 1, **_winner(desk, win)} for place, win in enumerate(wins[cut])]
    return desk.page(query, rows, position, limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Win:
    """A position that its market's end made worth more than it cost."""

    holding: Holding
    market: Market
    profit: int


def _wins(desk: Desk, since_s: int) -> Iterable[Win]:
    holdings = desk.holdings()
    for wallet in holdings.by_wallet:
        for holding in holdings.of(wallet):
            market = desk.exchange.catalog.of_token(holding.token)
            if market is None or market.closed_ms is None or market.closed_ms < since_s * 1000:
                continue
            payout = payout_of(market, holding.token) or 0
            profit = holding.realized + holding.shares * payout // ONE - holding.cost
            if profit > 0:
                yield Win(holding=holding, market=market, profit=profit)


def _winner(desk: Desk, win: Win) -> dict[str, object]:
    event = desk.exchange.catalog.event_of(win.market)
    profile = profile_of(desk.exchange, win.holding.wallet)
    return {
        "user_id": win.holding.wallet,
        "pnl": number(win.profit),
        "initial_value": number(win.holding.bought_cost),
        "final_value": number(win.holding.bought_cost + win.profit),
        "resolved_at": (win.market.closed_ms or 0) // 1000,
        "user_name": profile.name,
        "profile_image": profile.image,
        "event_title": event.title,
        "kind": "market",
        "condition_id": win.market.condition,
        "position_id": win.holding.token,
        "event_id": event.id,
        "event_slug": event.slug,
    }


# --- holders ---------------------------------------------------------------------------------------------------------


def holders(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/holders`: by token, each wallet only on the side it holds more of, net of the other."""
    query = Query("/v2/holders", raw)
    conditions = query.conditions()
    if not conditions:
        raise DataError("condition is required")
    with_pnl = query.is_set("include_pnl", default=False)
    if with_pnl and len(conditions) != 1:
        raise DataError("include_pnl requires exactly one condition")
    limit = query.limit(top=LIMIT_WITH_PNL) if with_pnl else query.limit()
    least = query.micros("min_balance") or 1
    found: list[tuple[str, Holding, int]] = []
    for condition in conditions:
        market = desk.exchange.catalog.market(condition)
        if market is not None:
            found += [entry for entry in _net(desk, market) if entry[2] >= least]
    cut, position = slice_of(len(found), query.position(), limit)
    groups: dict[str, list[dict[str, object]]] = {}
    for token, holding, net in found[cut]:
        groups.setdefault(token, []).append(_holder(desk, holding, net, with_pnl=with_pnl))
    rows: list[dict[str, object]] = [{"token_id": token, "holders": group} for token, group in groups.items()]
    return desk.page(query, rows, position, limit)


def _net(desk: Desk, market: Market) -> list[tuple[str, Holding, int]]:
    holdings = desk.holdings()
    found = []
    for token in market.tokens:
        entries = []
        for holding in holdings.in_token(token):
            opposite = holdings.by_wallet[holding.wallet].get(market.other(token))
            net = holding.shares - (opposite.shares if opposite is not None else 0)
            if net > 0:
                entries.append((token, holding, net))
        found += sorted(entries, key=lambda entry: (-entry[2], entry[1].wallet))
    return found


def _holder(desk: Desk, holding: Holding, net: int, *, with_pnl: bool) -> dict[str, object]:
    profile = profile_of(desk.exchange, holding.wallet)
    market = desk.exchange.catalog.of_token(holding.token)
    document: dict[str, object] = {
        "proxy_wallet": holding.wallet,
        "token_id": holding.token,
        "amount": number(net),
        "outcome_index": market.index(holding.token) if market is not None else 999,
        "display_username_public": bool(profile.name),
        "verified": profile.verified,
        **profile_fields(profile),
    }
    if not with_pnl:
        return document
    price = price_now(desk.exchange, holding.token)
    value = holding.shares * price // ONE
    return document | {
        "avg_price": number(holding.average),
        "entry_cost_usdc": number(holding.cost),
        "current_price": number(price),
        "current_value": number(value),
        "realized_pnl": number(holding.realized),
        "unrealized_pnl": number(value - holding.cost),
        "total_pnl": number(holding.realized + value - holding.cost),
    }


# --- what is at stake ------------------------------------------------------------------------------------------------


def open_interest(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/oi`: of each market asked for, or of all together as `GLOBAL`."""
    query = Query("/v2/oi", raw)
    conditions = query.conditions()
    markets = desk.exchange.catalog.markets
    held = {condition: _stake(desk, markets[condition]) for condition in conditions or markets if condition in markets}
    if not conditions:
        return single_body([{"condition_id": "GLOBAL", "value": number(sum(held.values()))}])
    return single_body([{"condition_id": condition, "value": number(value)} for condition, value in held.items()])


def _stake(desk: Desk, market: Market) -> int:
    holdings = desk.holdings()
    return max(sum(holding.shares for holding in holdings.in_token(token)) for token in market.tokens)


def live_volume(desk: Desk, raw: Mapping[str, str]) -> bytes:
    query = Query("/v2/live-volume", raw)
    event_ids = query.event_ids()
    if not event_ids:
        raise DataError("event_id is required")
    volumes = {}
    for event_id in event_ids:
        event = desk.exchange.catalog.events.get(str(event_id))
        for condition in event.conditions if event is not None else []:
            fills = desk.indexer.fills(desk.exchange.history.fills_in(condition))
            volumes[condition] = sum(fill.size for fill in fills if fill.role == "TAKER")
    rows = [{"condition_id": condition, "taker_volume": number(size)} for condition, size in volumes.items()]
    return single_body({"taker_volume_total": number(sum(volumes.values())), "conditions": rows})


# --- builders --------------------------------------------------------------------------------------------------------


def no_builders(_desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer the ranking of builders: there are none here."""
    return page_body([], limit=Query("/v2/builders", raw).limit(), next_cursor=None)


def no_builder_volume(_desk: Desk, _raw: Mapping[str, str]) -> bytes:
    return single_body([])
