"""Seals: numbers without gaps, a hash over the hash before, bytes that never change (I9, I11, F11, F28)."""

from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.domain.errors import Broken
from copydesk.domain.events import Corrected, Entry, Fact
from copydesk.domain.ids import AccountId, EventId, TimeMs
from copydesk.flow.ledger.seal import Sealer, genesis, open_entry, seal_of
from tests.builders import NOON, shares
from tests.histories import ACCOUNT, a_decision, an_order, histories, one_of_each, planned, rows, sealed

GOLDEN = Path(__file__).parents[2] / "golden" / "ledger" / "v1.jsonl"


def golden_line(entry: Entry) -> bytes:
    return b'{"hash":"%s","entry":%s}\n' % (entry.hash.hex().encode(), entry.body)


def test_entries_count_from_one_without_gaps() -> None:
    assert [entry.seq for entry in sealed(one_of_each())] == list(range(1, len(one_of_each()) + 1))


def test_a_hash_covers_the_hash_before_it_and_the_body() -> None:
    """I9, from first principles."""
    first, second, *_ = sealed(one_of_each())
    assert first.hash == sha256(sha256(b"copydesk ledger\x1fdesk").digest() + first.body).digest()
    assert second.hash == sha256(first.hash + second.body).digest() == seal_of(first.hash, second.body)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 6_100))
def test_a_large_body_is_hashed_as_a_small_one(previous: bytes, size: int) -> None:
    """I9: in pieces, to the same hash."""
    body = b"x" * size
    assert seal_of(previous, body) == sha256(previous + body).digest()


def test_two_accounts_never_share_a_hash() -> None:
    fact = a_decision()
    other = AccountId("other")
    assert genesis(ACCOUNT) != genesis(other)
    assert sealed([fact], ACCOUNT)[0].hash != sealed([fact], other)[0].hash


def test_a_body_says_everything_else_of_its_entry() -> None:
    for entry in sealed(one_of_each()):
        said = msgspec.json.decode(entry.body)
        assert (said["account"], said["seq"]) == (ACCOUNT, entry.seq)
        assert (said["recorded_at"], said["origin"]) == (entry.recorded_at, entry.origin)
        assert said["postings"] == [[line.book, line.asset, line.amount] for line in entry.postings]


def test_an_entry_reads_back_as_it_was_sealed() -> None:
    entries = sealed(one_of_each())
    assert [open_entry(row) for row in rows(entries)] == entries


def test_a_sealer_goes_on_where_another_stopped() -> None:
    facts = one_of_each()
    whole = sealed(facts)
    sealer = Sealer.after(whole[4])
    for expected in whole[5:]:
        assert sealer.seal(expected.fact, expected.recorded_at, expected.origin) == expected


def test_a_clock_that_steps_back_does_not_take_the_ledger_with_it() -> None:
    """F28: sequence orders, time explains."""
    sealer = Sealer(ACCOUNT)
    sealer.seal(a_decision(), NOON, None)
    assert sealer.seal(a_decision(), TimeMs(NOON - 86_400_000), None).recorded_at == NOON


def test_a_fact_that_does_not_balance_is_not_sealed() -> None:
    """I15: and the chain goes on as if it had never been."""
    sealer, untouched = Sealer(ACCOUNT), Sealer(ACCOUNT)
    with pytest.raises(Broken, match="I15"):
        sealer.seal(Corrected(entry=1, why="", postings=(("free", "USDC", 1),)), NOON, None)
    assert sealer.seal(a_decision(), NOON, None) == untouched.seal(a_decision(), NOON, None)


def test_a_body_that_cannot_be_read_is_broken() -> None:
    (row,) = rows(sealed([a_decision()]))
    damaged = msgspec.structs.replace(row, body=row.body[:-1])
    with pytest.raises(Broken, match="cannot be read"):
        open_entry(damaged)


def test_no_number_of_a_body_is_a_fraction() -> None:
    text = b"".join(entry.body for entry in sealed(one_of_each()))
    decoder = msgspec.json.Decoder(float_hook=lambda number: pytest.fail(f"a fraction: {number}"))
    for entry in sealed(one_of_each()):
        decoder.decode(entry.body)
    assert b"NaN" not in text


def test_amounts_beyond_what_floats_hold_survive() -> None:
    order = an_order(shares=shares(9_007_199_254), reserve=2**62 + 1)
    (row,) = rows(sealed([planned(order)]))
    assert open_entry(row).fact == planned(order)


def test_the_bytes_of_version_one_stay_as_they_are() -> None:
    """F11: kept for ever. If this fails, old ledgers read differently: add a version, never edit the file."""
    assert b"".join(golden_line(entry) for entry in sealed(one_of_each())) == GOLDEN.read_bytes()


def test_a_ledger_of_version_one_is_still_readable() -> None:
    """F11, I12: every past entry decodes to the fact it was."""
    bodies = [line.split(b'"entry":', 1)[1][:-1] for line in GOLDEN.read_bytes().splitlines()]
    read = [open_entry(msgspec.structs.replace(rows(sealed([a_decision()]))[0], body=body)) for body in bodies]
    assert [entry.fact for entry in read] == one_of_each()


def test_version_one_holds_every_kind_of_fact() -> None:
    kinds = {type(fact) for fact in one_of_each()}
    assert kinds == set(Fact.__args__)


@given(histories())
def test_a_ledger_replayed_is_that_ledger(facts: list[Fact]) -> None:
    """I11: decode every body, seal its fact anew: the same bytes and the same hashes."""
    sealer = Sealer(ACCOUNT)
    for row in rows(sealed(facts)):
        entry = open_entry(row)
        again = sealer.seal(entry.fact, entry.recorded_at, entry.origin)
        assert (again.body, again.hash) == (row.body, row.hash)


def test_an_origin_is_kept() -> None:
    origin = EventId("e" * 64)
    assert Sealer(ACCOUNT).seal(a_decision(), NOON, origin).origin == origin
