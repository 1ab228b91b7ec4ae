"""A small market on a hand-moved clock, and a way to ask its faces over real HTTP."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from fakemarket.world.accounts import Account, AccountPlan
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE
from fakemarket.world.orders import Placed, Side
from fakemarket.world.tokens import EventPlan, FeeSchedule, Market, MarketPlan, Tag

START_MS = 1_795_132_800_000
SETTLED_MS = 15_000
RAIN = Tag(id="84", slug="weather", label="Weather")


@dataclass(frozen=True)
class Answer:
    """One answer of a face: status, headers and the document, or the text where that is no JSON."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def rows(self) -> Any:
        return self.body["data"]

    @property
    def cursor(self) -> Any:
        return self.body["pagination"]["next_cursor"]


@dataclass
class Town:
    """Three people with money and tokens, and one market with fees whose prices are said in cents."""

    plan: MarketPlan = field(
        default_factory=lambda: MarketPlan(
            question="Will it rain?", fees=FeeSchedule(rate_bps=500), category="weather", tags=(RAIN,)
        )
    )
    clock: ManualClock = field(default_factory=lambda: ManualClock(START_MS))

    def __post_init__(self) -> None:
        self.exchange = Exchange(self.clock)
        self.market = self.list(self.plan)
        self.ann, self.bob, self.cat = (self.open(name) for name in ("ann", "bob", "cat"))

    def list(self, plan: MarketPlan, *others: MarketPlan, neg_risk: bool = False) -> Market:
        event = self.exchange.add_event(
            EventPlan(title=plan.question, markets=(plan, *others), neg_risk=neg_risk, tags=plan.tags)
        )
        return self.exchange.catalog.markets[event.conditions[0]]

    def open(self, name: str, **given: Any) -> Account:
        tokens = given.pop("tokens", dict.fromkeys(self.market.tokens, 1_000 * ONE))
        plan = AccountPlan(pusd=100_000 * ONE, name=name, pseudonym=name, tokens=tokens, **given)
        return self.exchange.open_account(plan)

    @property
    def yes(self) -> str:
        return self.market.tokens[0]

    @property
    def no(self) -> str:
        return self.market.tokens[1]

    def quote(self, who: Account, side: Side, cents: int, shares: int, token: str = "") -> Placed:
        return self.exchange.quote(who.wallet, token or self.yes, side, cents * 10_000, shares * ONE)

    def trade(self, cents: int = 50, shares: int = 10, *, buyer: Account | None = None) -> None:
        """Let ann sell to bob (or whoever buys), and wait until it is mined, final and indexed."""
        self.quote(self.ann, "SELL", cents, shares)
        self.quote(buyer or self.bob, "BUY", cents, shares)
        self.settle()

    def settle(self) -> None:
        self.clock.advance(SETTLED_MS)


@dataclass(frozen=True)
class Then:
    """A question that depends on the answers so far."""

    asks: Callable[[list[Answer]], "Question"]


Question = str | tuple[str, str, Any]
Step = Question | Then | Callable[[], object]


def ask(app: web.Application, *steps: Step, headers: dict[str, str] | None = None) -> list[Answer]:
    """Serve a face, take the steps in order, and give the answers: a path is asked for, a call is made between."""

    async def run() -> list[Answer]:
        answers: list[Answer] = []
        async with TestClient(TestServer(app)) as client:
            for step in steps:
                if callable(step):
                    step()
                    continue
                question = step.asks(answers) if isinstance(step, Then) else step
                method, path, body = question if isinstance(question, tuple) else ("GET", question, None)
                async with client.request(method, path, json=body, headers=headers) as response:
                    text = await response.text(errors="replace")
                    answers.append(Answer(response.status, dict(response.headers), _document(text)))
        return answers

    return asyncio.run(run())


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
