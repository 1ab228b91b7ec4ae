"""Every reason has words with the number seen and the limit (S2.27)."""

import pytest

from copydesk.domain.decision import SizingLine
from copydesk.domain.order import Ending
from copydesk.domain.refusal import Check, Reason
from copydesk.serve.cli import words
from copydesk.serve.cli.reasons import REASONS
from copydesk.settings.layers import flat
from copydesk.settings.relation_settings import LeaderSettings
from copydesk.settings.schema import Settings


def test_every_reason_is_worded() -> None:
    assert set(REASONS) == set(Reason)
    assert all(wording.gate and wording.refusal and wording.said for wording in REASONS.values())


def test_no_two_reasons_have_the_same_words() -> None:
    assert len({wording.refusal for wording in REASONS.values()}) == len(REASONS)


def test_every_ending_is_worded() -> None:
    assert set(words.ENDINGS) == set(Ending)


def test_every_setting_that_is_named_exists() -> None:
    known = {path for path, _ in flat(Settings())} | {f"leaders[].{name}" for name in LeaderSettings.model_fields}
    named = {path for wording in REASONS.values() for path in wording.setting.split(", ") if path}
    assert named <= known


def a_check(reason: Reason, seen: int | str | None, limit: int | str | None, unit: str) -> Check:
    return Check(reason, seen, limit, unit, passed=False)


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (a_check(Reason.PRICE_MOVED, 210, 150, "bps"), "Price moved 2.1% · limit 1.5%"),
        (a_check(Reason.AGE, 312_000, 60_000, "ms"), "Signal 312 s old · limit 60 s"),
        (a_check(Reason.SIGNAL_EXPIRED, 900_000, 300_000, "ms"), "Signal 15 min old · time to live 300 s"),
        (a_check(Reason.SPREAD, 40_000, 30_000, "micros"), "Spread 4.0¢ · limit 3.0¢"),
        (a_check(Reason.SPREAD, None, 30_000, "micros"), "Spread not known: a side of the book is empty · limit 3.0¢"),
        (a_check(Reason.DEPTH, 12_300_000, 150_000_000, "micros"), "$12.30 on offer · minimum $150.00"),
        (a_check(Reason.PRICE_BAND, 984_000, 970_000, "micros"), "Price 98.4¢ · limit 97.0¢"),
        (a_check(Reason.RESOLVES_SOON, 95_000, 600_000, "ms"), "Resolves in 95 s · minimum 10 min"),
        (a_check(Reason.RESOLVES_SOON, -95_000, 600_000, "ms"), "Ended 95 s ago"),
        (a_check(Reason.RESOLVES_SOON, None, 600_000, "ms"), "Nothing says when the market ends · minimum 10 min"),
        (a_check(Reason.LEADER_NOTIONAL, 3_200_000, 5_000_000, "micros"), "Leader traded $3.20 · minimum $5.00"),
        (a_check(Reason.POSITIONS_OPEN, 15, 15, "count"), "15 positions open · limit 15"),
        (a_check(Reason.SIDE, "SELL", "BUY", "text"), "SELL is not copied · copied: BUY"),
        (a_check(Reason.NO_BOOK, None, "ask", "text"), "No order book with an ask is known"),
        (a_check(Reason.NO_BOOK, "crossed", "ask", "text"), "The order book is crossed"),
        (a_check(Reason.OUTCOME_DENIED, "No", 2, "count"), "Outcome No is one of the 2 denied"),
        (a_check(Reason.NOTHING_HELD, 0, 1, "micros"), "Nothing held of what the leader sells"),
    ],
)
def test_a_refusal_says_what_was_seen_and_what_was_allowed(check: Check, sentence: str) -> None:
    assert words.refused_by(check) == sentence


@pytest.mark.parametrize(
    ("check", "limit"),
    [
        (Check(Reason.PRICE_MOVED, 60, 150, "bps", passed=True), "≤ 1.5%"),
        (Check(Reason.PRICE_MOVED, None, None, "bps", passed=True), "off"),
        (Check(Reason.PRICE_BAND, 600_000, 970_000, "micros", passed=True), "≤ 97.0¢"),
        (Check(Reason.PRICE_BAND, 20_000, 30_000, "micros", passed=False), "≥ 3.0¢"),
        (Check(Reason.PRICE_BAND, 980_000, 970_000, "micros", passed=False), "≤ 97.0¢"),
        (Check(Reason.MARKET_DENIED, "0xabc", 3, "count", passed=True), "none of 3"),
        (Check(Reason.HALTED, "running", "running", "text", passed=True), ""),
        (Check(Reason.NOTHING_HELD, 5_000_000, 1, "micros", passed=True), "more than 0"),
    ],
)
def test_a_limit_has_its_sign(check: Check, limit: str) -> None:
    assert words.limit(check) == limit


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("seen", [None, 12_345, "word"])
def test_no_sentence_has_a_hole_in_it(reason: Reason, seen: int | str | None) -> None:
    sentence = words.refused_by(a_check(reason, seen, 600, "micros"))
    assert sentence
    assert "{" not in sentence


def test_an_amount_that_came_to_nothing_says_what_was_left_and_what_was_needed() -> None:
    lines = (
        SizingLine("copy factor", None, 4_000_000),
        SizingLine("cap_market", 430_000, 430_000),
        SizingLine("whole lots, shares", 5_000_000, 620_000),
        SizingLine("raised to the minimum", 430_000, 3_400_000),
    )
    assert words.refused_in_sizing(Reason.CAP_MARKET, lines) == "Per-market cap leaves $0.43 · smallest order $3.40"
    assert words.refused_in_sizing(Reason.BELOW_MINIMUM, lines[:3]) == "0.62 shares would fit · smallest order 5 shares"
    short = SizingLine("free balance", 3_200_000, 10_000_000, "short of funds")
    assert words.refused_in_sizing(Reason.BALANCE, (short,)) == "$3.20 free · $10.00 needed"
    assert words.refused_in_sizing(Reason.BELOW_MINIMUM, ()) == "Below the smallest order"


def test_a_reason_of_a_later_release_is_shown_as_it_is() -> None:
    assert words.refusal("price_moved") == "Price moved"
    assert words.refusal("new_reason") == "new reason"
