"""The three layers joined: the settings at the top, what an account says otherwise, and what a relation does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ValidationError

from copydesk.domain.errors import BadInput
from copydesk.domain.limits import AmountMode
from copydesk.settings.schema import Settings
from copydesk.settings.tightening import SAFETY, Tighter, direction, is_tighter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from copydesk.settings.relation_settings import LeaderSettings, LowerLayer


OWN = {"leaders", "accounts", "account", "mode", "preset"}
"""What is not inherited: each layer has its own, or it stands at the top alone."""
LOWER = {"leaders", "accounts"}
"""The lower layers themselves."""


class Account(NamedTuple):
    """One account as its own layer and those above make it; `settings` are what binds it."""

    id: str
    client: str
    bankroll_usdc: Decimal
    settings: Settings
    leaders: tuple[LeaderSettings, ...]


def accounts(settings: Settings) -> tuple[Account, ...]:
    """Every account: those of `accounts`, or the one of `account`. Raises `BadInput` for a loosening."""
    usual = settings.account
    if not settings.accounts:
        return (Account(usual.id, usual.client, usual.bankroll_usdc, settings, settings.leaders),)
    made: dict[str, Account] = {}
    for each in settings.accounts:
        if each.id in made:
            raise BadInput("accounts", found=f"{each.id} twice", allowed="each account once")
        made[each.id] = Account(
            each.id,
            usual.client if each.client is None else each.client,
            usual.bankroll_usdc if each.bankroll_usdc is None else each.bankroll_usdc,
            joined(settings, each, f"accounts[{each.id}]", "the settings at the top"),
            settings.leaders if each.leaders is None else each.leaders,
        )
    return tuple(made.values())


def of_relation(account: Account, leader: LeaderSettings | None) -> Settings:
    """What binds one relation. Raises `BadInput` for a loosening."""
    if leader is None:
        return account.settings
    return joined(account.settings, leader, f"leaders[{leader.wallet}]", f"account {account.id}")


def check_layers(settings: Settings) -> None:
    """Raise `BadInput` unless every account and relation can be joined with what stands above it."""
    for account in accounts(settings):
        for leader in account.leaders:
            of_relation(account, leader)


def leaders_named(settings: Settings) -> tuple[str, ...]:
    """Every leader that any account names, each once, as it is named."""
    return tuple(dict.fromkeys(leader.wallet for account in accounts(settings) for leader in account.leaders))


def joined(above: Settings, layer: LowerLayer, where: str, whose: str) -> Settings:
    """The settings `above` with what `layer` says otherwise. Raises `BadInput` for what is wrong or looser."""
    said = _said(layer)
    if not said:
        return above
    tree = above.model_dump(exclude=LOWER)
    for name, value in said.items():
        if isinstance(value, dict):
            tree[name] = {**tree[name], **value}
        else:
            tree[name] = value
    below = _checked(tree, where)
    for path in _paths(said):
        if path.partition(".")[0] in SAFETY:
            _require_tighter(path, above, below, where, whose)
    if AmountMode.EXACT in (above.amount.mode, below.amount.mode) and above.amount.mode is not below.amount.mode:
        raise BadInput(f"{where}.amount.mode", found=below.amount.mode, allowed="`exact` for all relations or none")
    return below


def _said(layer: LowerLayer) -> dict[str, object]:
    """What a layer says of settings that are also at the top; an empty group and an unset limit say nothing."""
    names = (name for name in type(layer).model_fields if name in Settings.model_fields and name not in OWN)
    own = {name: getattr(layer, name) for name in names}
    return {name: value for name, value in own.items() if value}


def _paths(said: dict[str, object]) -> Iterator[str]:
    for name, value in said.items():
        if isinstance(value, dict):
            yield from (f"{name}.{part}" for part in value)
        else:
            yield name


def _checked(tree: dict[str, object], where: str) -> Settings:
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        is_unknown = first["type"] == "extra_forbidden"
        raise BadInput(
            f"{where}.{path}",
            found="no such setting" if is_unknown else repr(first["input"]),
            allowed="the settings that `copydesk config show` lists" if is_unknown else first["msg"],
            remedy="correct it and run `copydesk config validate`",
        ) from error


def _require_tighter(path: str, above: Settings, below: Settings, where: str, whose: str) -> None:
    limit, wanted = value_at(above, path), value_at(below, path)
    if not is_tighter(path, wanted, limit):
        way = direction(path) or Tighter.SAME
        raise BadInput(
            f"{where}.{path}",
            found=_words(wanted),
            allowed=f"{way.value} {_words(limit)}, as {whose} has it",
            remedy="a lower layer can only be tighter: take it out, or loosen the layer above",
        )


def value_at(settings: BaseModel, path: str) -> object:
    """The value at a dotted path."""
    value: object = settings
    for name in path.split("."):
        value = getattr(value, name)
    return value


def _words(value: object) -> str:
    if value is None:
        return "off"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value)
