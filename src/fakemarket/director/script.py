"""Scripts: what happens when, in words, from a YAML file or one step at a time over the control face."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import yaml

from fakemarket.director.actor import Actor
from fakemarket.director.casting import opened
from fakemarket.director.words import ScriptError, Step, read_market
from fakemarket.world.accounts import APPROVALS
from fakemarket.world.builders import Builder
from fakemarket.world.money import ONE, decimal_text
from fakemarket.world.orders import OrderType, Refused, Side
from fakemarket.world.tokens import EventPlan, Market
from fakemarket.world.trades import ActivityKind

if TYPE_CHECKING:
    from fakemarket.director.director import Director

SCRIPTED: Final = "script"
Result = dict[str, object]


def read_script(path: str) -> Mapping[str, object]:
    """Read a script; it is a mapping with `leaders`, `accounts`, `markets` and `steps`, each of which may be absent."""
    document = yaml.safe_load(Path(path).read_text())
    if not isinstance(document, dict):
        raise ScriptError(f"{path} is no mapping")
    unknown = document.keys() - {"leaders", "accounts", "markets", "steps"}
    if unknown:
        raise ScriptError(f"{path} has unknown parts: {', '.join(sorted(map(str, unknown)))}")
    return document


class Script:
    """The verbs of a script, acted on the director's exchange; names are those the script gave."""

    def __init__(self, director: "Director") -> None:
        self._director = director
        self._exchange = director.exchange
        self._named: dict[str, str] = {}
        self._actors: dict[str, Actor] = {}
        self._verbs: dict[str, Callable[[Step], Result]] = {
            "leader": self._leader,
            "account": self._account,
            "market": self._market,
            "order": self._order,
            "buy": lambda step: self._order(step, "BUY"),
            "sell": lambda step: self._order(step, "SELL"),
            "cancel": self._cancel,
            "book": self._book,
            "split": self._whole_sets,
            "merge": self._whole_sets,
            "convert": self._whole_sets,
            "redeem": self._redeem,
            "transfer": self._transfer,
            "deposit": self._cash,
            "withdraw": self._cash,
            "reward": self._reward,
            "tick": self._tick,
            "pause": self._state,
            "resume": self._state,
            "propose": self._state,
            "dispute": self._state,
            "resolve": self._resolve,
            "restrict": self._restrict,
            "builder": self._builder,
            "fault": self._fault,
        }

    def put_down(self, document: Mapping[str, object]) -> None:
        """Set the scene at once, and put each step down for its time, in seconds from now."""
        for part, verb in (("leaders", "leader"), ("accounts", "account"), ("markets", "market")):
            for entry in cast(list[dict[str, object]], document.get(part) or []):
                self.run({**entry, "do": verb})
        for entry in cast(list[dict[str, object]], document.get("steps") or []):
            step = Step(entry)
            if step.verb not in self._verbs:
                raise ScriptError(f"no verb {step.verb!r}: there are {', '.join(sorted(self._verbs))}")
            self._director.later(step.at_ms, partial(self._act, entry))

    def _act(self, entry: Mapping[str, object]) -> None:
        self.run(entry)

    def run(self, entry: Mapping[str, object]) -> Result:
        """Act one step and say what came of it; what the venue refuses is an outcome, not a mistake."""
        step = Step(entry)
        verb = self._verbs.get(step.verb)
        if verb is None:
            raise ScriptError(f"no verb {step.verb!r}: there are {', '.join(sorted(self._verbs))}")
        try:
            return verb(step)
        except Refused as refusal:
            return {"refused": refusal.error, "status": refusal.status}

    # --- who and what ------------------------------------------------------------------------------------------------

    def _actor(self, name: str) -> Actor:
        if name == "house":
            return self._director.cast.house
        known = {plan.name: actor for plan, actor in self._director.cast.leaders} | self._actors
        if name in known:
            return known[name]
        account = self._exchange.accounts.by_wallet(name)
        if account is None:
            raise ScriptError(f"nobody is called {name!r}")
        return Actor(self._exchange, account, self._director.cast.house.dice)

    def _found(self, name: str) -> Market:
        catalog = self._exchange.catalog
        market = catalog.market(self._named.get(name, name)) or catalog.by_slug(name)
        if market is None:
            raise ScriptError(f"no market is called {name!r}")
        return market

    def _token(self, step: Step) -> str:
        market, outcome = self._found(step.text("market")), step.text("outcome", "0")
        if outcome in market.outcomes:
            return market.tokens[market.outcomes.index(outcome)]
        if outcome in {"0", "1"}:
            return market.tokens[int(outcome)]
        raise ScriptError(f"{market.question!r} has no outcome {outcome!r}: it has {', '.join(market.outcomes)}")

    # --- the scene ---------------------------------------------------------------------------------------------------

    def _leader(self, step: Step) -> Result:
        result = self._account(step)
        self._director.record.follow(str(result["wallet"]), step.text("name"), step.text("style", SCRIPTED))
        return result

    def _account(self, step: Step) -> Result:
        name = step.text("name")
        kind = int(step.text("signature_type", "3"))
        self._actors[name] = opened(self._exchange, name, step.micros("pusd", 10_000 * ONE), kind)
        return {"wallet": self._actors[name].wallet}

    def _market(self, step: Step) -> Result:
        plan = read_market(step, self._exchange.clock.now_ms())
        event = self._exchange.add_event(
            EventPlan(
                title=step.text("event", plan.question),
                neg_risk=plan.neg_risk,
                tags=plan.tags,
                end_ms=plan.end_ms,
                markets=(plan,),
            )
        )
        self._named[step.text("name", plan.question)] = event.conditions[0]
        return {"condition_id": event.conditions[0]}

    # --- orders ------------------------------------------------------------------------------------------------------

    def _order(self, step: Step, side: Side | None = None) -> Result:
        """Place an order: with a price as given, without one at the market. A sale needs the shares, as anywhere."""
        actor, token = self._actor(step.text("who")), self._token(step)
        chosen = side or cast(Side, step.choice("side", ("BUY", "SELL")))
        size = step.micros("size")
        if not step.has("price"):
            placed = actor.take(token, chosen, size, ticks=int(step.text("ticks", "2")))
            return {} if placed is None else {"order_id": placed.order_id, "status": placed.status}
        kind = cast(OrderType, step.choice("type", ("GTC", "FAK", "FOK", "GTD"), "GTC"))
        answer = self._exchange.quote(actor.wallet, token, chosen, step.micros("price"), size, order_type=kind)
        return {"order_id": answer.order_id, "status": answer.status, "trade_ids": list(answer.trade_ids)}

    def _cancel(self, step: Step) -> Result:
        wallet = self._actor(step.text("who")).wallet
        condition = self._found(step.text("market")).condition if step.has("market") else ""
        return {"canceled": list(self._exchange.cancel_market(wallet, condition=condition).canceled)}

    def _book(self, step: Step) -> Result:
        """Let the house quote exactly these levels of one outcome, instead of all it had in the market."""
        token, house = self._token(step), self._director.cast.house
        market = self._found(step.text("market"))
        self._exchange.cancel_market(house.wallet, condition=market.condition)
        for price, size in step.levels("bids"):
            self._exchange.quote(house.wallet, token, "BUY", price, size)
        asks = step.levels("asks")
        missing = sum(size for _, size in asks) - house.held(token)
        if missing > 0:
            self._exchange.split(house.wallet, market.condition, missing)
        for price, size in asks:
            self._exchange.quote(house.wallet, token, "SELL", price, size)
        return {}

    # --- what leaves no trade ----------------------------------------------------------------------------------------

    def _whole_sets(self, step: Step) -> Result:
        acts = {"split": self._exchange.split, "merge": self._exchange.merge, "convert": self._exchange.convert}
        wallet, condition = self._actor(step.text("who")).wallet, self._found(step.text("market")).condition
        row = acts[step.verb](wallet, condition, step.micros("size"))
        return {"transaction_hash": row.transaction_hash}

    def _redeem(self, step: Step) -> Result:
        market = self._found(step.text("market"))
        row = self._exchange.redeem(self._actor(step.text("who")).wallet, market.condition)
        return {"transaction_hash": row.transaction_hash, "paid": decimal_text(row.cash)}

    def _transfer(self, step: Step) -> Result:
        sender, receiver = self._actor(step.text("who")).wallet, self._actor(step.text("to")).wallet
        row = self._exchange.transfer(sender, receiver, self._token(step), step.micros("size"))
        return {"transaction_hash": row.transaction_hash}

    def _cash(self, step: Step) -> Result:
        act = self._exchange.deposit if step.verb == "deposit" else self._exchange.withdraw
        return {"transaction_hash": act(self._actor(step.text("who")).wallet, step.micros("pusd")).transaction_hash}

    def _reward(self, step: Step) -> Result:
        kinds = ("REWARD", "MAKER_REBATE", "TAKER_REBATE", "YIELD")
        kind = cast(ActivityKind, step.choice("kind", kinds, "REWARD"))
        row = self._exchange.reward(self._actor(step.text("who")).wallet, step.micros("pusd"), kind)
        return {"transaction_hash": row.transaction_hash}

    def _restrict(self, step: Step) -> Result:
        """Change what the venue and the chain let an account do; what is not said stays."""
        account = self._actor(step.text("who")).account
        account.banned = step.truth("banned", default=account.banned)
        account.closed_only = step.truth("closed_only", default=account.closed_only)
        if step.has("approved"):
            approvals = APPROVALS if step.truth("approved", default=True) else frozenset[str]()
            account.allowances = set(approvals)
        return {"banned": account.banned, "closed_only": account.closed_only, "approvals": len(account.allowances)}

    def _builder(self, step: Step) -> Result:
        """Make a builder code known, with its rates and the wallet it pays."""
        wallet = self._actor(step.text("who")).wallet if step.has("who") else ""
        rates = (int(step.text("maker_bps", "0")), int(step.text("taker_bps", "0")))
        builder = Builder(code=step.text("code"), maker_bps=rates[0], taker_bps=rates[1], wallet=wallet)
        self._exchange.builders.add(builder)
        return {"code": builder.code}

    # --- the venue ---------------------------------------------------------------------------------------------------

    def _tick(self, step: Step) -> Result:
        self._exchange.change_tick(self._found(step.text("market")).condition, step.micros("tick"))
        return {}

    def _state(self, step: Step) -> Result:
        acts = {
            "pause": self._exchange.pause,
            "resume": self._exchange.resume,
            "propose": self._exchange.propose,
            "dispute": self._exchange.dispute,
        }
        acts[step.verb](self._found(step.text("market")).condition)
        return {}

    def _resolve(self, step: Step) -> Result:
        """End a market: `winner` names an outcome, `half` shares."""
        market, winner = self._found(step.text("market")), step.text("winner")
        if winner == "half":
            payouts = (ONE // 2, ONE // 2)
        elif winner in market.outcomes:
            payouts = (ONE, 0) if market.outcomes.index(winner) == 0 else (0, ONE)
        else:
            raise ScriptError(f"winner must be half or one of {', '.join(market.outcomes)}")
        self._exchange.resolve(market.condition, payouts)
        return {"payouts": [decimal_text(payout) for payout in payouts]}

    def _fault(self, step: Step) -> Result:
        name = step.text("name")
        if step.text("on", "true").lower() == "false":
            self._exchange.faults.clear(name)
            return {}
        self._exchange.faults.set(name, **step.mapping("params"))
        return {}
