"""Three layers, top, account and relation: a lower one may tighten a safety limit of the one above, never loosen it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from copydesk.domain.errors import BadInput
from copydesk.domain.ids import AccountId, Wallet
from copydesk.domain.limits import AmountMode, Conflict
from copydesk.settings.layers import flat, load
from copydesk.settings.limits import bankrolls, relations
from copydesk.settings.lower_layers import leaders_named
from copydesk.settings.schema import Settings
from copydesk.settings.tightening import ORDERED, SAFETY, direction, is_tighter
from tests.builders import price, usdc

ONE, TWO = "0x" + "1e" * 20, "0x" + "2f" * 20


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No user file, an empty working folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


def one_leader(**said: str) -> str:
    parts = "".join(f", {name}: {value}" for name, value in said.items())
    return f"[{{wallet: '{ONE}'{parts}}}]"


# --- which way is tighter --------------------------------------------------------------------------------------------


def safety_limits() -> list[str]:
    """Every limit of the safety groups, by path."""
    paths = []
    for name in SAFETY:
        value = getattr(Settings(), name, None)
        if value is None:
            continue
        paths += [path for path, _ in flat(value, f"{name}.")] if isinstance(value, BaseModel) else [name]
    return paths


def test_every_safety_limit_says_which_way_is_tighter() -> None:
    """A limit without a direction could not be changed by a lower layer at all."""
    unsaid = [path for path in safety_limits() if direction(path) is None]
    assert not unsaid, (
        f"Say in LISTED or ORDERED of settings/tightening.py which way these are tighter: {', '.join(unsaid)}"
    )


@pytest.mark.parametrize(
    ("path", "limit", "tighter", "looser"),
    [
        ("gates.age_max_s", 30, 12, 31),
        ("gates.price_min", Decimal("0.03"), Decimal("0.05"), Decimal("0.02")),
        ("gates.price_moved_max_bps", 400, 0, None),
        ("gates.depth_min_usdc", Decimal(150), Decimal(151), None),
        ("gates.resolution_floor_s", 600, 3_600, 599),
        ("gates.sides", ("BUY", "SELL"), ("SELL",), ("BUY", "SELL", "OTHER")),
        ("gates.markets_denied", ("a",), ("a", "b"), ("b",)),
        ("gates.markets_allowed", ("a", "b"), ("a",), ("a", "c")),
        ("gates.markets_allowed", ("a",), ("a",), ()),
        ("gates.unknown_end", "allow", "refuse", None),
        ("gates.unknown_end", "refuse", "refuse", "allow"),
        ("caps.trade_max_usdc", Decimal(200), Decimal("199.99"), Decimal("200.01")),
        ("caps.leader_bps", 2_000, 1_999, 2_001),
        ("caps.reserve_bps", 1_000, 2_000, 999),
        ("caps.market_max_usdc", Decimal(1), Decimal(1), None),
        ("slip_max_bps", 400, 399, 401),
    ],
)
def test_tighter_passes_and_looser_does_not(path: str, limit: object, tighter: object, looser: object) -> None:
    """The very limit is not looser; `null` is off."""
    assert is_tighter(path, tighter, limit)
    assert is_tighter(path, limit, limit)
    assert not is_tighter(path, looser, limit)


def test_what_is_off_above_can_be_switched_on_below() -> None:
    assert is_tighter("caps.market_max_usdc", Decimal(5), None)
    assert is_tighter("gates.markets_allowed", ("a",), ())


def test_a_limit_without_a_direction_cannot_be_changed() -> None:
    """Fail closed: what nobody judged is not judged to be tighter."""
    assert not is_tighter("gates.mystery", 1, 2)
    assert not is_tighter("gates.mystery", 2, 1)
    assert not is_tighter("gates.mystery", 1, None)
    assert is_tighter("gates.mystery", 1, 1)


def test_the_words_in_order_are_all_the_words_there_are() -> None:
    for path, words in ORDERED.items():
        for word in words:
            load({path: str(word)})


# --- a relation ------------------------------------------------------------------------------------------------------


def test_a_relation_says_only_what_is_otherwise() -> None:
    """S1.4: the rest is the account's, whatever that is."""
    loaded = load({
        "caps.trade_bps": "100",
        "leaders": one_leader(caps="{trade_max_usdc: 50}", gates="{sides: [BUY], price_max: 0.9}", slip_max_bps="100"),
    })  # fmt: skip
    (relation,) = relations(loaded)
    assert (relation.limits.caps.trade_max, relation.limits.caps.trade_bps) == (usdc(50), 100)
    assert (relation.limits.gates.sides, relation.limits.gates.price_max) == (("BUY",), price("0.9"))
    assert relation.limits.slip_max_bps == 100
    assert relation.limits.version == loaded.version


def test_a_relation_can_have_another_amount() -> None:
    """S0.22: how much is no safety limit; the caps bind whatever it is."""
    (relation,) = relations(load({"leaders": one_leader(amount="{mode: fixed, fixed_usdc: 999}")}))
    assert (relation.limits.amount.mode, relation.limits.amount.fixed) == (AmountMode.FIXED, usdc(999))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"caps": "{trade_max_usdc: 500}"}, r"caps.trade_max_usdc: found 500; allowed at most 200, as account desk"),
        ({"caps": "{reserve_bps: 0}"}, r"caps.reserve_bps: found 0; allowed at least 1000"),
        ({"gates": "{spread_max: null}"}, r"gates.spread_max: found off; allowed at most 0.03"),
        ({"gates": "{spread_max: wide}"}, r"gates.spread_max: found 'wide'"),
        ({"gates": "{spreed: 1}"}, r"gates.spreed: found no such setting"),
        ({"gates": "{unknown_end: allow}"}, r"gates.unknown_end: found allow; allowed at least refuse"),
        ({"slip_max_bps": "401"}, r"slip_max_bps: found 401; allowed at most 400"),
        ({"amount": "{mode: exact}"}, r"amount.mode: found exact; allowed `exact` for all relations or none"),
        ({"mode": "live"}, r"leaders.0.mode .*this version sends no orders"),
    ],
)
def test_a_loosening_is_refused_when_the_settings_are_read(said: dict[str, str], words: str) -> None:
    """What was found, what is allowed, and what to do; `config validate` says it before anything runs."""
    with pytest.raises(BadInput, match=words):
        load({"leaders": one_leader(**said)})


# --- accounts --------------------------------------------------------------------------------------------------------

ACCOUNTS = (
    f"[{{id: main}}, {{id: small, client: you, bankroll_usdc: 100, caps: {{trade_max_usdc: 20}}, "
    f"leaders: [{{wallet: '{TWO}', caps: {{trade_max_usdc: 10}}}}, {{wallet: '{ONE}'}}]}}]"
)


def test_several_accounts_copy_several_leaders() -> None:
    """E9: an account inherits what it does not say, and each relation is bound by its own three layers."""
    loaded = load({"accounts": ACCOUNTS, "leaders": one_leader(), "account.client": "me"})
    made = {(each.account, each.leader): each for each in relations(loaded)}
    assert [(account, leader) for account, leader in made] == [("main", ONE), ("small", TWO), ("small", ONE)]
    most = [each.limits.caps.trade_max for each in made.values()]
    assert most == [usdc(200), usdc(10), usdc(20)]
    assert {each.client for (account, _), each in made.items() if account == "small"} == {"you"}
    assert bankrolls(loaded.settings) == {AccountId("main"): usdc(1_000), AccountId("small"): usdc(100)}
    assert leaders_named(loaded.settings) == (ONE, TWO)


def test_a_relation_is_bound_by_its_account_not_only_by_the_top() -> None:
    loose = ACCOUNTS.replace("trade_max_usdc: 10", "trade_max_usdc: 21")
    with pytest.raises(BadInput, match="found 21; allowed at most 20, as account small has it"):
        load({"accounts": loose})


def test_an_account_is_bound_by_the_top() -> None:
    with pytest.raises(BadInput, match=r"accounts\[small\].caps.trade_max_usdc: found 20; allowed at most 5, as the"):
        load({"accounts": ACCOUNTS, "caps.trade_max_usdc": "5", "caps.trade_min_usdc": "1"})


def test_two_accounts_of_one_name_are_refused() -> None:
    with pytest.raises(BadInput, match="accounts: found a twice; allowed each account once"):
        load({"accounts": "[{id: a}, {id: a}]"})


def test_an_account_without_leaders_of_its_own_copies_those_at_the_top() -> None:
    loaded = load({"accounts": "[{id: a}, {id: b}]", "leaders": one_leader()})
    assert [(each.account, each.leader) for each in relations(loaded)] == [("a", Wallet(ONE)), ("b", Wallet(ONE))]


@pytest.mark.parametrize(
    ("path", "limit", "wanted", "is_allowed"),
    [
        ("gates.add_on", "allow", "once", True),
        ("gates.add_on", "once", "never", True),
        ("gates.add_on", "once", "lower", False),
        ("gates.add_on", "lower", "once", False),
        ("gates.add_on", "once", "allow", False),
        ("gates.conflict", Conflict.BOTH, Conflict.NET, True),
        ("gates.conflict", Conflict.NET, Conflict.NONE, True),
        ("gates.conflict", Conflict.NET, Conflict.FIRST, False),
        ("gates.conflict", Conflict.FIRST, Conflict.NET, False),
        ("gates.conflict", Conflict.NONE, Conflict.NET, False),
    ],
)
def test_of_two_policies_that_cannot_be_compared_neither_is_tighter(
    path: str, limit: object, wanted: object, is_allowed: object
) -> None:
    """E6, E22: once more at any price and any number below the price are different things."""
    assert is_tighter(path, wanted, limit) is is_allowed
