"""What each rule saved or cost: every skip followed to its result, once, in whole micro-dollars (N11)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.domain.decision import Approved, Expired, Skipped
from copydesk.domain.events import DecisionMade, Entry, Fact, Settled
from copydesk.domain.ids import MarketId, TimeMs, TokenId, Wallet
from copydesk.domain.market import Payout
from copydesk.domain.money import BPS, MICROS
from copydesk.domain.refusal import Reason
from copydesk.domain.signal import Signal
from copydesk.domain.trade import Side, Token
from copydesk.flow.decide.decision import decide
from copydesk.flow.decide.scene import scene_of
from copydesk.run.regret import (
    DRAWS_MAX,
    MARKETS_LEAST,
    RESAMPLES_LEAST,
    Rule,
    Skip,
    Verdict,
    brought,
    interval_of,
    regret,
    total_saved,
)
from copydesk.run.skips import Asked
from tests.builders import LEADER, NOON, YES, a_market, a_relation, a_signal, a_snapshot, price, shares, usdc
from tests.histories import sealed
from tests.worlds import Known

EVERYTHING = Asked("", None, None)
WON, LOST, SPLIT = price(1), price(0), price("0.5")


def a_skip(reason: Reason = Reason.DEPTH, **said: Any) -> DecisionMade:
    """A signal that was refused in a market with a fee; `fee_bps` and `unknown` are of the market."""
    market = a_market(taker_fee_bps=said.pop("fee_bps", 0), unknown=said.pop("unknown", ()))
    kind = said.pop("kind", Skipped)
    signal = a_signal(**said)
    scene = scene_of(signal, a_snapshot(market=market), a_relation().limits)
    decision = kind(account="desk", signal=signal, decided_at=NOON, settings_version="v", checks=(), reason=reason)
    return DecisionMade(decision=decision, scene=scene)


def entries(*facts: Fact) -> list[tuple[int, Entry]]:
    return list(enumerate(sealed(list(facts)), start=1))


def accounts(*facts: Fact, asked: Asked = EVERYTHING, **paid: Any) -> dict[Reason, Rule]:
    """The rules' accounts where YES `paid` so much a share, unless that is not known."""
    known = Known({YES.id: Payout(per_share=paid["yes"], resolved_at=None)} if "yes" in paid else {})
    return regret(entries(*facts), asked).rules(known, SeededDice)


@pytest.mark.parametrize(
    ("side", "fee_bps", "per_share", "dollars"),
    [
        (Side.BUY, 0, WON, "60"),
        (Side.BUY, 0, LOST, "-40"),
        (Side.BUY, 0, SPLIT, "10"),
        (Side.BUY, 1_000, WON, "57.6"),
        (Side.BUY, 1_000, LOST, "-42.4"),
        (Side.SELL, 0, WON, "-60"),
        (Side.SELL, 0, LOST, "40"),
        (Side.SELL, 1_000, LOST, "37.6"),
    ],
)
def test_a_copy_one_for_one_brings_its_payout_less_cost_and_fee(
    side: Side, fee_bps: int, per_share: Any, dollars: str
) -> None:
    """100 shares at 0.40; a fee of 10 % is 100 x 0.1 x 0.4 x 0.6 = 2.40 dollars."""
    signal = a_signal(side=side)
    assert brought(signal, fee_bps, per_share) == int(Fraction(dollars) * MICROS)


@given(
    st.integers(1, 10**12),
    st.integers(1, 999_999),
    st.integers(0, 2_000),
    st.sampled_from([WON, LOST, SPLIT]),
    st.sampled_from(Side),
)
def test_what_it_brings_is_exact_but_for_the_fees_fifth_decimal(
    size: int, micros: int, fee_bps: int, per_share: Any, side: Side
) -> None:
    """Against fractions: never kinder than the exact figure, and less than two hundred-thousandths of a dollar off."""
    notional = max(1, size * micros // MICROS)
    signal = a_signal(side=side, shares=size, notional=notional)
    p = Fraction(int(signal.price), MICROS)
    value = Fraction(size * int(per_share), MICROS)
    gross = value - notional if side is Side.BUY else notional - value
    exact = gross - Fraction(fee_bps, BPS) * size * p * (1 - p)
    assert -20 <= brought(signal, fee_bps, per_share) - exact <= 1


@pytest.mark.parametrize(
    ("fact", "paid", "field"),
    [
        (a_skip(), {"yes": WON}, "followed"),
        (a_skip(Reason.SIGNAL_EXPIRED, kind=Expired), {"yes": WON}, "followed"),
        (a_skip(Reason.CAP_LEADER), {"yes": LOST}, "followed"),
        (a_skip(), {}, "unknown"),
        (a_skip(unknown=("taker_fee_bps",)), {"yes": WON}, "unpriced"),
        (a_skip(unknown=("tick",)), {"yes": WON}, "followed"),
        (DecisionMade(decision=a_skip().decision), {"yes": WON}, "unpriced"),
        (a_skip(Reason.NOTHING_HELD, side=Side.SELL), {"yes": WON}, "beside"),
        (a_skip(Reason.ACTION_ALREADY_DECIDED), {"yes": WON}, "beside"),
    ],
)
def test_each_skip_stands_in_one_column(fact: DecisionMade, paid: dict[str, Any], field: str) -> None:
    """Unknown results, unknown fees and what there was nothing to follow of are counted apart."""
    (rule,) = accounts(fact, **paid).values()
    columns = {name: getattr(rule, name) for name in ("followed", "unknown", "unpriced", "beside")}
    assert columns == dict.fromkeys(columns, 0) | {field: 1}
    assert rule.skipped == 1


def test_a_rule_saves_what_would_have_been_lost_and_costs_what_would_have_been_won() -> None:
    facts = a_skip(), a_skip(price="0.70"), a_skip(Reason.AGE)
    rules = accounts(*facts, yes=LOST)
    assert (rules[Reason.DEPTH].saved, rules[Reason.AGE].saved) == (110 * MICROS, 40 * MICROS)
    assert (rules[Reason.DEPTH].would_have_lost, rules[Reason.DEPTH].put_in) == (2, 110 * MICROS)
    assert total_saved(rules.values()) == usdc(150)
    assert list(rules) == [Reason.AGE, Reason.DEPTH]
    won = accounts(*facts, yes=WON)
    assert (won[Reason.DEPTH].saved, won[Reason.DEPTH].would_have_lost) == (-90 * MICROS, 0)


def test_what_was_copied_is_nobodys_saving() -> None:
    signal = a_signal()
    copied = decide(signal, a_snapshot(), a_relation())
    assert isinstance(copied, Approved)
    scene = scene_of(signal, a_snapshot(), a_relation().limits)
    assert accounts(DecisionMade(decision=copied, scene=scene), yes=WON) == {}


def test_what_we_were_paid_ourselves_settles_it_before_any_source() -> None:
    """The ledger's own result is what really happened to us; a file may be of another kind of market."""
    own = Settled(
        leader=LEADER, token=YES.id, market=YES.market, shares=shares(1), per_share=LOST, payout=usdc(0),
        basis=usdc(-1), realised=usdc(-1), fills=1,
    )  # fmt: skip
    found = regret(entries(a_skip()), EVERYTHING)
    found.take(sealed([own])[0])
    rules = found.rules(Known({YES.id: Payout(per_share=WON, resolved_at=None)}), SeededDice)
    assert rules[Reason.DEPTH].saved == 40 * MICROS


def test_only_what_is_asked_for_is_followed() -> None:
    other = Wallet("0x" + "2f" * 20)
    facts = a_skip(), a_skip(leader=other)
    assert accounts(*facts, asked=Asked(LEADER[:6], None, None), yes=LOST)[Reason.DEPTH].skipped == 1
    assert accounts(*facts, asked=Asked("", TimeMs(NOON + 1), None), yes=LOST) == {}
    assert accounts(*facts, asked=Asked("", NOON, TimeMs(NOON + 1)), yes=LOST)[Reason.DEPTH].skipped == 2
    assert regret(entries(*facts), Asked(LEADER, None, None)).leaders == {LEADER, other}


def test_each_rule_throws_its_own_dice() -> None:
    """So that a rule's interval does not hang on which other rules there are."""
    thrown: list[str] = []

    def dice(name: str) -> SeededDice:
        thrown.append(name)
        return SeededDice(name)

    regret(entries(a_skip(), a_skip(Reason.AGE)), EVERYTHING).rules(Known(), dice)
    assert sorted(thrown) == ["age", "depth"]


# --- the interval ----------------------------------------------------------------------------------------------------


def in_markets(*outcomes: int) -> Rule:
    """A rule that saved so much, in dollars, in each of as many markets."""
    rule = Rule()
    for number, dollars in enumerate(outcomes):
        token = Token(id=TokenId(str(number)), market=MarketId(f"0x{number:064x}"))
        size = abs(dollars)
        signal = a_signal(token=token, shares=2 * size * MICROS, notional=size * MICROS)
        rule.follow(Skip(Reason.DEPTH, signal, 0), LOST if dollars > 0 else WON)
    rule.interval = interval_of(list(rule.by_market.values()), SeededDice(7))
    return rule


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([30] * 20, Verdict.SAVES),
        ([-30] * 20, Verdict.COSTS),
        ([30, -30] * 10, Verdict.OPEN),
        ([30] * (MARKETS_LEAST - 1), Verdict.FEW),
        ([30] * MARKETS_LEAST, Verdict.SAVES),
        ([900] + [-20] * 30, Verdict.OPEN),
    ],
)
def test_a_rule_is_judged_by_its_interval(outcomes: list[int], verdict: Verdict) -> None:
    """One lucky market among many does not make a rule a good one; a handful of markets proves nothing."""
    rule = in_markets(*outcomes)
    assert rule.saved == sum(outcomes) * MICROS
    assert rule.verdict is verdict


def test_an_interval_that_touches_zero_settles_nothing() -> None:
    rule = Rule()
    for low, high in ((0, 5), (-5, 0)):
        rule.interval = type(in_markets(*[1] * 10).interval)(low, high)  # type: ignore[misc]
        assert rule.verdict is Verdict.OPEN


def test_trades_in_one_market_are_one_piece_of_evidence() -> None:
    """A thousand trades in nine markets are nine results."""
    rule = Rule()
    for number in range(1_000):
        token = Token(id=TokenId("1"), market=MarketId(f"0x{number % 9:064x}"))
        rule.follow(Skip(Reason.DEPTH, a_signal(token=token), 0), LOST)
    assert (rule.followed, len(rule.by_market)) == (1_000, 9)
    assert interval_of(list(rule.by_market.values()), SeededDice(7)) is None


@given(st.lists(st.integers(-(10**9), 10**9), min_size=MARKETS_LEAST, max_size=40), st.integers(0, 9))
def test_an_interval_is_within_what_the_markets_can_give_and_the_same_for_the_same_seed(
    by_market: list[int], seed: int
) -> None:
    found = interval_of(by_market, SeededDice(seed))
    assert found is not None
    assert len(by_market) * min(by_market) <= found.low <= found.high <= len(by_market) * max(by_market)
    assert interval_of(by_market, SeededDice(seed)) == found


def test_an_interval_holds_ninety_five_of_a_hundred_redraws() -> None:
    """Of a hundred markets at +1 and -1 the sum of a redraw has a standard deviation of ten: about +-20."""
    found = interval_of([1, -1] * 50, SeededDice(7))
    assert found is not None
    assert -24 <= found.low <= -16
    assert 16 <= found.high <= 24


def test_an_interval_over_very_many_markets_takes_fewer_redraws() -> None:
    """So that the largest ledger is answered in seconds."""

    class Counting:
        thrown = 0

        def below(self, bound: int) -> int:
            self.thrown += 1
            return self.thrown % bound

    dice, markets = Counting(), DRAWS_MAX // 400
    interval_of([1] * markets, dice)
    assert dice.thrown == 400 * markets
    few = Counting()
    interval_of([1] * 6_000, few)
    assert few.thrown == RESAMPLES_LEAST * 6_000


@given(
    st.lists(st.tuples(st.sampled_from(Reason), st.sampled_from([WON, LOST, None]), st.sampled_from([0, 700, None])))
)
def test_the_columns_add_up(skips: list[tuple[Reason, Any, int | None]]) -> None:
    """Conservation: nothing is followed twice and nothing is lost."""
    rules: dict[Reason, Rule] = {}
    signal: Signal = a_signal()
    for reason, per_share, fee_bps in skips:
        rules.setdefault(reason, Rule()).follow(Skip(reason, signal, fee_bps), per_share)
    assert sum(rule.skipped for rule in rules.values()) == len(skips)
    for rule in rules.values():
        assert rule.skipped == rule.followed + rule.unknown + rule.unpriced + rule.beside
        assert rule.saved == sum(rule.by_market.values())
        assert rule.would_have_lost <= rule.followed
