"""Relations at work: their states, several accounts of one leader, and how each account's share is its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copydesk.domain.decision import Approved
from copydesk.domain.events import DecisionMade, Deposited
from copydesk.domain.exits import Exits, MirrorStyle
from copydesk.domain.ids import AccountId, Wallet
from copydesk.domain.limits import AmountMode, Relation, RelationState
from copydesk.domain.trade import LeaderTrade, Side
from copydesk.ports import LedgerStore
from tests.builders import LEADER, a_relation, a_trade, usdc
from tests.worlds import a_store, run

OTHER = Wallet("0x" + "2f" * 20)
EASY: dict[str, Any] = {"age_max_ms": 60_000, "depth_min": usdc(1), "spread_max": None, "price_moved_max_bps": None}


def tx(number: int) -> str:
    return f"0x{number:064x}"


def bought() -> list[LeaderTrade]:
    return [a_trade(size=500, tx=tx(1)), a_trade(size=500, tx=tx(2), at_s=20)]


def sold() -> list[LeaderTrade]:
    return [a_trade(size=1_000, tx=tx(3), side=Side.SELL, at_s=60), a_trade(size=900, tx=tx(4), at_s=90)]


def verdicts(store: LedgerStore, account: str = "desk") -> list[str]:
    made = [entry.fact.decision for _, entry in store.entries() if isinstance(entry.fact, DecisionMade)]
    own = [each for each in made if each.account == account]
    return ["copied" if isinstance(each, Approved) else str(each.reason) for each in own]


@pytest.mark.parametrize(
    ("state", "mirror", "sale"),
    [
        (RelationState.PAUSED, MirrorStyle.PROPORTIONAL, "copied"),
        (RelationState.STOPPED_KEEP, MirrorStyle.MANUAL, "exit_not_mirrored"),
        (RelationState.STOPPED_HAND_OVER, MirrorStyle.NONE, "exit_not_mirrored"),
        (RelationState.STOPPED_CLOSE, MirrorStyle.ALL_OUT, "copied"),
    ],
)
def test_a_relation_that_does_not_copy_leaves_as_its_state_says(
    tmp_path: Path, state: RelationState, mirror: MirrorStyle, sale: str
) -> None:
    """E2, C28: no entry in any of the states; the leader's sale is followed, or it is not."""
    store = a_store(tmp_path)
    run(store, bought(), relations=(a_relation(leader=LEADER, **EASY),))
    changed = a_relation(leader=LEADER, state=state, exits=Exits(mirror=mirror), version="changed", **EASY)
    run(store, [*bought(), *sold()], relations=(changed,), version="changed")
    assert verdicts(store) == ["copied", "copied", sale, "not_copying"]


def of_account(name: str, leader: Wallet = LEADER, **said: Any) -> Relation:
    return a_relation(account=AccountId(name), leader=leader, **(EASY | said))


def test_two_accounts_of_one_leader_each_decide_by_their_own(tmp_path: Path) -> None:
    """E9, S0.19: each has its own chain, its own limits and its own money."""
    store = a_store(tmp_path)
    relations = (of_account("big"), of_account("small", trade_max=usdc(10)))
    run(store, bought(), relations=relations, bankrolls={AccountId("small"): usdc(100)})
    assert verdicts(store, "big") == verdicts(store, "small") == ["copied", "copied"]
    given = {entry.account: entry.fact.amount for _, entry in store.entries() if isinstance(entry.fact, Deposited)}
    assert given == {"big": usdc(1_000), "small": usdc(100)}
    made = [entry.fact.decision for _, entry in store.entries() if isinstance(entry.fact, DecisionMade)]
    most = {str(each.account): int(each.reserve) for each in made if isinstance(each, Approved)}
    assert most["small"] <= int(usdc(10)) < most["big"]


def test_an_equal_share_is_of_the_leaders_of_the_account(tmp_path: Path) -> None:
    """S0.23: what another account follows makes no share smaller."""
    store = a_store(tmp_path)
    equal: dict[str, Any] = {"mode": AmountMode.EQUAL, "parts": 1}
    relations = (of_account("one", **equal), of_account("two", **equal), of_account("two", OTHER, **equal))
    run(store, bought()[:1], relations=relations)
    made = [entry.fact.decision for _, entry in store.entries() if isinstance(entry.fact, DecisionMade)]
    shares = {str(each.account): int(each.sizing[1].amount) for each in made if isinstance(each, Approved)}
    assert shares["one"] == 2 * shares["two"]
