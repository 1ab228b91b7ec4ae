"""Every refusal of the venue that py-clob-client-v2 can provoke, with the venue's text (K14, F49, F50, F52, F57)."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakemarket.clients.refusals import ROWS, Desk

official: Any = pytest.importorskip("py_clob_client_v2", reason="the official client")
exceptions: Any = pytest.importorskip("py_clob_client_v2.exceptions")
pytestmark = pytest.mark.slow
PAGE = Path(__file__).resolve().parents[3] / "docs" / "fakemarket.md"


def refused(act: Callable[[], Any]) -> tuple[int, str]:
    """Give status and text of the refusal."""
    with pytest.raises(exceptions.PolyApiException) as caught:
        act()
    message = caught.value.error_msg
    return caught.value.status_code, str(message["error"] if isinstance(message, dict) else message)


@pytest.fixture
def desk(venue: Any, clob: Any) -> Iterator[Desk]:
    made = Desk(venue, clob)
    made.seen_tick(made.market.tick)
    yield made
    venue.heal()
    made.restricted(banned=False, closed_only=False, approved=True)
    venue.act("resume", market=made.market.condition)
    for signature_type in (2, 3):
        clob(venue.trader(signature_type)).cancel_all()
    made.seen_tick(made.market.tick)


@pytest.mark.parametrize("name", ROWS)
def test_a_refusal_reaches_the_client_with_the_venues_words(desk: Desk, name: str) -> None:
    row = ROWS[name]
    status, text = refused(lambda: row.act(desk))
    assert status == row.status
    assert re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(row.words)), text), text


def test_the_page_tells_every_refusal_as_it_is() -> None:
    page = re.sub(r"\n +", " ", PAGE.read_text())
    told = dict(re.findall(r"^- \*\*([^*]+)\*\* (\d{3} `[^`]+`):", page, re.MULTILINE))
    assert told == {name: f"{row.status} `{row.words}`" for name, row in ROWS.items()}


def test_shares_that_are_promised_cannot_be_promised_again(desk: Desk) -> None:
    """F65: the words name what is free, not what is held."""
    cash = official.BalanceAllowanceParams(asset_type="COLLATERAL")
    held = int(desk.client.get_balance_allowance(cash)["balance"])
    desk.post(desk.sign(price=0.2, size=10))
    status, text = refused(lambda: desk.post(desk.sign(price=0.5, size=held // 500_000)))
    assert (status, f"balance: {held - 2_000_000}," in text) == (400, True)


def test_an_order_in_its_delay_window_cannot_be_cancelled(desk: Desk, clob: Any) -> None:
    game = desk.venue.markets("standard")[5]
    other = clob(desk.venue.trader(2))
    other.create_and_post_order(official.OrderArgs(token_id=game.yes, price=0.7, size=10, side="BUY"))
    waiting = desk.client.create_and_post_order(
        official.OrderArgs(token_id=game.no, price=0.3, size=10, side="BUY"), defer_exec=True
    )
    answer = desk.client.cancel_order(official.OrderPayload(orderID=waiting["orderID"]))
    assert waiting["status"] == "delayed"
    assert answer["canceled"] == []
    assert list(answer["not_canceled"]) == [waiting["orderID"]]


def test_in_closed_only_mode_what_is_held_can_still_be_sold(desk: Desk, eventually: Any) -> None:
    other = desk.beside(2)
    other.client.create_and_post_order(official.OrderArgs(token_id=desk.market.no, price=0.6, size=10, side="BUY"))
    desk.post(desk.sign(price=0.4, size=10))
    asked = official.BalanceAllowanceParams(asset_type="CONDITIONAL", token_id=desk.market.yes)
    eventually(lambda: int(desk.client.get_balance_allowance(asked)["balance"]) >= 10_000_000, "the purchase")
    desk.restricted(closed_only=True)
    assert desk.post(desk.sign(price=0.9, side="SELL"))["status"] == "live"


def test_while_the_engine_restarts_it_is_too_early_and_then_post_only(desk: Desk) -> None:
    """F49."""
    desk.venue.fault("restart", restart_ms=0, post_only_ms=600_000)
    resting = desk.post(desk.sign(), post_only=True)
    assert resting["status"] == "live"
    [answer] = desk.client.post_orders([official.PostOrdersV2Args(order=desk.sign(), orderType="GTC")])
    assert (answer["success"], answer["orderID"], answer["errorMsg"]) == (True, "", ROWS["post-only mode"].words)
    assert desk.client.cancel_all()["canceled"] == [resting["orderID"]]
    desk.venue.fault("restart", restart_ms=600_000)
    assert refused(desk.client.cancel_all) == (425, ROWS["restarting"].words)


def test_in_cancel_only_mode_orders_are_refused_and_cancels_go_on(desk: Desk) -> None:
    """F57."""
    resting = desk.post(desk.sign())
    desk.venue.fault("restricted", mode="cancel_only")
    assert desk.client.cancel_all()["canceled"] == [resting["orderID"]]


def test_when_trading_is_disabled_cancels_are_refused_too(desk: Desk) -> None:
    """F57."""
    desk.venue.fault("restricted", mode="disabled")
    assert refused(desk.client.cancel_all) == (503, ROWS["disabled"].words)


def test_too_many_requests_are_refused_where_the_venue_says_so(desk: Desk) -> None:
    """F50."""
    desk.venue.fault("throttle", retry_after_s=1, count=1)
    assert refused(lambda: desk.client.get_order_book(desk.market.yes)) == (429, "Too Many Requests")


def test_an_answer_can_be_lost_after_the_order_was_taken(desk: Desk) -> None:
    """F52: the client only hears that something failed; the order is there."""
    desk.venue.fault("drop_answer", kind="reset", count=1)
    order = desk.sign()
    with pytest.raises(exceptions.PolyApiException) as caught:
        desk.post(order)
    assert caught.value.status_code is None
    assert refused(lambda: desk.post(order))[1].endswith("Duplicated.")
    assert len(desk.client.get_open_orders()) == 1
