"""Recorded decisions made again: bit-identical where nothing changed, every change counted and named (N7, S2.41)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.decision import Approved, Decision
from copydesk.domain.events import DecisionMade, Entry, Fact
from copydesk.domain.ids import AccountId, ClientId, TimeMs, Wallet
from copydesk.domain.limits import AmountMode, Relation
from copydesk.domain.market import Payout
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import LeaderTrade, Side
from copydesk.flow.ledger.seal import Sealer, open_entry
from copydesk.ports import LedgerStore
from copydesk.run.redecide import NO_SCENE, NOT_FOLLOWED, Agreement, Span, Today, agree, decide_again
from tests.builders import LEADER, NO, NOON, YES, a_relation, a_trade, price, usdc
from tests.worlds import run

ALL = Span(None, None)
OTHER = Wallet("0x" + "2f" * 20)
EASY: dict[str, Any] = {"age_max_ms": 60_000, "depth_min": usdc(1), "spread_max": None, "price_moved_max_bps": None}


def tx(number: int) -> str:
    return f"0x{number:064x}"


def a_ledger(trades: Sequence[LeaderTrade], *relations: Relation, **said: Any) -> MemoryLedgerStore:
    store = MemoryLedgerStore(open_entry)
    run(store, trades, relations=relations or (a_relation(**EASY),), **said)
    return store


def again(store: LedgerStore, *relations: Relation, is_halted: bool = False, span: Span = ALL) -> Agreement:
    return agree(store, Today(relations or (a_relation(**EASY),), is_halted), span)


def bought_and_sold() -> list[LeaderTrade]:
    """Two buys and a part sale of one token, a buy of another, and one more fill of an action decided before."""
    return [
        a_trade(size=500, tx=tx(1)),
        a_trade(size=400, tx=tx(2), at_s=30),
        a_trade(size=300, tx=tx(3), at_s=60, side=Side.SELL),
        a_trade(size=900, tx=tx(4), at_s=90, token=NO, price="0.55"),
        a_trade(size=20, tx=tx(1), at_s=120),
        a_trade(size=10, tx=tx(5), at_s=150, leader=OTHER, price="0.20"),
    ]


def reasons(store: LedgerStore) -> list[str]:
    made = [entry.fact.decision for _, entry in store.entries() if isinstance(entry.fact, DecisionMade)]
    return ["copied" if isinstance(each, Approved) else str(each.reason) for each in made]


def test_nothing_changes_where_nothing_changed() -> None:
    """N7: copies, an exit sized by what was held then, and an action decided before, all to the byte."""
    store = a_ledger(bought_and_sold())
    assert {"copied", "action_already_decided"} <= set(reasons(store))
    agreement = again(store)
    assert agreement.identical == agreement.decisions == agreement.same_version == len(reasons(store))
    assert (agreement.changed, agreement.other_numbers, agreement.missing) == (0, 0, {})
    assert agreement.first is None


@st.composite
def trades(draw: st.DrawFn) -> list[LeaderTrade]:
    made = []
    for number in range(draw(st.integers(1, 14))):
        made.append(
            a_trade(
                size=draw(st.integers(1, 3_000)),
                price=f"0.{draw(st.integers(2, 97)):02d}",
                tx=tx(draw(st.integers(1, 6))),
                at_s=7 * number,
                side=draw(st.sampled_from([Side.BUY, Side.BUY, Side.SELL])),
                token=draw(st.sampled_from([YES, YES, NO])),
                leader=draw(st.sampled_from([LEADER, LEADER, OTHER])),
            )
        )
    return made


@given(
    trades(),
    st.sampled_from(AmountMode),
    st.sampled_from([{}, {"positions_max": 1}, {"leader_bps": 300}, {"spread_max": price("0.02")}]),
    st.sampled_from(["running", "running", "halted"]),
)
def test_any_ledger_comes_out_again_under_its_own_settings(
    history: list[LeaderTrade], mode: AmountMode, limits: dict[str, Any], state: str
) -> None:
    """N7: the holdings are folded, the scene is recorded, and nothing else went into a decision."""
    is_halted = state == "halted"
    relation = a_relation(**(EASY | {"mode": mode} | limits))
    store = a_ledger(history, relation, is_halted=is_halted)
    agreement = again(store, relation, is_halted=is_halted)
    assert agreement.identical == agreement.decisions == len(reasons(store))


def test_a_tighter_limit_is_counted_by_what_became_of_what() -> None:
    """S2.41: per-reason diffs, and the first of them."""
    store = a_ledger(bought_and_sold())
    tighter = a_relation(**(EASY | {"version": "tighter", "price_max": price("0.50")}))
    agreement = again(store, tighter)
    assert agreement.changes == {("copied", "price_band"): 1}
    assert agreement.changed == 1
    assert agreement.same_version == 0
    assert agreement.first is not None
    assert agreement.first.then.signal.token == NO
    assert isinstance(agreement.first.then, Approved)
    assert agreement.first.now is not None
    assert agreement.first.now.settings_version == "tighter"


def test_another_name_for_the_same_settings_changes_nothing() -> None:
    """A release that knows more settings gives the same values another digest."""
    agreement = again(a_ledger(bought_and_sold()), a_relation(**(EASY | {"version": "renamed"})))
    assert agreement.identical == agreement.decisions
    assert agreement.same_version == 0


def test_a_limit_that_nothing_met_is_another_number_and_no_change() -> None:
    store = a_ledger(bought_and_sold())
    wider = a_relation(**(EASY | {"version": "wider", "price_max": price("0.98")}))
    agreement = again(store, wider)
    assert agreement.is_unchanged
    assert agreement.other_numbers > 0
    assert agreement.identical + agreement.other_numbers == agreement.decisions


def test_another_number_under_the_same_settings_is_a_change_of_the_code() -> None:
    """N7: the name of the settings is the same, so the limits were; whatever differs, we made it differ."""
    store = a_ledger(bought_and_sold())
    agreement = again(store, a_relation(**(EASY | {"price_max": price("0.98")})))
    assert not agreement.is_unchanged
    assert agreement.changes[("copied", "copied, other numbers")] == reasons(store).count("copied") - 1
    assert agreement.other_numbers == agreement.changed


def test_a_copy_of_another_size_is_a_change() -> None:
    agreement = again(a_ledger(bought_and_sold()[:1]), a_relation(**(EASY | {"version": "b", "fixed": usdc(11)})))
    assert agreement.changes == {("copied", "copied, another order"): 1}


def test_each_decision_is_made_where_it_stood() -> None:
    """A change is not carried on: the sale finds what was held then, though the first buy is now refused."""
    store = a_ledger(bought_and_sold()[:3])
    agreement = again(store, a_relation(**(EASY | {"version": "b", "price_max": price("0.30")})))
    assert agreement.changes == {("copied", "price_band"): 2}
    assert agreement.first is not None
    assert agreement.first.then.signal.tx_hashes == (tx(1),)


def test_a_leader_who_is_not_followed_any_more_is_a_change() -> None:
    store = a_ledger(bought_and_sold())
    agreement = again(store, a_relation(**(EASY | {"leader": OTHER})))
    assert sum(agreement.changes.values()) == len(reasons(store)) - 1
    assert {now for _, now in agreement.changes} == {NOT_FOLLOWED}
    assert agreement.is_complete
    assert agreement.first is not None
    assert agreement.first.now is None


def test_decisions_of_other_accounts_are_left_out_and_counted() -> None:
    store = a_ledger(bought_and_sold())
    agreement = again(store, a_relation(**(EASY | {"account": AccountId("other")})))
    assert (agreement.decisions, agreement.elsewhere) == (0, len(reasons(store)))


def test_another_client_of_the_account_does_not_stand_in_for_the_one_who_followed() -> None:
    agreement = again(a_ledger(bought_and_sold()), a_relation(**(EASY | {"client": ClientId("you")})))
    assert {now for _, now in agreement.changes} == {NOT_FOLLOWED}


def test_a_halt_today_stops_the_entries_and_no_exit() -> None:
    store = a_ledger(bought_and_sold())
    agreement = again(store, is_halted=True)
    assert agreement.changes[("copied", "halted")] == 3
    sale = next(pair for pair in decide_again(store, Today((a_relation(**EASY),), is_halted=True), ALL)
                if pair.then.signal.side is Side.SELL)  # fmt: skip
    assert sale.is_identical


def test_a_halt_on_record_stays_one() -> None:
    """Whoever halted the desk then, these settings do not undo it."""
    store = a_ledger(bought_and_sold(), is_halted=True)
    assert "halted" in reasons(store)
    assert again(store, is_halted=False).is_unchanged


def test_a_market_that_was_over_is_over_again() -> None:
    """The result is known today of every market; what counts is whether it was known then."""
    over = {YES.id: Payout(per_share=price("1"), resolved_at=TimeMs(NOON + 20_000))}
    store = a_ledger(bought_and_sold()[:2], payouts=over)
    assert reasons(store) == ["copied", "market_closed"]
    assert again(store).identical == 2


def test_only_the_span_is_made_again_on_all_of_the_holdings() -> None:
    store = a_ledger(bought_and_sold())
    times = [pair.then.decided_at for pair in decide_again(store, Today((a_relation(**EASY),), is_halted=False), ALL)]
    late = again(store, span=Span(times[2], None))
    early = again(store, span=Span(None, times[2]))
    assert late.decisions == len(times) - 2
    assert late.identical == late.decisions > 0
    assert early.identical == early.decisions > 0
    assert late.decisions + early.decisions == len(reasons(store))


class Listed(MemoryLedgerStore):
    """A ledger of the entries it is given, with the claims of another."""

    def __init__(self, claims: LedgerStore, entries: list[Entry]) -> None:
        super().__init__(open_entry)
        self._claimed_by, self._listed = claims, entries

    def entries(self, account: AccountId | None = None, after: int = 0) -> Any:
        """As `LedgerStore.entries`."""
        return iter(list(enumerate(self._listed, start=1))[after:])

    def decided(self, account: AccountId, actions: Any, up_to: int) -> Any:
        """As `LedgerStore.decided`."""
        return self._claimed_by.decided(account, actions, up_to)


def sealed_with(store: LedgerStore, change: Any) -> Listed:
    """The same ledger with every decision changed before it is sealed."""
    sealer = Sealer(AccountId("desk"))
    entries = []
    for _, entry in store.entries():
        fact: Fact = change(entry.fact) if isinstance(entry.fact, DecisionMade) else entry.fact
        entries.append(sealer.seal(fact, entry.recorded_at, entry.origin))
    return Listed(store, entries)


def test_what_was_recorded_before_scenes_is_said_to_be_missing() -> None:
    """Never a guess, and never silently agreed."""
    old = sealed_with(a_ledger(bought_and_sold()), lambda fact: DecisionMade(decision=fact.decision))
    agreement = again(old)
    assert agreement.missing == {NO_SCENE: agreement.decisions}
    assert agreement.is_unchanged
    assert not agreement.is_complete


def test_a_depth_that_was_not_kept_is_said_to_be_missing() -> None:
    store = a_ledger(bought_and_sold(), a_relation(**(EASY | {"depth_within": price("0.01")})))
    agreement = again(store, a_relation(**(EASY | {"version": "b", "depth_within": price("0.20")})))
    assert list(agreement.missing) == ["asks further than 0.01 from the best"]
    assert not agreement.is_complete


def test_a_changed_record_does_not_agree() -> None:
    """The comparison is with the bytes that were sealed, not with what they decode to."""

    def shifted(fact: DecisionMade) -> DecisionMade:
        decision: Decision = fact.decision
        checks = tuple(msgspec.structs.replace(check, unit=f"{check.unit}!") for check in decision.checks)
        return msgspec.structs.replace(fact, decision=msgspec.structs.replace(decision, checks=checks))

    agreement = again(sealed_with(a_ledger(bought_and_sold()), shifted))
    assert agreement.identical == 0
    assert agreement.changed == agreement.decisions


@pytest.mark.parametrize("reason", [Reason.PRICE_BAND, Reason.LEADER_NOTIONAL, Reason.DEPTH])
def test_what_a_gate_refused_then_is_copied_when_the_gate_is_opened(reason: Reason) -> None:
    """The scene holds what the gates behind the refusal would have looked at."""
    shut: dict[Reason, dict[str, Any]] = {
        Reason.PRICE_BAND: {"price_min": price("0.90")},
        Reason.LEADER_NOTIONAL: {"leader_notional_min": usdc(5_000)},
        Reason.DEPTH: {"depth_min": usdc(50_000)},
    }
    store = a_ledger(bought_and_sold()[:2], a_relation(**(EASY | shut[reason])))
    assert set(reasons(store)) == {str(reason)}
    open_now = a_relation(**(EASY | {"version": "open"}))
    assert again(store, open_now).changes == {(str(reason), "copied"): 2}
