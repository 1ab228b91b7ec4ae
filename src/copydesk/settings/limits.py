"""From checked settings to the plain data the flow uses: relations, with limits in micros, bps and milliseconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from copydesk.domain.errors import BadInput
from copydesk.domain.ids import AccountId, ClientId, Wallet
from copydesk.domain.limits import Amount, Caps, Limits, Relation
from copydesk.settings.exit_limits import exit_limits
from copydesk.settings.gate_limits import gate_limits
from copydesk.settings.micros import maybe_usdc, usdc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.settings.layers import Loaded
    from copydesk.settings.schema import CapSettings, LeaderSettings


_WALLET = re.compile(r"0x[0-9a-f]{40}|unknown:.+", re.DOTALL)
"""A wallet, or what stands in its place where a record has a name only."""


def relations(loaded: Loaded, wallets: Mapping[str, Wallet] | None = None) -> tuple[Relation, ...]:
    """Who copies whom: a relation for each leader named, or one that follows every leader if none is named.

    `wallets` has the wallet of each leader the settings name otherwise. Raises `BadInput` for one that it lacks, for
    a leader named twice, and for caps that would loosen the account's.
    """
    settings = loaded.settings
    account, client = AccountId(settings.account.id), ClientId(settings.account.client)
    if not settings.leaders:
        return (Relation(client=client, account=account, leader=None, limits=_limits(loaded, None)),)
    made: dict[Wallet, Relation] = {}
    for leader in settings.leaders:
        wallet = _wallet(leader.wallet, wallets or {})
        if wallet in made:
            raise BadInput("leaders", found=f"{wallet} twice", allowed="each leader once")
        made[wallet] = Relation(
            client=client,
            account=account,
            leader=wallet,
            limits=_limits(loaded, leader),
            copy_existing=leader.copy_existing,
        )
    return tuple(made.values())


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


def _limits(loaded: Loaded, leader: LeaderSettings | None) -> Limits:
    settings = loaded.settings
    amount = leader.amount if leader and leader.amount else settings.amount
    caps = _tightened(settings.caps, leader) if leader and leader.caps else settings.caps
    return Limits(
        version=loaded.version,
        gates=gate_limits(settings.gates),
        amount=Amount(
            mode=amount.mode,
            fixed=usdc(amount.fixed_usdc),
            factor_bps=amount.factor_bps,
            parts=amount.parts,
            leader_bankroll=None if leader is None else maybe_usdc(leader.bankroll_usdc),
        ),
        caps=_caps(caps),
        slip_max_bps=settings.slip_max_bps,
        exit_slip_max_bps=settings.exit_slip_max_bps,
        below_minimum=settings.below_minimum,
        sell_beyond_holding=settings.sell_beyond_holding,
        exits=exit_limits(settings.exits),
    )


def _caps(caps: CapSettings) -> Caps:
    return Caps(
        trade_min=usdc(caps.trade_min_usdc),
        trade_max=maybe_usdc(caps.trade_max_usdc),
        trade_bps=caps.trade_bps,
        market_max=maybe_usdc(caps.market_max_usdc),
        market_bps=caps.market_bps,
        leader_bps=caps.leader_bps,
        total_max=maybe_usdc(caps.total_max_usdc),
        total_bps=caps.total_bps,
        reserve_bps=caps.reserve_bps,
    )


def _tightened(account: CapSettings, leader: LeaderSettings) -> CapSettings:
    """A leader's own caps. Raises `BadInput` where one would loosen the account's."""
    own = leader.caps or account
    for name in ("trade_max_usdc", "trade_bps", "market_max_usdc", "market_bps", "leader_bps", "total_max_usdc",
                 "total_bps"):  # fmt: skip
        limit, wanted = getattr(account, name), getattr(own, name)
        if limit is not None and (wanted is None or wanted > limit):
            raise BadInput(
                f"leaders[{leader.wallet}].caps.{name}",
                found=str(wanted),
                allowed=f"at most the account's {limit}",
                remedy="a leader's caps can only be tighter",
            )
    return own
