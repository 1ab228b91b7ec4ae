"""Verification: whatever is altered in a stored ledger, the walk stops at the row and says what it found (I9, F25)."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.events import Entry, Fact, FillBooked, Head, OrderEnded, OrderPlanned, SealedRow
from copydesk.domain.ids import AccountId, EventId, TimeMs
from copydesk.flow.ledger.seal import Sealer, genesis, seal_of
from copydesk.flow.ledger.verify import Fault, verify
from tests.builders import NOON
from tests.histories import ACCOUNT, a_decision, a_row, an_order, one_of_each, planned, rows, sealed

OTHER = AccountId("other")


def stored() -> list[SealedRow]:
    return rows(sealed(one_of_each()))


def altered(row: SealedRow, **said: Any) -> SealedRow:
    return msgspec.structs.replace(row, **said)


def fault_of(all_rows: list[SealedRow]) -> Fault:
    fault = verify(all_rows).fault
    assert fault is not None
    return fault


def flipped(data: bytes, bit: int) -> bytes:
    byte = bit // 8 % len(data)
    return data[:byte] + bytes([data[byte] ^ 1 << bit % 8]) + data[byte + 1 :]


def forged(facts: list[Fact], change: Callable[[dict[str, Any]], None], at: int) -> list[SealedRow]:
    """A ledger whose entry `at` was changed by somebody who then sealed it and all that follow anew."""
    previous, made = genesis(ACCOUNT), []
    for row in rows(sealed(facts)):
        said = msgspec.json.decode(row.body)
        if row.position == at:
            change(said)
        body = msgspec.json.encode(said)
        previous = seal_of(previous, body)
        made.append(altered(row, body=body, hash=previous))
    return made


def test_an_untouched_ledger_is_sound() -> None:
    verdict = verify(stored())
    assert verdict.is_sound
    assert verdict.entries == len(stored())
    assert verdict.heads == {ACCOUNT: Head(seq=stored()[-1].seq, hash=stored()[-1].hash)}


def test_an_empty_ledger_is_sound() -> None:
    assert verify([]).is_sound


@given(st.integers(0, 14), st.integers(0, 10**6))
def test_a_flipped_bit_of_a_body_is_found_in_its_row(index: int, bit: int) -> None:
    """F25, I9: any bit of any body."""
    ledger = stored()
    ledger[index] = altered(ledger[index], body=flipped(ledger[index].body, bit))
    assert (fault_of(ledger).position, fault_of(ledger).what) == (index + 1, "hash")


@given(st.integers(0, 14), st.integers(0, 255))
def test_a_flipped_bit_of_a_hash_is_found_in_its_row(index: int, bit: int) -> None:
    ledger = stored()
    ledger[index] = altered(ledger[index], hash=flipped(ledger[index].hash, bit))
    fault = fault_of(ledger)
    assert (fault.position, fault.what, fault.found) == (index + 1, "hash", ledger[index].hash.hex())


@given(st.integers(0, 13))
def test_a_deleted_row_is_missed_by_the_one_after_it(index: int) -> None:
    ledger = stored()
    del ledger[index]
    fault = fault_of(ledger)
    assert (fault.position, fault.what) == (index + 2, "sequence")
    assert (fault.expected, fault.found) == (str(index + 1), str(index + 2))


def test_rows_missing_at_the_end_are_found_with_the_head_that_was_written_down() -> None:
    head = verify(stored()).heads
    assert verify(stored()[:-1]).is_sound
    fault = verify(stored()[:-1], head).fault
    assert fault is not None
    assert (fault.seq, fault.what) == (len(one_of_each()), "end of the chain")


def test_a_head_that_was_written_down_before_more_was_added_is_no_fault() -> None:
    assert verify(stored(), verify(stored()[:-3]).heads).is_sound


def test_a_whole_ledger_written_anew_is_found_with_the_head_that_was_written_down() -> None:
    def wipe(said: dict[str, Any]) -> None:
        said["fact"]["decision"]["reason"] = "side"

    ledger = forged(one_of_each(), wipe, 4)
    assert verify(ledger).is_sound
    assert not verify(ledger, verify(stored()).heads).is_sound


def test_an_account_that_is_gone_is_found_with_its_head() -> None:
    assert not verify([], verify(stored()).heads).is_sound


@given(st.integers(0, 13))
def test_two_rows_in_the_wrong_order_are_found(index: int) -> None:
    ledger = stored()
    ledger[index], ledger[index + 1] = ledger[index + 1], ledger[index]
    assert (fault_of(ledger).position, fault_of(ledger).what) == (index + 2, "sequence")


def test_two_bodies_that_changed_places_are_found() -> None:
    ledger = stored()
    first, second = ledger[3], ledger[4]
    ledger[3], ledger[4] = altered(first, body=second.body), altered(second, body=first.body)
    assert (fault_of(ledger).position, fault_of(ledger).what) == (4, "hash")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"seq": 6}, "sequence"),
        ({"seq": 4}, "sequence"),
        ({"account": OTHER}, "sequence"),
        ({"recorded_at": NOON + 4_001}, "recorded_at"),
        ({"origin": None}, "origin"),
        ({"origin": EventId("f" * 64)}, "origin"),
        ({"kind": "deposited"}, "kind"),
        ({"position": 4}, "position"),
    ],
)
def test_an_altered_column_is_found_in_its_row(said: dict[str, Any], what: str) -> None:
    """I9: what stands beside the body is what the body says."""
    ledger = stored()
    ledger[4] = altered(ledger[4], **said)
    fault = fault_of(ledger)
    assert (fault.position, fault.what) == (ledger[4].position, what)


def test_a_fault_says_what_was_expected_and_found() -> None:
    ledger = stored()
    ledger[4] = altered(ledger[4], kind="deposited")
    fault = fault_of(ledger)
    assert (fault.account, fault.seq, fault.expected, fault.found) == (ACCOUNT, 5, "decision_made", "deposited")


def test_the_walk_says_how_far_it_came() -> None:
    ledger = stored()
    ledger[4] = altered(ledger[4], kind="deposited")
    assert (verify(ledger).entries, verify(ledger).heads[ACCOUNT].seq) == (4, 4)


def test_postings_that_do_not_sum_to_zero_are_found_under_a_good_seal() -> None:
    """I15."""

    def take_a_micro(said: dict[str, Any]) -> None:
        said["postings"][0][2] -= 1

    fault = fault_of(forged(one_of_each(), take_a_micro, 8))
    assert (fault.position, fault.what) == (8, "sum of postings")


def test_postings_that_are_not_those_of_the_fact_are_found_under_a_good_seal() -> None:
    """I15: balanced, but not what the fact says."""

    def move_to_fees(said: dict[str, Any]) -> None:
        said["postings"] = [["fees", "USDC", 5], ["free", "USDC", -5]]

    fault = fault_of(forged(one_of_each(), move_to_fees, 2))
    assert (fault.position, fault.what) == (2, "postings")


def test_a_fact_that_cannot_balance_is_found_under_a_good_seal() -> None:
    def earn_more(said: dict[str, Any]) -> None:
        said["fact"]["realised"] += 1

    fault = fault_of(forged(one_of_each(), earn_more, 11))
    assert (fault.position, fault.what) == (11, "postings")


def test_a_body_that_is_no_entry_is_found_under_a_good_seal() -> None:
    def forget_the_fact(said: dict[str, Any]) -> None:
        del said["fact"]

    fault = fault_of(forged(one_of_each(), forget_the_fact, 3))
    assert (fault.position, fault.what, fault.expected) == (3, "body", "an entry")


@pytest.mark.parametrize(
    ("field", "value", "what"), [("account", "other", "account"), ("seq", 9, "sequence in the body")]
)
def test_a_body_of_another_place_is_found_under_a_good_seal(field: str, value: object, what: str) -> None:
    def move(said: dict[str, Any]) -> None:
        said[field] = value

    fault = fault_of(forged(one_of_each(), move, 5))
    assert (fault.position, fault.what) == (5, what)


def test_a_time_before_that_of_the_entry_before_is_found() -> None:
    def go_back(said: dict[str, Any]) -> None:
        said["recorded_at"] = 1

    ledger = forged(one_of_each(), go_back, 5)
    ledger[4] = altered(ledger[4], recorded_at=TimeMs(1))
    assert (fault_of(ledger).position, fault_of(ledger).what) == (5, "recorded_at")


def test_an_intent_planned_twice_is_found() -> None:
    """I1."""
    again = an_order(1)
    renamed = msgspec.structs.replace(again, id=type(again.id)("another"))
    ledger = rows(sealed([planned(again), OrderPlanned(intent=again.intent, order=renamed)]))
    assert (fault_of(ledger).position, fault_of(ledger).what) == (2, "intent")


def test_an_order_planned_twice_is_found() -> None:
    first = an_order(1)
    second = msgspec.structs.replace(an_order(2), id=first.id)
    assert fault_of(rows(sealed([planned(first), planned(second)]))).what == "order"


def one(kind: type[Any]) -> Any:
    return next(fact for fact in one_of_each() if isinstance(fact, kind))


def test_a_fill_booked_twice_is_found() -> None:
    """I10."""
    plan, fill = one(OrderPlanned), one(FillBooked)
    fault = fault_of(rows(sealed([plan, fill, fill])))
    assert (fault.position, fault.what) == (3, "fill key")


@pytest.mark.parametrize("before", [[], [OrderPlanned, OrderEnded]])
def test_a_fill_of_an_order_that_is_not_open_is_found(before: list[type[Any]]) -> None:
    fault = fault_of(rows(sealed([*(one(kind) for kind in before), one(FillBooked)])))
    assert (fault.position, fault.what) == (len(before) + 1, "fill")


@pytest.mark.parametrize("before", [[], [OrderPlanned, OrderEnded]])
def test_an_end_of_an_order_that_is_not_open_is_found(before: list[type[Any]]) -> None:
    fault = fault_of(rows(sealed([*(one(kind) for kind in before), one(OrderEnded)])))
    assert (fault.position, fault.what) == (len(before) + 1, "end of order")


def test_accounts_that_take_turns_are_walked_each_by_its_own_chain() -> None:
    sealers = {account: Sealer(account) for account in (ACCOUNT, OTHER)}
    entries: list[Entry] = []
    for number in range(6):
        account = (ACCOUNT, OTHER)[number % 2]
        entries.append(sealers[account].seal(a_decision(account=account), TimeMs(number), None))
    verdict = verify(rows(entries))
    assert {account: head.seq for account, head in verdict.heads.items()} == {ACCOUNT: 3, OTHER: 3}
    assert verdict.is_sound
    assert verify([a_row(entry, 2 * n) for n, entry in enumerate(entries[1::2], start=1)]).is_sound


def test_one_account_cannot_hide_behind_another() -> None:
    ours = sealed([a_decision(), a_decision()])
    theirs = sealed([a_decision()], OTHER)
    ledger = [a_row(ours[0], 1), a_row(theirs[0], 2), altered(a_row(ours[1], 3), body=theirs[0].body)]
    assert fault_of(ledger).position == 3


def test_a_posting_of_nothing_where_no_money_moved_is_found() -> None:
    """I15."""

    def add_nothing(said: dict[str, Any]) -> None:
        said["postings"] = [["free", "USDC", 0]]

    assert fault_of(forged(one_of_each(), add_nothing, 4)).what == "postings"
