"""Ids come from content: the same content gives the same id, other content another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.ids import (
    AccountId,
    ActionId,
    ClientId,
    SignalId,
    TokenId,
    Wallet,
    action_id,
    chain_event_id,
    intent_id,
    row_event_id,
    signal_id,
)

words = st.text(alphabet="abc0123456789", min_size=1, max_size=8)


@given(words, st.integers(0, 999), st.integers(0, 999))
def test_two_logs_of_one_transaction_are_two_events(tx_hash: str, one: int, other: int) -> None:
    """S3.10: the key is the transaction and the log, not the transaction alone."""
    assert (chain_event_id(tx_hash, one) == chain_event_id(tx_hash, other)) == (one == other)


@given(st.lists(words, min_size=1, max_size=5), st.integers(0, 9))
def test_equal_rows_differ_only_by_their_occurrence(content: list[str], occurrence: int) -> None:
    """C9: content and occurrence number."""
    assert row_event_id(content, occurrence) == row_event_id(list(content), occurrence)
    assert row_event_id(content, occurrence) != row_event_id(content, occurrence + 1)


def test_moving_a_letter_between_parts_changes_an_id() -> None:
    """Parts are separated, so `ab`+`c` is not `a`+`bc`."""
    assert row_event_id(("ab", "c"), 0) != row_event_id(("a", "bc"), 0)


@given(st.lists(words, min_size=1, max_size=5, unique=True))
def test_the_order_of_its_actions_does_not_change_a_signal(actions: list[str]) -> None:
    """I21: what came first is not part of the name."""
    ids = [ActionId(action) for action in actions]
    one = signal_id(ClientId("me"), Wallet("0x1"), TokenId("1"), "BUY", ids)
    assert one == signal_id(ClientId("me"), Wallet("0x1"), TokenId("1"), "BUY", reversed(ids))
    assert one != signal_id(ClientId("you"), Wallet("0x1"), TokenId("1"), "BUY", ids)


def test_an_intent_is_named_by_account_signal_and_leg() -> None:
    """I1: one more leg, another account or another signal is another intent."""
    base = intent_id(AccountId("a"), SignalId("s"), 0)
    others = {intent_id(AccountId("b"), SignalId("s"), 0), intent_id(AccountId("a"), SignalId("t"), 0)}
    assert base not in others | {intent_id(AccountId("a"), SignalId("s"), 1)}


def test_an_action_groups_all_fills_of_a_transaction_token_and_side() -> None:
    """I1: the fills of one sweep are one action; the other side is another."""
    buy = action_id(Wallet("0x1"), "0xt", TokenId("1"), "BUY")
    assert buy == action_id(Wallet("0x1"), "0xt", TokenId("1"), "BUY")
    assert buy != action_id(Wallet("0x1"), "0xt", TokenId("1"), "SELL")
