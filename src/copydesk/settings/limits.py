"""From checked settings to the plain data the flow uses: relations, with limits in micros, bps and milliseconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from copydesk.domain.errors import BadInput
from copydesk.domain.ids import AccountId, ClientId, Wallet
from copydesk.domain.limits import Limits, Relation
from copydesk.settings.amount_limits import amount_limits
from copydesk.settings.cap_limits import cap_limits
from copydesk.settings.exit_limits import exit_limits
from copydesk.settings.gate_limits import gate_limits
from copydesk.settings.leader_gate_settings import track_record_rules
from copydesk.settings.leader_limits import of_state
from copydesk.settings.lower_layers import accounts, of_relation
from copydesk.settings.micros import maybe_price, usdc
from copydesk.settings.slip_settings import slip_bands
from copydesk.settings.stop_limits import stop_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.domain.money import Usdc
    from copydesk.settings.layers import Loaded
    from copydesk.settings.relation_settings import LeaderSettings
    from copydesk.settings.schema import Settings


_WALLET = re.compile(r"0x[0-9a-f]{40}|unknown:.+", re.DOTALL)
"""A wallet, or what stands in its place where a record has a name only."""


def relations(loaded: Loaded, wallets: Mapping[str, Wallet] | None = None) -> tuple[Relation, ...]:
    """Who copies whom: for each account a relation with each leader it names, or one with every leader if it has none.

    `wallets` has the wallet of each leader the settings name otherwise. Raises `BadInput` for one that it lacks, for
    a leader named twice, and for a limit that would loosen one of the layer above.
    """
    made: dict[tuple[str, Wallet | None], Relation] = {}
    for account in accounts(loaded.settings):
        for leader in account.leaders or (None,):
            wallet = None if leader is None else _wallet(leader.wallet, wallets or {})
            if (account.id, wallet) in made:
                raise BadInput("leaders", found=f"{wallet} twice", allowed="each leader once")
            made[account.id, wallet] = Relation(
                client=ClientId(account.client),
                account=AccountId(account.id),
                leader=wallet,
                limits=of_state(_limits(of_relation(account, leader), loaded.version, leader), leader),
                copy_existing=leader is not None and leader.copy_existing,
            )
    return tuple(made.values())


def bankrolls(settings: Settings) -> dict[AccountId, Usdc]:
    """What each account starts with."""
    return {AccountId(account.id): usdc(account.bankroll_usdc) for account in accounts(settings)}


def as_wallet(text: str) -> Wallet | None:
    """The wallet that a leader is named by; None for a profile's address or a name."""
    return Wallet(text.lower()) if _WALLET.fullmatch(text.lower()) else None


def _wallet(text: str, wallets: Mapping[str, Wallet]) -> Wallet:
    wallet = wallets.get(text) or as_wallet(text)
    if wallet is None:
        raise BadInput(
            "leader",
            found=repr(text),
            allowed="a wallet (0x and 40 hex digits)",
            remedy="`copydesk up` finds the wallet of a name or profile, a replay does not",
        )
    return wallet


def _limits(settings: Settings, version: str, leader: LeaderSettings | None) -> Limits:
    return Limits(
        version=version,
        gates=gate_limits(settings.gates),
        amount=amount_limits(settings.amount, leader),
        caps=cap_limits(settings.caps),
        stops=stop_limits(settings.stops),
        slip_max_bps=settings.slip_max_bps,
        exit_slip_max_bps=settings.exit_slip_max_bps,
        below_minimum=settings.below_minimum,
        sell_beyond_holding=settings.sell_beyond_holding,
        put_aside_max_ms=settings.put_aside_max_s * 1000,
        exits=exit_limits(settings.exits),
        track_record=track_record_rules(settings.gates, settings.caps.probation_bps),
        slip_max=maybe_price(settings.slip_max_usdc),
        exit_slip_max=maybe_price(settings.exit_slip_max_usdc),
        touch_slip_max_bps=settings.touch_slip_max_bps,
        slip_bands=slip_bands(settings.slip_bands),
    )
