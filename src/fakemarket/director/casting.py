"""Who is there: the house, the crowd, the leaders and some accounts for whoever connects."""

from dataclasses import dataclass
from typing import Final

from fakemarket.director.actor import Actor
from fakemarket.director.prices import dice_of
from fakemarket.director.scenario import LeaderPlan, Scenario
from fakemarket.world.accounts import Account, AccountPlan
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import ONE

HOUSE_PUSD: Final = 1_000_000_000 * ONE
PASSER_PUSD: Final = 20_000 * ONE
SIGNATURE_TYPES: Final = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody the director opened an account for, by part."""

    house: Actor
    passers: tuple[Actor, ...]
    leaders: tuple[tuple[LeaderPlan, Actor], ...]
    guests: tuple[Account, ...]


def cast_for(exchange: Exchange, scenario: Scenario) -> Cast:
    """Open all accounts of a scenario; one stranger has nearly the first leader's name, as impostors do."""
    leaders = tuple((plan, opened(exchange, plan.name, plan.pusd, plan.signature_type)) for plan in scenario.leaders)
    names = [f"passer-by-{number}" for number in range(1, scenario.passers + 1)]
    if scenario.leaders and names:
        names[-1] = f"{scenario.leaders[0].name}_"
    return Cast(
        house=opened(exchange, "", HOUSE_PUSD, 3),
        passers=tuple(opened(exchange, name, PASSER_PUSD, 3) for name in names),
        leaders=leaders,
        guests=tuple(
            exchange.open_account(AccountPlan(pusd=scenario.account_pusd, signature_type=kind, name=f"guest-{kind}"))
            for kind in SIGNATURE_TYPES
        ),
    )


def opened(exchange: Exchange, name: str, pusd: int, signature_type: int) -> Actor:
    """Open an account and give it a hand with dice of its own."""
    account = exchange.open_account(AccountPlan(pusd=pusd, signature_type=signature_type, name=name))
    return Actor(exchange, account, dice_of(exchange.plan.seed, f"actor/{name or 'house'}"))
