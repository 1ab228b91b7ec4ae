"""Numbers, times and ids of a record: exact where they are good, refused by name where they are not."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.parse.numbers import (
    amount,
    condition_hex,
    exact,
    hash_hex,
    price_parts,
    time_ms,
    token_id,
    wallet,
    whole,
)
from copydesk.adapters.polymarket.parse.refusals import ALLOWED, Refused, RefusedRow, shown

NOON_MS = 1_790_000_000_000


def refusal(read: Callable[[Any, str], Any], value: Any) -> tuple[RefusedRow, str]:
    with pytest.raises(Refused) as no:
        read(value, "cell")
    return no.value.reason, no.value.found


@pytest.mark.parametrize(
    ("cell", "micros"),
    [
        ("12.5", 12_500_000),
        (7, 7_000_000),
        ("0.0000005", 1),  # halves go up
        ("0.00000049", 0),
        ("11.988287999999999", 11_988_288),  # float noise
        ("1.8599999999999999", 1_860_000),
        ("540.2267660000001", 540_226_766),
        ("1e-05", 10),
        ("2.5E3", 2_500_000_000),
        ("5.", 5_000_000),
        (".5", 500_000),
        (" 3.0 ", 3_000_000),
        (Decimal("0.1"), 100_000),
        ("-0.0", 0),
        ("1e-400", 0),
        ("1000000000000", 10**18),
    ],
)
def test_an_amount_is_the_nearest_micro(cell: Any, micros: int) -> None:
    """I7: integers end to end, no float."""
    assert amount(cell, "cell") == micros


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("NaN", RefusedRow.NOT_A_NUMBER),
        ("sNaN", RefusedRow.NOT_A_NUMBER),
        (float("nan"), RefusedRow.NOT_A_NUMBER),
        ("Infinity", RefusedRow.NOT_FINITE),
        ("-inf", RefusedRow.NOT_FINITE),
        (float("inf"), RefusedRow.NOT_FINITE),
        ("1e999", RefusedRow.TOO_LARGE),
        ("1000000000000.1", RefusedRow.TOO_LARGE),
        (10**19, RefusedRow.TOO_LARGE),
        ("-1", RefusedRow.NEGATIVE_AMOUNT),
        (-1, RefusedRow.NEGATIVE_AMOUNT),
        ("", RefusedRow.MISSING_FIELD),
        (None, RefusedRow.MISSING_FIELD),
        ("twelve", RefusedRow.NOT_A_NUMBER),
        ("1_000", RefusedRow.NOT_A_NUMBER),
        ("1,000", RefusedRow.NOT_A_NUMBER),
        ("\u0661\u0662", RefusedRow.NOT_A_NUMBER),
        ("0x10", RefusedRow.NOT_A_NUMBER),
        ("9" * 500, RefusedRow.NOT_A_NUMBER),
        (True, RefusedRow.NOT_A_NUMBER),
        ([1], RefusedRow.NOT_A_NUMBER),
        ({}, RefusedRow.NOT_A_NUMBER),
    ],
)
def test_what_is_no_amount_is_refused_by_name(cell: Any, reason: RefusedRow) -> None:
    """F34."""
    assert refusal(amount, cell)[0] is reason


def test_a_number_of_thousands_of_digits_is_refused_without_being_written_out() -> None:
    """F34: Python refuses to print such a number."""
    assert refusal(amount, 10**5000) == (RefusedRow.TOO_LARGE, "cell a whole number of 16610 bits")
    assert refusal(amount, -(10**5000))[0] is RefusedRow.NEGATIVE_AMOUNT
    assert refusal(time_ms, 10**5000)[0] is RefusedRow.TIMESTAMP_RANGE
    assert refusal(token_id, 10**5000)[0] is RefusedRow.BAD_TOKEN_ID
    assert refusal(token_id, -(10**5000))[0] is RefusedRow.BAD_TOKEN_ID


@given(st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False))
def test_a_number_is_read_without_losing_a_digit(number: Decimal) -> None:
    """I7: read as a ratio of whole numbers it is the number that was written, in any notation."""
    text = str(number)
    if len(text) <= 80 and number.adjusted() >= -40:
        digits, places = exact(text, "cell")
        assert Fraction(digits, 10**places) == Fraction(number)


@given(st.integers(min_value=0, max_value=10**18))
def test_whole_micros_written_with_six_places_come_back(micros: int) -> None:
    assert amount(f"{micros // 10**6}.{micros % 10**6:06}", "cell") == micros


@pytest.mark.parametrize("cell", ["0", "1", "1.0", "1.0000000001", "0.0", "7", 0, 1, "1e-400"])
def test_a_price_lies_between_zero_and_one(cell: Any) -> None:
    """S3.11: 0 and 1 are no prices to trade at."""
    assert refusal(price_parts, cell)[0] is RefusedRow.PRICE_RANGE


def test_a_price_off_the_tick_grid_keeps_every_digit() -> None:
    assert price_parts("0.3100000333199313", "cell") == (3_100_000_333_199_313, 16)


@pytest.mark.parametrize(
    ("cell", "ms"),
    [
        (1_790_000_000, NOON_MS),
        ("1790000000", NOON_MS),
        ("1790000000.25", NOON_MS + 250),
        ("2026-09-21T14:13:20Z", NOON_MS),
        ("2026-09-21T14:13:20.123456+00:00", NOON_MS + 123),
        ("2026-09-21T16:13:20+02:00", NOON_MS),
        ("2026-09-21 14:13:20", NOON_MS),
        ("2026-09-21T14:13:20.000Z", NOON_MS),
        ("2020-01-01", 1_577_836_800_000),
        ("2035-12-31 23:59:59.999", 2_082_758_399_999),
    ],
)
def test_a_time_is_read_as_utc(cell: Any, ms: int) -> None:
    assert time_ms(cell, "cell") == ms


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (NOON_MS, RefusedRow.TIMESTAMP_UNIT),
        (str(NOON_MS), RefusedRow.TIMESTAMP_UNIT),
        (f"{NOON_MS}.5", RefusedRow.TIMESTAMP_UNIT),
        (NOON_MS * 1000, RefusedRow.TIMESTAMP_UNIT),
        (NOON_MS * 10**6, RefusedRow.TIMESTAMP_UNIT),
        (0, RefusedRow.TIMESTAMP_RANGE),
        (-5, RefusedRow.TIMESTAMP_RANGE),
        ("1970-01-01", RefusedRow.TIMESTAMP_RANGE),
        ("2019-12-31T23:59:59Z", RefusedRow.TIMESTAMP_RANGE),
        ("2036-01-01", RefusedRow.TIMESTAMP_RANGE),
        (10**30, RefusedRow.TIMESTAMP_RANGE),
        ("9" * 5000, RefusedRow.TIMESTAMP_RANGE),
        ("yesterday", RefusedRow.TIMESTAMP_FORMAT),
        ("NaN", RefusedRow.TIMESTAMP_FORMAT),
        (True, RefusedRow.TIMESTAMP_FORMAT),
        ([], RefusedRow.TIMESTAMP_FORMAT),
        ("", RefusedRow.MISSING_FIELD),
        (None, RefusedRow.MISSING_FIELD),
    ],
)
def test_what_is_no_time_is_refused_by_name(cell: Any, reason: RefusedRow) -> None:
    """F34: seconds for milliseconds, year 1970."""
    assert refusal(time_ms, cell)[0] is reason


def test_hex_comes_out_in_lower_case() -> None:
    assert wallet("0X" + "Ab" * 20, "cell") == "0x" + "ab" * 20
    assert hash_hex("0x" + "Cd" * 32, "cell") == "0x" + "cd" * 32


def test_a_condition_of_31_bytes_gets_its_zero_byte() -> None:
    """Protocol V2 conditions come in both lengths."""
    assert condition_hex("0x" + "12" * 31, "cell") == "0x" + "12" * 31 + "00"
    assert condition_hex("0x" + "12" * 32, "cell") == "0x" + "12" * 32


@pytest.mark.parametrize(
    "cell",
    [
        "0x" + "ab" * 19,
        "0x" + "ab" * 21,
        "ab" * 21,
        "0x" + "ab" * 19 + "zz",
        "0x" + "ab" * 19 + " a",
        "0x" + "ab" * 19 + "  ",
        "0x" + "ab" * 19 + "_a",
        "0x" + "ab" * 19 + "éé",
        42,
        ["0x"],
    ],
)
def test_hex_of_another_length_or_with_other_letters_is_refused(cell: Any) -> None:
    assert refusal(wallet, cell)[0] is RefusedRow.BAD_HEX


def test_token_ids_are_decimal_and_fit_256_bits() -> None:
    assert token_id(str(2**256 - 1), "cell") == str(2**256 - 1)
    assert token_id(12, "cell") == "12"
    bad: list[Any] = ["0", 0, str(2**256), 2**256, "0x12", "12.0", "-1", "012", True, ["1"], "\u0661"]
    for cell in bad:
        assert refusal(token_id, cell)[0] is RefusedRow.BAD_TOKEN_ID
    assert refusal(token_id, "")[0] is RefusedRow.MISSING_FIELD


def test_nodes_write_whole_numbers_in_three_ways() -> None:
    assert [whole(cell, "cell") for cell in (12, "12", "0xc")] == [12, 12, 12]
    bad: list[Any] = ["0x", "c", "1_2", "0x1_2", -1, True, [], "9" * 90, 2**256]
    for cell in bad:
        assert refusal(whole, cell)[0] is RefusedRow.NOT_A_NUMBER


def test_a_refusal_names_the_field_and_fits_a_line() -> None:
    reason, found = refusal(amount, "x" * 300)
    assert found.startswith("cell 'xxx")
    assert len(found) <= 80
    assert "\n" not in refusal(amount, "a\nb")[1]
    assert reason in ALLOWED


def test_every_reason_says_what_is_allowed() -> None:
    assert set(ALLOWED) == set(RefusedRow)
    assert all(line and "\n" not in line for line in ALLOWED.values())


def test_anything_can_be_shown_in_a_line() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "a list of 1"
    assert shown(10**5000).startswith("a whole number of")
    assert shown(None) == "None"
    assert len(shown("x" * 1000)) <= 84
