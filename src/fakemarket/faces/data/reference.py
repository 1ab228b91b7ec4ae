"""What tokens are, how their markets ended, what they cost over time, and how fresh all of it is."""

import re
from collections.abc import Mapping
from typing import Final

from fakemarket.faces.data.desk import Desk
from fakemarket.faces.data.envelope import DataError, page_body, single_body
from fakemarket.faces.data.query import Query
from fakemarket.faces.data.values import payout_of
from fakemarket.world.hashing import keccak
from fakemarket.world.money import number
from fakemarket.world.tokens import Market

TOKENS_MAX: Final = 50
CONDITIONS_MAX: Final = 10
POINTS_MAX: Final = 10_000
WINDOW_MAX_S: Final = 15 * 86_400
BUCKET_MAX_S: Final = 86_400
UNSET_PRICE: Final = "69"
COMPUTED_EVERY_S: Final = 20
# How far back an interval reaches, and its coarsest and finest bucket.
INTERVALS: Final = {
    "1h": (3_600, 60, 60),
    "6h": (21_600, 60, 60),
    "1d": (86_400, 300, 60),
    "1w": (7 * 86_400, 1_800, 300),
    "1m": (30 * 86_400, 10_800, 600),
    "max": (0, 43_200, 600),
    "all": (0, 43_200, 600),
}


# --- tokens ----------------------------------------------------------------------------------------------------------


def tokens(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/tokens`: by token or by condition, never both; what is unknown is left out."""
    query = Query("/v2/tokens", raw)
    ids, conditions = query.listed("token_id"), query.conditions(top=CONDITIONS_MAX)
    if bool(ids) == bool(conditions):
        raise DataError("exactly one of token_id and condition is required")
    if len(ids) > TOKENS_MAX:
        raise DataError(f"token_id accepts at most {TOKENS_MAX} distinct values")
    if any(not re.fullmatch("[0-9]{1,78}", token) for token in ids):
        raise DataError("token_id must be a decimal number")
    catalog = desk.exchange.catalog
    if ids:
        found = [(market, token) for token in ids if (market := catalog.of_token(token)) is not None]
    else:
        markets = [market for condition in conditions if (market := catalog.market(condition)) is not None]
        found = [(market, token) for market in markets for token in market.tokens]
    return single_body([_token(desk, market, token) for market, token in found])


def _token(desk: Desk, market: Market, token: str) -> dict[str, object]:
    event = desk.exchange.catalog.event_of(market)
    payout = payout_of(market, token)
    modern = "neg_risk" if market.neg_risk else "binary"
    return {
        "token_id": token,
        "condition_id": market.condition,
        "structural_condition_id": market.condition if market.version == "v2" else None,
        "module": modern if market.version == "v2" else "v1_ctf",
        "outcome_index": market.index(token),
        "clob_index": market.index(token),
        "outcome": market.outcome(token),
        "opposite_token_id": market.other(token),
        "resolved": payout is not None,
        "final_price": number(payout) if payout is not None else None,
        "title": market.question,
        "market_slug": market.slug,
        "closed": market.closed,
        "neg_risk": market.neg_risk,
        "neg_risk_market_id": market.neg_risk_market_id or None,
        "question_index": event.conditions.index(market.condition) if market.neg_risk else None,
        "event_id": int(event.id),
        "event_slug": event.slug,
    }


# --- resolutions -----------------------------------------------------------------------------------------------------


def resolutions(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/resolutions`, by exactly one of question, condition or event."""
    query = Query("/v2/resolutions", raw)
    question = query.text("question_id").lower()
    conditions, event_ids = query.conditions(), query.event_ids()
    if [bool(question), bool(conditions), bool(event_ids)].count(True) != 1:
        raise DataError("exactly one of question_id, condition and event_id is required")
    wanted = {str(event_id) for event_id in event_ids}
    markets = [
        market
        for market in desk.exchange.catalog.markets.values()
        if market.question_id == question or market.condition in conditions or market.event_id in wanted
    ]
    return single_body([_resolution(market) for market in markets if market.resolution != "open" or conditions])


def _resolution(market: Market) -> dict[str, object]:
    status = {"open": "initialized"}.get(market.resolution, market.resolution)
    payouts = list(market.payouts) if market.payouts is not None else None
    settled_s = (market.closed_ms or market.end_ms or market.created_ms) // 1000
    price = str(payouts[0] * 10**12) if payouts is not None else UNSET_PRICE
    kind = "ATOMIC_NEGRISK" if market.version == "v2" else "INCREMENTAL_NEGRISK"
    return {
        "question_id": market.question_id,
        "condition_id": market.condition,
        "status": status,
        "extended_review": False,
        "expected_settlement_time": None,
        "settlement_time_basis": None,
        "was_disputed": market.resolution == "disputed",
        "new_version_q": False,
        "proposed_price": price if payouts is not None else UNSET_PRICE,
        "reproposed_price": UNSET_PRICE,
        "price": price,
        "transaction_hash": "0x" + keccak(f"resolution {market.condition}".encode()).hex() if payouts else "",
        "log_index": 1 if payouts else "",
        "last_update_timestamp": settled_s,
        "market_type": kind if market.neg_risk else "BINARY",
        "payouts": payouts,
        "resolution_source": "reported" if payouts else None,
        "reporter": "UMA_OO" if payouts else None,
        "was_arbitrated": False if payouts else None,
        "resolved_block": settled_s // 2 if payouts else None,
        "resolved_at": settled_s if payouts else None,
    }


# --- prices ----------------------------------------------------------------------------------------------------------


def prices_history(desk: Desk, raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/prices-history`: by exactly one of interval, start or as_of; the last price of each bucket."""
    query = Query("/v2/prices-history", raw)
    token = query.text("token_id")
    if not token:
        raise DataError("token_id is required")
    chosen = [key for key in ("interval", "start", "as_of") if query.text(key)]
    if len(chosen) != 1:
        raise DataError("exactly one of interval, start and as_of is required")
    points = desk.exchange.history.price_points.get(token, [])
    horizon_s = desk.indexer.horizon_ms() // 1000
    if chosen == ["as_of"]:
        at_s = min(query.integer("as_of", 0), horizon_s)
        known = [point for point in points if point[0] <= at_s][-1:]
        return page_body([_point(*known[0], 0)] if known else [], limit=1, next_cursor=None)
    start, end, bucket = _window(desk, query)
    buckets: dict[int, int] = {}
    for at_s, price in points:
        if start <= at_s <= min(end, horizon_s):
            buckets[at_s // bucket * bucket] = price
    position, limit = query.position(), query.limit(top=POINTS_MAX)
    left = [entry for entry in sorted(buckets.items()) if not position or entry[0] > position[0]]
    rows = [_point(at_s, price, bucket) for at_s, price in left[:limit]]
    return desk.page(query, rows, [left[limit - 1][0]] if len(left) > limit else None, limit)


def _window(desk: Desk, query: Query) -> tuple[int, int, int]:
    now_s = desk.now_s()
    interval = query.choice("interval", tuple(INTERVALS))
    if interval:
        length_s, usual, finest = INTERVALS[interval]
        start, end = (now_s - length_s if length_s else 0), now_s
    else:
        usual, finest = 60, 60
        start, end = query.integer("start", 0), query.integer("end", now_s)
        if not 0 <= end - start <= WINDOW_MAX_S:
            raise DataError("the window must not end before it starts or exceed 15 days")
    bucket = query.integer("bucket_seconds", usual)
    if not finest <= bucket <= BUCKET_MAX_S:
        raise DataError(f"bucket_seconds must be between {finest} and {BUCKET_MAX_S}")
    return start, end, bucket


def _point(at_s: int, price: int, bucket: int) -> dict[str, object]:
    return {"timestamp": at_s, "price": number(price), "resolution_seconds": bucket}


# --- freshness -------------------------------------------------------------------------------------------------------


def status(desk: Desk, _raw: Mapping[str, str]) -> bytes:
    """Answer `/v2/status`: how old computed figures are and how far serving lags behind the chain."""
    lag_s = desk.indexer.lag_ms() // 1000
    return single_body(
        {
            "computation_age_seconds": desk.now_s() % COMPUTED_EVERY_S + lag_s,
            "serving_lag_blocks": lag_s // 2,
            "custody_lag_blocks": lag_s // 2,
            "as_of": desk.indexer.horizon_ms() // 1000,
        }
    )
