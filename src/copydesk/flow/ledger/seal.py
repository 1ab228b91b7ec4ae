"""Seals: each fact of an account gets the next number and a hash over the hash before it (I9)."""

from __future__ import annotations

from hashlib import sha256
from typing import Self

import msgspec

from copydesk.domain.errors import Broken
from copydesk.domain.events import Entry, Fact, Posting, SealedRow
from copydesk.domain.ids import AccountId, EventId, TimeMs, digest
from copydesk.flow.ledger.postings import postings_of


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a seal covers. Its JSON, in this order of fields and without spaces, is the canonical form."""

    account: AccountId
    seq: int
    recorded_at: TimeMs
    origin: EventId | None
    fact: Fact
    postings: tuple[Posting, ...]


_PIECE = 2_000
_encode_into = msgspec.json.Encoder().encode_into
_decode = msgspec.json.Decoder(Body, strict=True).decode


def genesis(account: AccountId) -> bytes:
    """The hash that stands before an account's first entry."""
    return bytes.fromhex(digest("copydesk ledger", (account,)))


def seal_of(previous: bytes, body: bytes) -> bytes:
    """The hash of an entry: SHA-256 over the hash before it and its body.

    In pieces below 2 KiB: for larger ones the interpreter's lock is given up, and on the hot path getting it back
    from the thread that writes the ledger costs more than the hash.
    """
    if len(body) <= _PIECE:
        return sha256(previous + body).digest()
    seal = sha256(previous)
    for start in range(0, len(body), _PIECE):
        seal.update(body[start : start + _PIECE])
    return seal.digest()


class Sealer:
    """The writing end of one account's chain: it knows the last number and hash, and seals what comes next."""

    __slots__ = ("_buffer", "account", "hash", "recorded_at", "seq")

    def __init__(self, account: AccountId) -> None:
        self.account = account
        self.seq = 0
        self.hash = genesis(account)
        self.recorded_at = TimeMs(0)
        self._buffer = bytearray()

    @classmethod
    def after(cls, entry: Entry) -> Self:
        """The sealer that goes on after `entry`."""
        sealer = cls(entry.account)
        sealer.seq, sealer.hash, sealer.recorded_at = entry.seq, entry.hash, entry.recorded_at
        return sealer

    def seal(self, fact: Fact, recorded_at: TimeMs, origin: EventId | None) -> Entry:
        """Number and seal `fact`. Raises `Broken` if it does not balance; nothing has changed then.

        A `recorded_at` before that of the entry before it is raised to it: a clock may step back, a ledger does not
        (F28). Sequence orders, time explains.
        """
        recorded_at = recorded_at if recorded_at > self.recorded_at else self.recorded_at
        postings = postings_of(fact)
        seq = self.seq + 1
        _encode_into(
            Body(account=self.account, seq=seq, recorded_at=recorded_at, origin=origin, fact=fact, postings=postings),
            self._buffer,
        )
        body = bytes(self._buffer)
        self.hash = seal = seal_of(self.hash, body)
        self.seq = seq
        self.recorded_at = recorded_at
        return Entry(
            account=self.account,
            seq=seq,
            recorded_at=recorded_at,
            origin=origin,
            fact=fact,
            postings=postings,
            hash=seal,
            body=body,
        )


def read_body(body: bytes) -> Body:
    """Decode a body. Raises `Broken` naming what does not fit; unknown fields count as damage only to the hash."""
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Broken(f"the body of an entry cannot be read: {wrong}") from wrong


def open_entry(row: SealedRow) -> Entry:
    """Read a stored row back. The body speaks for the entry; `verify` says whether the row agrees with it."""
    body = read_body(row.body)
    return Entry(
        account=body.account,
        seq=body.seq,
        recorded_at=body.recorded_at,
        origin=body.origin,
        fact=body.fact,
        postings=body.postings,
        hash=row.hash,
        body=row.body,
    )
