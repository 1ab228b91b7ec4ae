"""The whole pipeline over small recorded worlds: what goes in comes out counted, once, and in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from copydesk.domain.decision import Approved
from copydesk.domain.errors import BadInput
from copydesk.domain.events import DecisionMade, Entry, FillBooked, Settled
from copydesk.domain.ids import AccountId, ClientId, EventId, TimeMs, Wallet
from copydesk.domain.limits import AmountMode
from copydesk.domain.market import Payout
from copydesk.domain.trade import ActivityKind, LeaderTrade, RowRefused, Side, Sighting
from copydesk.flow.ledger.verify import verify
from copydesk.flow.portfolio.fold import fold
from copydesk.run.replay import Finished, Period
from tests.builders import LEADER, NO, NOON, YES, a_relation, a_trade, an_activity, price, shares, usdc
from tests.worlds import a_store, heads, run

CROWD = Wallet("0x" + "3e" * 20)
DESK = AccountId("desk")


def a_crowd(cents: int = 40, at_s: int = -60) -> list[LeaderTrade]:
    """Others' prints around a price: they give a book to judge by."""
    return [
        a_trade(leader=CROWD, size=4_000, price=f"0.{cents - (side is Side.SELL):02d}", side=side, at_s=at_s + number,
                tx=f"0x{at_s + 9_000:x}{number:02x}{side}")
        for number in range(3)
        for side in (Side.BUY, Side.SELL)
    ]  # fmt: skip


def a_story() -> list[Sighting]:
    """A leader buys, buys again, sells half; others trade; rows repeat, one is bad, one is no trade."""
    refused = RowRefused(reason="price", file="story.csv", line=3, found="1.5", allowed="between 0 and 1")
    buys = [a_trade(size=500, at_s=0), a_trade(size=500, at_s=2, tx="0x2"), a_trade(size=300, at_s=40, tx="0x3")]
    sell = a_trade(size=650, price="0.41", side=Side.SELL, at_s=70, tx="0x4")
    return [*a_crowd(), *a_crowd(at_s=20), *buys, buys[0], sell, *a_crowd(at_s=60), refused,
            an_activity(ActivityKind.REWARD, "3", market=None, at_s=90)]  # fmt: skip


ONLY_LEADER = (a_relation(leader=LEADER, age_max_ms=60_000),)


def replayed(folder: Path, sightings: Sequence[Sighting], name: str = "ledger", **said: object) -> Finished:
    """A run on a ledger file of its own (or one used before), closed afterwards."""
    store = a_store(folder, name)
    try:
        return run(store, sightings, **({"relations": ONLY_LEADER} | said))
    finally:
        store.close()


def facts(folder: Path, name: str = "ledger") -> list[Entry]:
    """All entries of a ledger file."""
    store = a_store(folder, name)
    try:
        return [entry for _, entry in store.entries()]
    finally:
        store.close()


def test_every_row_and_every_decision_is_accounted_for(tmp_path: Path) -> None:
    """I20: rows_read = events + duplicates + refused; decisions = copied + skipped + expired."""
    story = a_story()
    tally = replayed(tmp_path, story).pipeline.tally
    assert tally.rows_read == len(story)
    assert (tally.duplicates, tally.refused.total(), tally.activities) == (1, 1, 1)
    assert tally.decisions == tally.signals == 3
    assert tally.copied + tally.skipped.total() + tally.expired == 3


def test_a_leader_is_followed_in_and_out(tmp_path: Path) -> None:
    """S0.1, E5: two entries, then half of the leader's 1,300 sold, and half of ours with it."""
    finished = replayed(tmp_path, a_story())
    fills = [entry.fact for entry in facts(tmp_path) if isinstance(entry.fact, FillBooked)]
    bought = sum(int(fill.shares) for fill in fills if int(fill.shares) > 0)
    sold = -sum(int(fill.shares) for fill in fills if int(fill.shares) < 0)
    assert bought > 0
    assert abs(2 * sold - bought) <= 2 * int(shares("0.01"))
    finished.pipeline.desks[DESK].portfolio.check()


def test_two_runs_over_the_same_rows_give_the_same_ledger(tmp_path: Path) -> None:
    """I36, I11: same input, same hashes."""
    assert heads(replayed(tmp_path, a_story(), "one")) == heads(replayed(tmp_path, a_story(), "two"))


def test_feeding_each_row_twice_changes_nothing(tmp_path: Path) -> None:
    """I21, F30: the ledger is the same to the byte; only the duplicates are counted."""
    story = a_story()
    once, twice = replayed(tmp_path, story, "once"), replayed(tmp_path, [*story, *story], "twice")
    assert heads(once) == heads(twice)
    assert twice.pipeline.tally.events == once.pipeline.tally.events
    assert twice.pipeline.tally.duplicates == once.pipeline.tally.duplicates + len(story) - 1


def test_the_order_of_rows_within_a_second_changes_nothing(tmp_path: Path) -> None:
    """I21, F32: rows are put in order of time and id, whatever order they came in."""
    story = a_story()
    turned = [*story[7:], *reversed(story[:7])]
    assert heads(replayed(tmp_path, story, "one")) == heads(replayed(tmp_path, turned, "two"))


def test_a_finished_ledger_takes_nothing_twice(tmp_path: Path) -> None:
    """S0.17, S0.20, C7: a second run over the same rows sees only duplicates and writes nothing."""
    first = replayed(tmp_path, a_story())
    second = replayed(tmp_path, a_story())
    assert heads(first) == heads(second)
    assert second.pipeline.tally.decisions == 0
    followed = [each for each in a_story() if getattr(each, "leader", None) == LEADER]
    assert second.pipeline.tally.duplicates == len(followed)


def test_a_finished_ledger_goes_on_with_what_is_new(tmp_path: Path) -> None:
    """C8, I22: an overlapping second source adds its new trades and repeats none; the chain stays whole."""
    later = a_trade(size=400, at_s=200, tx="0x9")
    replayed(tmp_path, a_story())
    before = len(facts(tmp_path))
    tally = replayed(tmp_path, [*a_story(), *a_crowd(at_s=180), later]).pipeline.tally
    assert (tally.signals, tally.decisions) == (1, 1)
    store = a_store(tmp_path)
    verdict = verify(store.rows(), store.heads())
    store.close()
    assert verdict.fault is None
    assert verdict.entries > before


def test_each_client_gets_a_decision_of_its_own(tmp_path: Path) -> None:
    """S0.6, S0.19: two accounts, two chains, the same leader; one decision each for every signal."""
    relations = tuple(
        a_relation(client=ClientId(name), account=AccountId(name), leader=LEADER, age_max_ms=60_000)
        for name in ("me", "you")
    )
    finished = replayed(tmp_path, a_story(), relations=relations)
    assert finished.pipeline.tally.decisions == 6
    made = [entry for entry in facts(tmp_path) if isinstance(entry.fact, DecisionMade)]
    assert [sum(entry.account == name for entry in made) for name in ("me", "you")] == [3, 3]


@pytest.mark.parametrize(("per_share", "resolved_s"), [("1", 100), ("0", 100), ("0.5", None)])
def test_a_resolved_market_is_redeemed_once(tmp_path: Path, per_share: str, resolved_s: int | None) -> None:
    """K7: at 1, 0 or 0.5; a result without a time counts at the end. Nothing is left open (I13)."""
    at = None if resolved_s is None else TimeMs(NOON + resolved_s * 1000)
    finished = replayed(tmp_path, a_story(), payouts={YES.id: Payout(per_share=price(per_share), resolved_at=at)})
    settled = [entry.fact for entry in facts(tmp_path) if isinstance(entry.fact, Settled)]
    assert len(settled) == 1
    assert int(settled[0].payout) == int(settled[0].shares) * int(price(per_share)) // 1_000_000
    portfolio = finished.pipeline.desks[DESK].portfolio
    assert portfolio.positions_open == 0
    assert portfolio.bankroll == portfolio.deposited + portfolio.realised - portfolio.fees


def test_the_leaders_loss_is_our_loss(tmp_path: Path) -> None:
    """K21: a token that pays nothing costs us what we paid for it, no more and no less."""
    story = [*a_crowd(at_s=-10), a_trade(size=500)]
    payouts = {YES.id: Payout(per_share=price(0), resolved_at=None)}
    portfolio = replayed(tmp_path, story, payouts=payouts).pipeline.desks[DESK].portfolio
    paid = sum(int(entry.fact.amount) for entry in facts(tmp_path) if isinstance(entry.fact, FillBooked))
    assert paid > 0
    assert int(portfolio.realised) == -paid


def test_a_halt_stops_entries_and_not_exits(tmp_path: Path) -> None:
    """I18, F73: under a halt every entry is skipped for it; what is held still leaves with the leader."""
    replayed(tmp_path, [*a_crowd(at_s=-10), a_trade(size=500)])
    rest = [a_trade(size=100, at_s=30, tx="0x8"), *a_crowd(at_s=20),
            a_trade(size=500, side=Side.SELL, at_s=50, tx="0x9")]  # fmt: skip
    halted = replayed(tmp_path, rest, is_halted=True).pipeline
    assert halted.tally.skipped == {"halted": 1}
    assert halted.tally.copied == 1
    assert halted.desks[DESK].portfolio.positions_open == 0


def test_a_dry_run_decides_as_paper_does_and_fills_nothing(tmp_path: Path) -> None:
    """S4.14: two modes, one pipeline; the first decision is the same, and a dry run's money never moves."""
    story = [*a_crowd(at_s=-10), a_trade(size=500)]
    paper, dry = replayed(tmp_path, story, "paper"), replayed(tmp_path, story, "dry", is_dry=True)
    first = [next(e for e in facts(tmp_path, name) if isinstance(e.fact, DecisionMade)) for name in ("paper", "dry")]
    assert first[0].body == first[1].body
    assert paper.pipeline.tally.fills > dry.pipeline.tally.fills == 0
    assert dry.pipeline.tally.orders == {"unfilled": 1}
    assert dry.pipeline.desks[DESK].portfolio.free == usdc(1_000)


def test_the_first_decision_sees_the_bankroll(tmp_path: Path) -> None:
    """A new account is funded before it decides: the first signal was once cut to nothing by caps of nothing."""
    assert replayed(tmp_path, [*a_crowd(at_s=-10), a_trade(size=500)]).pipeline.tally.copied == 1


def test_a_trade_of_somebody_we_do_not_follow_is_only_a_print(tmp_path: Path) -> None:
    """S0.6: it is an event, it makes no signal, and nothing of it is in the ledger."""
    tally = replayed(tmp_path, a_crowd()).pipeline.tally
    assert (tally.events, tally.signals) == (6, 0)
    assert facts(tmp_path) == []


def test_every_entry_names_the_leader_event_it_began_with(tmp_path: Path) -> None:
    """S3.11: cause and origin ride along to the fill and the settlement."""
    payouts = {YES.id: Payout(per_share=price(1), resolved_at=None)}
    replayed(tmp_path, a_story(), payouts=payouts)
    entries = facts(tmp_path)
    for entry in entries:
        has_origin = entry.fact.__struct_config__.tag not in ("run_started", "run_finished", "deposited")
        assert (entry.origin is not None) == has_origin
    assert len({entry.origin for entry in entries if isinstance(entry.fact, FillBooked)}) > 1


def test_the_live_portfolio_equals_the_rebuilt_one(tmp_path: Path) -> None:
    """I12: fold(ledger) byte for byte."""
    finished = replayed(tmp_path, a_story(), payouts={YES.id: Payout(per_share=price(1), resolved_at=None)})
    assert fold(facts(tmp_path)).dump() == finished.pipeline.desks[DESK].portfolio.dump()


def test_a_period_leaves_out_what_is_outside_it(tmp_path: Path) -> None:
    """The end is not part of the period."""
    story = [a_trade(at_s=second, tx=f"0x{second}") for second in (0, 10, 20)]
    period = Period(TimeMs(NOON + 10_000), TimeMs(NOON + 20_000))
    finished = replayed(tmp_path, story, period=period)
    assert (finished.pipeline.tally.events, finished.outside_period) == (1, 2)


def test_an_audit_copies_each_fill_at_the_leaders_price(tmp_path: Path) -> None:
    """`exact`: as many fills as the leader had, the same shares and money, also beyond what is held."""
    audit = (a_relation(mode=AmountMode.EXACT, sell_beyond_holding=True, ttl_ms=10**9),)
    trades = [a_trade(size="1.000001", price="0.333333", tx="0x1"), a_trade(size=7, tx="0x2", token=NO, side=Side.SELL)]
    finished = replayed(tmp_path, trades, relations=audit)
    fills = [entry.fact for entry in facts(tmp_path) if isinstance(entry.fact, FillBooked)]
    assert {(int(fill.shares), fill.amount, fill.fee) for fill in fills} == {
        (1_000_001, trades[0].notional, usdc(0)),
        (-7_000_000, trades[1].notional, usdc(0)),
    }
    assert finished.pipeline.tally.copied == 2


def test_an_approval_reserves_before_the_order_leaves(tmp_path: Path) -> None:
    """I3: the intent stands in the ledger before any fill of it."""
    replayed(tmp_path, a_story())
    kinds = [entry.fact.__struct_config__.tag for entry in facts(tmp_path)]
    assert kinds.index("order_planned") < kinds.index("fill_booked")
    approved = [
        e for e in facts(tmp_path) if isinstance(e.fact, DecisionMade) and isinstance(e.fact.decision, Approved)
    ]
    assert len(approved) == kinds.count("order_planned") == kinds.count("order_ended")


def test_an_event_seen_on_chain_and_as_a_row_is_copied_once(tmp_path: Path) -> None:
    """C9: two names, one fill."""
    row = a_trade(size=500)
    log = a_trade(size=500, event_id=EventId("c" * 64), content_id=row.event_id, at_s=1)
    tally = replayed(tmp_path, [*a_crowd(), row, log]).pipeline.tally
    assert (tally.duplicates, tally.signals) == (1, 1)
    again = replayed(tmp_path, [*a_crowd(), log]).pipeline.tally
    assert again.signals == 0


class Cut(Exception):
    """The machine went away."""


class CutStore:
    """A store that goes away after some steps; what was stored before is kept."""

    def __init__(self, store: object, steps: int) -> None:
        self._store, self._steps = store, steps

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def step_done(self) -> None:
        """Commit one step, or go away."""
        if not self._steps:
            raise Cut
        self._steps -= 1
        self._store.step_done()  # type: ignore[attr-defined]


def test_a_run_cut_off_at_any_step_ends_with_the_same_ledger(tmp_path: Path) -> None:
    """F1, I1: cut after every step once; the same rows again give the head of the run that was never cut."""
    whole = replayed(tmp_path, a_story(), "whole")
    for steps in range(40):
        store = a_store(tmp_path, f"cut{steps}")
        try:
            run(CutStore(store, steps), a_story(), relations=ONLY_LEADER)  # type: ignore[arg-type]
        except Cut:
            store.close()
        else:
            store.close()
            break
        again = replayed(tmp_path, a_story(), f"cut{steps}")
        assert heads(again) == heads(whole)
    else:
        pytest.fail("the story has more steps than were cut")
    assert steps > 5


def test_a_cut_off_run_is_not_finished_under_other_settings(tmp_path: Path) -> None:
    """I27: a run is one settings version; the message says which."""
    store = a_store(tmp_path)
    with pytest.raises(Cut):
        run(CutStore(store, 3), a_story(), relations=ONLY_LEADER)  # type: ignore[arg-type]
    store.close()
    with pytest.raises(BadInput, match=r"settings other.*settings test"):
        replayed(tmp_path, a_story(), version="other")


def test_a_cut_off_run_is_not_finished_with_other_rows(tmp_path: Path) -> None:
    """F26: what does not come up the same is refused at the entry that differs; nothing is appended."""
    store = a_store(tmp_path)
    with pytest.raises(Cut):
        run(CutStore(store, 3), a_story(), relations=ONLY_LEADER)  # type: ignore[arg-type]
    store.close()
    before = facts(tmp_path)
    with pytest.raises(BadInput, match="unfinished run, entry 3"):
        replayed(tmp_path, [*a_crowd(), a_trade(size=499)])
    assert facts(tmp_path) == before
