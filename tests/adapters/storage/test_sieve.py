"""The sieve: never wrong when it says that a key is absent, and seldom unsure."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.storage.sieve import BITS_A_KEY, Sieve

digests = st.binary(min_size=16, max_size=16)


def a_key(number: int) -> bytes:
    """A claim's key: the letter of its kind, then sixteen bytes of a digest."""
    return b"e" + sha256(str(number).encode()).digest()[:16]


@given(st.lists(digests, max_size=300), digests, st.sampled_from([b"e", b"a", b"f"]))
def test_a_key_that_was_added_is_never_absent(added: list[bytes], owner: bytes, kind: bytes) -> None:
    """I1: a false no would let a trade be copied twice; layers that overflow keep it true."""
    sieve = Sieve(first_bits=1 << 8)
    keys = [kind + digest + owner for digest in added]
    sieve.add(keys)
    assert not any(sieve.is_absent(key) for key in keys)
    assert sieve.unsure(keys) == keys


def test_most_keys_that_were_not_added_are_absent() -> None:
    """What it lets through to the index is about one key in a hundred, for each of its layers."""
    sieve = Sieve(first_bits=1 << 12)
    count = 8 * (1 << 12) // BITS_A_KEY
    sieve.add(a_key(number) for number in range(count))
    unsure = sum(not sieve.is_absent(a_key(number)) for number in range(count, 3 * count))
    assert unsure / (2 * count) < 0.06


def test_an_empty_sieve_knows_that_all_is_absent() -> None:
    """A new ledger asks the index nothing."""
    assert Sieve().is_absent(a_key(1))
    assert Sieve().unsure([a_key(1)]) == []


def test_a_key_without_a_digest_is_never_known_to_be_absent() -> None:
    """Ids that are no digests are left to the index."""
    sieve = Sieve()
    assert not sieve.is_absent(b"Eshort")
    assert sieve.unsure([a_key(1), b"Eshort"]) == [b"Eshort"]
    sieve.add([a_key(1)])
    assert sieve.unsure([a_key(1), b"Eshort", a_key(2)]) == [a_key(1), b"Eshort"]
