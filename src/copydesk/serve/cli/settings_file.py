"""The text of a new settings file: what was asked for, and beside it, as comments, what people change most."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import TYPE_CHECKING

from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.settings.schema import Settings

HEAD = """\
# The settings of this desk. `copydesk config show --origin` lists every setting, its value and where it comes from;
# `copydesk config validate` checks them. Behind a # stands the value that holds anyway. To change one, remove the #
# before it and before the name of its group.
"""

OFTEN_CHANGED: tuple[tuple[str, str], ...] = (
    ("gates.age_max_s", "seconds after the leader's trade from which an entry is too late"),
    ("gates.price_min", "no entry below this price"),
    ("gates.price_max", "no entry above this price"),
    ("gates.price_moved_max_bps", "how far the price may have moved against us, in basis points"),
    ("gates.spread_max", "widest spread, in dollars a share"),
    ("gates.leader_notional_min_usdc", "trades of the leader below this are not copied"),
    ("gates.positions_max", "how many positions may be open"),
    ("amount.mode", "see docs/settings.md; pro_rata, copy_factor, equal, fixed, kelly and more"),
    ("amount.fixed_usdc", "the stake of mode fixed"),
    ("amount.factor_bps", "the part of the leader's stake in copy_factor, 10000 is all of it"),
    ("caps.trade_max_usdc", "the most for one trade"),
    ("caps.market_bps", "the most in one market, in basis points of the bankroll"),
    ("caps.leader_bps", "the most behind one leader"),
    ("caps.total_bps", "the most in all"),
    ("pace.poll_ms", "how often each leader's trades are asked for"),
    ("log.level", "debug, info, warning or error"),
)
"""What a new file shows of the other settings, by path, each with a word on what it does."""

_COMMENT_AT = 42


def settings_file(preset: str, bankroll: str, leaders: Sequence[str]) -> str:
    """The text of the file. Raises `BadInput` for a bankroll that is no number or a preset that is not known."""
    from copydesk.settings.layers import load_preset

    given = (
        HEAD,
        _line(f"preset: {json.dumps(preset)}", "balanced, selective, mirror, equal, dynamic, custom"),
        "account:",
        _line(f"  bankroll_usdc: {_dollars(bankroll)}", "what the desk starts with, on paper"),
        "",
        *_leaders(leaders),
    )
    return "\n".join((*given, "", *_others(load_preset(preset)), ""))


def _dollars(text: str) -> str:
    try:
        amount = Decimal(text.replace(",", "").removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount <= 0:
        raise BadInput("bankroll", found=repr(text), allowed="dollars, more than 0", remedy="for example 1000")
    return f"{amount:f}"


def _leaders(names: Sequence[str]) -> list[str]:
    head = "# Whom to copy: a wallet, a profile's address, or a name. `copydesk up` says which wallet it found."
    if not names:
        return [head, "leaders: []", "#leaders:", '#  - wallet: "0x0000000000000000000000000000000000000000"']
    rows = [head, "leaders:"]
    for name in names:
        rows.append(f"  - wallet: {json.dumps(name.strip())}")
        rows.append(_line("#    bankroll_usdc: 50000", "what the leader trades with, if you know it"))
        rows.append(_line("#    copy_existing: true", "also buy what the leader holds already, at its price or better"))
    return rows


def _others(settings: Settings) -> list[str]:
    """The other settings as comments, group by group."""
    rows: list[str] = []
    group = ""
    for path, words in OFTEN_CHANGED:
        parent, _, name = path.rpartition(".")
        if parent != group:
            rows.append(f"#{parent}:")
            group = parent
        rows.append(_line(f"#  {name}: {_plain(attrgetter(path)(settings))}", words))
    return rows


def _plain(value: object) -> str:
    return "null" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _line(setting: str, words: str) -> str:
    return f"{setting:<{_COMMENT_AT}}  # {words}"
