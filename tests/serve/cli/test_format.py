"""Numbers, times and ids as a person sees them: one form for each, everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.money import Usdc
from copydesk.run.report import dollars
from copydesk.serve.cli import format as shown

CENT = 10_000


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (12_486_310_000, "$12,486.31"),
        (-35_520_000, "−$35.52"),
        (0, "$0.00"),
        (4_999, "$0.00"),
        (5_000, "$0.01"),
        (-4_999, "$0.00"),
        (-5_000, "−$0.01"),
        (999_995_000, "$1,000.00"),
    ],
)
def test_dollars_have_two_decimals_and_a_real_minus(micros: int, text: str) -> None:
    assert shown.dollars(micros) == text


@pytest.mark.parametrize(
    ("micros", "text"), [(30_480_000, "+$30.48"), (-35_520_000, "−$35.52"), (0, "$0.00"), (4_000, "$0.00")]
)
def test_a_gain_has_a_plus_and_zero_has_no_sign(micros: int, text: str) -> None:
    assert shown.signed_dollars(micros) == text


def test_the_ledger_shows_every_micro() -> None:
    assert shown.exact_dollars(-12_345_678) == "−$12.345678"


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (687_000, "68.7¢"),
        (500_000, "50.0¢"),
        (684_370, "68.4¢"),
        (1_000_000, "100.0¢"),
        (0, "0.0¢"),
        (999_700, "99.97¢"),
        (400, "0.04¢"),
        (999_999, "100.0¢"),
    ],
)
def test_a_price_has_one_decimal_unless_that_would_look_certain(micros: int, text: str) -> None:
    assert shown.price(micros) == text


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (1_240_000_000, "1,240"),
        (802_100_000, "802.1"),
        (69_780_000, "69.78"),
        (69_784_999, "69.78"),
        (0, "0"),
        (123, "0.000123"),
        (-5_000_000, "−5"),
    ],
)
def test_shares_have_no_needless_decimals(micros: int, text: str) -> None:
    assert shown.shares(micros) == text


@pytest.mark.parametrize(("number", "text"), [(27, "+27 bps"), (-48, "−48 bps"), (0, "0 bps"), (12_345, "+12,345 bps")])
def test_bps_have_a_sign(number: int, text: str) -> None:
    assert shown.bps(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(150, "1.5%"), (210, "2.1%"), (27, "0.27%"), (400, "4.0%"), (9_496, "95.0%"), (-30, "−0.3%")]
)
def test_basis_points_read_as_percent(number: int, text: str) -> None:
    assert shown.percent(number) == text


def test_parts_of_a_whole() -> None:
    assert shown.part_of(131, 412) == "31.8%"
    assert shown.part_of(0, 0) == shown.UNKNOWN
    assert shown.signed_part_of(17_400, 1_000_000) == "+1.74%"
    assert shown.signed_part_of(-640, 1_000_000) == "−0.06%"
    assert shown.signed_part_of(1, 0) == shown.UNKNOWN


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "<1 ms"),
        (486, "486 ms"),
        (1_310, "1.31 s"),
        (60_000, "60 s"),
        (312_000, "312 s"),
        (600_000, "10 min"),
        (3_600_000, "1 h"),
        (10_980_000, "3 h 3 min"),
        (1_749_600_000, "20 d 6 h"),
        (-5_000, "−5 s"),
    ],
)
def test_a_duration_is_as_exact_as_it_matters(ms: int, text: str) -> None:
    assert shown.duration(ms) == text


@pytest.mark.parametrize(
    ("ms", "text"), [(41_000, "41s"), (720_000, "12m"), (21_600_000, "6h"), (1_728_000_000, "20d"), (-1, "0s")]
)
def test_an_age_is_one_number(ms: int, text: str) -> None:
    assert shown.age(ms) == text


def test_a_moment_is_in_utc_to_the_millisecond() -> None:
    assert shown.moment(1_778_000_000_241) == "2026-05-05 16:53:20.241"
    assert shown.to_the_minute(1_778_000_000_241) == "2026-05-05 16:53"
    assert shown.moment(2**62) == str(2**62)


def test_names_are_cut_where_a_person_still_knows_them() -> None:
    assert shown.short("0x7e41" + "0" * 32 + "c09a") == "0x7e41…c09a"
    assert shown.short("0x08980b04" + "0" * 50 + "2d1996") == "0x08980b04…2d1996"
    assert shown.short("d7e9dc75de69" + "f" * 52) == "d7e9dc75de69"
    assert shown.short("unknown:leader") == "unknown:leader"
    assert shown.short("title:" + "x" * 60) == "title:" + "x" * 17 + "…"


def test_foreign_text_cannot_command_the_terminal() -> None:
    assert shown.line("a\x1b[2J\nb\u202ec") == "a [2J b c"
    assert shown.short("\x1b]0;x\x07") == " ]0;x "


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_what_is_shown_is_within_half_a_cent(micros: int) -> None:
    digits = shown.dollars(micros).replace(shown.MINUS, "-").replace("$", "").replace(",", "")
    assert abs(shown.micros_of(digits + "0000") - micros) <= CENT // 2


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_money_text_of_a_report_is_read_exactly(micros: int) -> None:
    assert shown.micros_of(dollars(Usdc(micros))) == micros
