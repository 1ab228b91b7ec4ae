"""Leaders as a ledger alone tells of them: who is followed, how it goes, and what stands in the way."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.errors import BadInput
from copydesk.domain.events import LeaderFollowed, LeaderLeft
from copydesk.domain.ids import AccountId, TimeMs, Wallet
from copydesk.domain.money import NO_USDC, Usdc
from copydesk.flow.ledger.seal import open_entry
from copydesk.serve.cli.codes import NotFound
from copydesk.serve.cli.recount import Glance

if TYPE_CHECKING:
    from copydesk.domain.control import LeaderCutOff, RelationPaused
    from copydesk.flow.portfolio.fold import Portfolio
    from copydesk.serve.cli.ledger_rows import Ledger

KINDS = {str(fact.__struct_config__.tag) for fact in (LeaderFollowed, LeaderLeft)}
WALLET = re.compile(r"0x[0-9a-f]{40}")
NAMED_MAX = 8


class Leading(NamedTuple):
    """One leader of one account. `result` is what was realised after fees; `state` is the first that holds of cut off,
    paused, followed, left; `since` is from when it holds, None where no fact says."""

    account: AccountId
    leader: Wallet
    state: str
    positions_open: int
    exposure: Usdc
    result: Usdc
    since: TimeMs | None
    why: str


def leading(store: Ledger) -> tuple[Glance, list[Leading]]:
    """Every leader of every account: those cut off or paused first, then by what is at stake."""
    seen = Glance()
    followed: dict[tuple[AccountId, Wallet], TimeMs | None] = {}
    for row in store.rows():
        seen.take(row)
        if row.kind in KINDS:
            fact = open_entry(row).fact
            if isinstance(fact, LeaderFollowed):
                followed[row.account, fact.leader] = fact.since
            elif isinstance(fact, LeaderLeft):
                followed.pop((row.account, fact.leader), None)
    rows = [
        row
        for account, portfolio in seen.rest.portfolios.items()
        for row in _of(account, portfolio, {at: since for (name, at), since in followed.items() if name == account})
    ]
    return seen, sorted(rows, key=lambda row: (row.account, ORDER[row.state], -int(row.exposure), row.leader))


ORDER = {"cut off": 0, "paused": 1, "followed": 2, "left": 3}


def wallet_of(store: Ledger, text: str) -> Wallet:
    """The leader that is meant: a whole wallet, or the only one known that begins so."""
    text = text.strip().lower()
    if WALLET.fullmatch(text):
        return Wallet(text)
    known = sorted({row.leader for row in leading(store)[1]})
    found = [wallet for wallet in known if text and wallet.startswith(text)]
    if not found:
        raise NotFound(f"no leader {text}; the ledger has {', '.join(known[:NAMED_MAX]) or 'none'}")
    if len(found) > 1:
        raise BadInput("LEADER", found=f"{text}, which {len(found)} begin with", allowed="one: give more of the wallet")
    return found[0]


def _of(account: AccountId, portfolio: Portfolio, followed: dict[Wallet, TimeMs | None]) -> list[Leading]:
    controls, everybody = portfolio.controls, portfolio.controls.paused.get(None)
    opened = Counter(position.leader for position in portfolio.positions.values() if position.is_open)
    named = [leader for leader in controls.paused if leader is not None]
    results = portfolio.results.pnl_by_leader
    wallets = dict.fromkeys([*followed, *controls.cut_off, *named, *portfolio.exposure_by_leader, *opened, *results])
    rows = []
    for leader in wallets:
        pause = controls.paused.get(leader) or everybody
        state, since, why = _state(controls.cut_off.get(leader), pause, leader, followed)
        exposure, result = portfolio.exposure_by_leader.get(leader, NO_USDC), results.get(leader, NO_USDC)
        rows.append(Leading(account, leader, state, opened[leader], exposure, result, since, why))
    return rows


def _state(
    cut: LeaderCutOff | None, pause: RelationPaused | None, leader: Wallet, followed: dict[Wallet, TimeMs | None]
) -> tuple[str, TimeMs | None, str]:
    if cut is not None:
        return "cut off", cut.since, f"{cut.source}: {cut.words}"
    if leader in followed:
        return ("paused", pause.since, pause.words) if pause is not None else ("followed", followed[leader], "")
    return "left", None, ""
