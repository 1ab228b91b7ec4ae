"""The catalogue: every event and market there is, found by condition, token, slug or number."""

import re
from dataclasses import replace

from fakemarket.world.contracts import CONTRACTS
from fakemarket.world.hashing import keccak
from fakemarket.world.tokens import (
    Event,
    EventPlan,
    Market,
    MarketPlan,
    Tag,
    clob_tokens,
    condition_of,
    position_tokens,
)

_SHORT = 64  # "0x" and 62 hex digits
_FIRST_MARKET, _FIRST_EVENT = 500_000, 20_000


def slug_of(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80]


class Catalog:
    """All events and markets in order of making."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.markets: dict[str, Market] = {}
        self.events: dict[str, Event] = {}
        self._by_token: dict[str, Market] = {}
        self._by_slug: dict[str, Market] = {}
        self._by_id: dict[str, Market] = {}
        self._event_by_slug: dict[str, Event] = {}

    def market(self, condition: str) -> Market | None:
        key = condition.lower()
        return self.markets.get(key + "00" if len(key) == _SHORT else key)

    def of_token(self, token: str) -> Market | None:
        return self._by_token.get(token)

    def by_slug(self, slug: str) -> Market | None:
        return self._by_slug.get(slug)

    def by_id(self, gamma_id: str) -> Market | None:
        return self._by_id.get(gamma_id)

    def event_by_slug(self, slug: str) -> Event | None:
        return self._event_by_slug.get(slug)

    def event_of(self, market: Market) -> Event:
        return self.events[market.event_id]

    def tags(self) -> tuple[Tag, ...]:
        every = (tag for event in self.events.values() for tag in event.tags)
        return tuple({tag.id: tag for tag in every}.values())

    def add(self, plan: EventPlan, now_ms: int) -> Event:
        """Make the event and its markets; slugs that are taken get a number."""
        number = len(self.events)
        group = keccak(f"{self._seed} event {number} {plan.title}".encode())
        event = Event(
            id=str(_FIRST_EVENT + number),
            slug=_free(plan.slug or slug_of(plan.title), self._event_by_slug),
            title=plan.title,
            neg_risk=plan.neg_risk,
            neg_risk_market_id="0x" + (group[:31] + b"\0").hex() if plan.neg_risk else "",
            tags=plan.tags,
            created_ms=now_ms,
            end_ms=plan.end_ms,
        )
        self.events[event.id] = event
        self._event_by_slug[event.slug] = event
        for index, wanted in enumerate(plan.markets):
            self._add_market(event, replace(wanted, neg_risk=plan.neg_risk or wanted.neg_risk), (group, index), now_ms)
        return event

    def _add_market(self, event: Event, plan: MarketPlan, place: tuple[bytes, int], now_ms: int) -> None:
        group, index = place
        question_id = "0x" + (group[:31] + bytes((index,))).hex()
        if plan.version == "v2":
            condition, yes, no = position_tokens(group, 2 if plan.neg_risk else 1, index)
        else:
            oracle = CONTRACTS["neg_risk_adapter" if plan.neg_risk else "uma_ctf_adapter"]
            condition = condition_of(oracle, question_id)
            yes, no = clob_tokens(condition)
        market = Market(
            id=str(_FIRST_MARKET + len(self.markets)),
            condition=condition,
            question_id=question_id,
            slug=_free(plan.slug or slug_of(plan.question), self._by_slug),
            question=plan.question,
            version=plan.version,
            neg_risk=plan.neg_risk,
            neg_risk_market_id=event.neg_risk_market_id,
            event_id=event.id,
            tokens=(yes, no),
            outcomes=plan.outcomes,
            tick=plan.tick,
            minimum=plan.minimum,
            fees=plan.fees,
            category=plan.category,
            tags=plan.tags or event.tags,
            taker_delay_ms=plan.taker_delay_ms,
            seconds_delay=plan.seconds_delay,
            created_ms=now_ms,
            start_ms=now_ms,
            end_ms=plan.end_ms or event.end_ms,
            game_start_ms=plan.game_start_ms,
            description=plan.description,
            accepting_orders=plan.accepting_orders,
        )
        self.markets[condition] = market
        self._by_slug[market.slug] = self._by_id[market.id] = market
        self._by_token[yes] = self._by_token[no] = market
        event.conditions.append(condition)


def _free(slug: str, taken: dict[str, Market] | dict[str, Event]) -> str:
    number, wanted = 1, slug
    while wanted in taken:
        number += 1
        wanted = f"{slug}-{number}"
    return wanted
