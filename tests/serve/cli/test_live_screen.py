"""The live screen: paper first, what is held and why the last trade was skipped, at every width (K24, S4.20)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from copydesk.domain.control import Halted, HaltSource
from copydesk.domain.decision import Approved, Expired, Skipped
from copydesk.domain.health import FeedHealth, FeedState
from copydesk.domain.ids import AccountId, MarketId, SignalId, TimeMs, TokenId, Wallet
from copydesk.domain.live_status import Cash, Copy, Counts, Followed, Holding, LiveStatus, SourceLag
from copydesk.domain.money import NO_SHARES, NO_USDC
from copydesk.domain.order import Ending
from copydesk.domain.position import Position
from copydesk.domain.refusal import Check, Reason
from copydesk.domain.trade import Token
from copydesk.serve.cli.live_screen import PlainScreen, live_screen
from copydesk.serve.cli.live_view import view
from tests.builders import LEADER, NOON, a_signal, price, shares, usdc
from tests.histories import a_decision

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "live_screen"
FED = Token(
    id=TokenId("3001"),
    market=MarketId("0x" + "fe" * 32),
    outcome="Yes",
    title="Fed cuts rates at the December meeting?",
)
TIDE = Token(
    id=TokenId("3002"), market=MarketId("0x" + "fd" * 32), outcome="No", title="Best Picture 2027: “The Long Tide”?"
)


HALTS = tuple(
    (AccountId(account), Halted(source=HaltSource.OPERATOR, since=NOON, words="maintenance at the venue"))
    for account in ("desk", "second")
)


def a_leader(given: str, byte: str, name: str = "") -> Followed:
    return Followed(given=given, wallet=Wallet("0x" + byte * 20), name=name, how="")


def a_feed(name: str, **said: Any) -> FeedHealth:
    parts: dict[str, Any] = {
        "state": FeedState.LIVE, "last_data_at": TimeMs(NOON - 1_000), "received": 12_345, "shown": 124,
        "refused": 0, "reconnects": 0, "gaps": 0, "shed": 0,
    }  # fmt: skip
    return FeedHealth(name=name, **(parts | said))


def copied(number: int, spent: str = "47.88", size: str = "69.7", ending: Ending | None = Ending.FILLED) -> Copy:
    signal = a_signal(id=SignalId(f"{number:064x}"), token=FED, price="0.684", size="1240")
    decision = a_decision(Approved, signal=signal, decided_at=TimeMs(NOON - 1_000 * number)).decision
    return Copy(decision=decision, spent=usdc(spent), shares=shares(size), ending=ending)


def skipped(number: int, **said: Any) -> Copy:
    check = Check(Reason.SPREAD, 40_000, 30_000, "micros", passed=False)
    signal = a_signal(id=SignalId(f"{number:064x}"), token=TIDE)
    parts: dict[str, Any] = {"reason": Reason.SPREAD, "checks": (check,), "signal": signal}
    parts["decided_at"] = TimeMs(NOON - 1_000 * number)
    return Copy(decision=a_decision(Skipped, **(parts | said)).decision, spent=NO_USDC, shares=NO_SHARES, ending=None)


def expired(number: int) -> Copy:
    check = Check(Reason.SIGNAL_EXPIRED, 312_000, 300_000, "ms", passed=False)
    signal = a_signal(id=SignalId(f"{number:064x}"), token=FED)
    decision = a_decision(Expired, signal=signal, checks=(check,), decided_at=TimeMs(NOON - 1_000 * number)).decision
    return Copy(decision=decision, spent=NO_USDC, shares=NO_SHARES, ending=None)


def a_holding(token: Token, size: str, basis: str, mark: str | None) -> Holding:
    position = Position(
        leader=LEADER, token=token.id, market=token.market, category="economics", outcome=token.outcome,
        title=token.title, shares=shares(size), basis=usdc(basis), realised=NO_USDC, fees=NO_USDC, fills=1,
    )  # fmt: skip
    return Holding(position=position, mark=None if mark is None else price(mark))


def a_status(**said: Any) -> LiveStatus:
    """A desk an hour and a minute after its start, with a little of everything."""
    parts: dict[str, Any] = {
        "mode": "paper",
        "began_at": TimeMs(NOON - 3_660_000),
        "now": NOON,
        "ends_at": None,
        "is_halted": False,
        "leaders": (a_leader("kestrel", "7e"), a_leader("0x" + "3c" * 20, "3c"), a_leader("0x" + "1a" * 20, "5d")),
        "feeds": (a_feed("poller"), a_feed("rtds")),
        "last_trade_at": TimeMs(NOON - 4_000),
        "counts": Counts(events=1_118, duplicates=6, refused=2, signals=118, copied=37, expired=2,
                         skipped={"depth": 40, "price_moved": 21, "spread": 10, "below_minimum": 8}, shed=0),
        "copies": (expired(4), copied(3, ending=None, spent="0", size="0"), skipped(2), copied(1)),
        "holdings": (a_holding(FED, "912.4", "575.73", "0.687"), a_holding(TIDE, "1310.5", "280.44", "0.205"),
                     a_holding(FED, "10", "5", None)),
        "cash": Cash(deposited=usdc(1_000), free=usdc("151.13"), reserved=usdc("20.5"), deployed=usdc("861.17"),
                     realised=usdc("32.80"), fees=usdc("1.44"), equity=usdc("1012.30"), unmarked=1),
        "lags": (SourceLag(source="poller", first=20, missed=0, p50_ms=1_400, p99_ms=2_310),
                 SourceLag(source="rtds", first=98, missed=1, p50_ms=120, p99_ms=486)),
        "queue": 0,
    }  # fmt: skip
    return LiveStatus(**(parts | said))


def drawn(status: LiveStatus, width: int = 100, height: int = 40) -> list[str]:
    return view(status, width, height).plain.split("\n")


@pytest.mark.parametrize(
    ("name", "status", "width", "height"),
    [
        ("well", a_status(), 110, 40),
        ("narrow", a_status(), 80, 24),
        ("quiet", a_status(copies=(), holdings=(), last_trade_at=None, lags=(), counts=Counts(
            events=0, duplicates=0, refused=0, signals=0, copied=0, expired=0, skipped={}, shed=0)), 80, 24),
        ("trouble", a_status(
            is_halted=True, halts=HALTS, leaders_stopped=2, mode="dry_run", ends_at=TimeMs(NOON + 45_000), queue=12,
            feeds=(a_feed("poller", state=FeedState.SILENT, words="answers, but nothing newer than 81 s"),
                   a_feed("rtds", state=FeedState.OFF, last_data_at=None, gaps=2,
                          words="failed 5 times, again in 57 s")),
            warnings=("No source is live: leaders' trades are not seen now",)), 110, 40),
    ],
)  # fmt: skip
def test_the_screen_is_as_it_was(name: str, status: LiveStatus, width: int, height: int) -> None:
    """The text of it, to look at: tests/golden/live_screen."""
    lines = [line.rstrip() for line in drawn(status, width, height)]
    assert lines == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("width", [20, 40, 79, 80, 120, 200])
@pytest.mark.parametrize("height", [5, 24, 60])
def test_it_fits_whatever_there_is(width: int, height: int) -> None:
    many = a_status(holdings=tuple(a_holding(FED, "10", str(100 - number), "0.5") for number in range(40)))
    lines = drawn(many, width, height)
    assert len(lines) <= height
    assert all(cell_len(line) <= width for line in lines)
    assert lines[0].startswith("PAPER")


def test_what_does_not_fit_is_counted() -> None:
    many = a_status(holdings=tuple(a_holding(FED, "10", str(100 - number), "0.5") for number in range(40)))
    lines = drawn(many, 100, 40)
    kept = sum("50.0¢" in line for line in lines)
    assert f"… {40 - kept} more" in lines[-1]


def test_a_title_cannot_command_the_terminal() -> None:
    """Whoever names a market must not draw on our screen."""
    token = Token(id=FED.id, market=FED.market, outcome="Y\x1b[2J", title="a\x1b]0;b\x07\nc")
    text = "\n".join(drawn(a_status(holdings=(a_holding(token, "1", "1", "0.5"),),
                                    copies=(skipped(1, signal=a_signal(token=token)),))))  # fmt: skip
    assert "\x1b" not in text
    assert "\x07" not in text


def test_the_age_of_the_last_leader_trade_is_always_said() -> None:
    """K24: "nothing happens" has an answer."""
    assert "last leader trade seen 4s ago" in drawn(a_status())[1]
    assert "no leader trade seen yet" in drawn(a_status(last_trade_at=None))[1]


# --- where there is no terminal --------------------------------------------------------------------------------------


def test_plain_lines_tell_each_decision_once_when_it_is_known_what_came_of_it() -> None:
    stream = io.StringIO()
    screen = PlainScreen(stream)
    waiting, done = copied(1, ending=None, spent="0", size="0"), copied(1)
    screen.show(a_status(copies=(skipped(2), waiting)))
    screen.show(a_status(copies=(skipped(2), waiting), now=TimeMs(NOON + 1_000)))
    screen.show(a_status(copies=(skipped(2), done), now=TimeMs(NOON + 2_000)))
    lines = stream.getvalue().splitlines()
    assert [line.split()[1] for line in lines] == ["skipped", "PAPER", "copied"]
    assert lines[0].endswith("buy No · Best Picture 2027: “The Long Tide”? · Spread 4.0¢ · limit 3.0¢")
    assert lines[2].endswith("$47.88 @ 68.7¢  +43 bps")


def test_plain_lines_sum_up_now_and_then() -> None:
    stream = io.StringIO()
    screen = PlainScreen(stream)
    for second in range(0, 65, 5):
        screen.show(a_status(copies=(), now=TimeMs(NOON + 1_000 * second)))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3
    assert "1,118 events, last leader trade 4s ago · 37 copied, 79 skipped, 2 expired" in lines[0]


def test_without_a_terminal_there_are_plain_lines_and_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with live_screen(is_quiet=False, is_colourless=True) as screen:
        assert isinstance(screen, PlainScreen)
        screen.show(a_status())
    with live_screen(is_quiet=True, is_colourless=True) as screen:
        assert screen is None
    told = capsys.readouterr()
    assert told.out == ""
    assert "\x1b" not in told.err
