"""Verification: walk stored rows and name the first that is not what it was when it was sealed (I9, I15, F25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.errors import Broken
from copydesk.domain.events import FillBooked, Head, OrderEnded, OrderPlanned, SealedRow
from copydesk.domain.ids import AccountId, FillKey, IntentId, OrderId, TimeMs
from copydesk.flow.ledger.postings import imbalance, postings_of
from copydesk.flow.ledger.seal import Body, genesis, read_body, seal_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copydesk.domain.events import Fact


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing found wrong: in which row, what it should have been and what it is."""

    position: int
    account: AccountId
    seq: int
    what: str
    expected: str
    found: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How far the walk came, where each account's chain then stood, and the fault that stopped it, if any."""

    entries: int
    heads: dict[AccountId, Head]
    fault: Fault | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found wrong."""
        return self.fault is None


class _Wrong(Exception):
    """What `Fault` says, on its way up from one check."""

    def __init__(self, what: str, expected: object, found: object) -> None:
        super().__init__(what)
        self.what, self.expected, self.found = what, str(expected), str(found)


def verify(rows: Iterable[SealedRow], heads: Mapping[AccountId, Head] | None = None) -> Verdict:
    """Walk `rows` in order of position, of one account from its first entry or of all.

    With `heads`, the ends of the chains as they were written down elsewhere, rows missing at the end are found too;
    without them a chain cannot know that it was longer. Memory grows with the orders and fills only.
    """
    chains: dict[AccountId, _Chain] = {}
    entries = position = 0
    for row in rows:
        chain = chains.get(row.account)
        if chain is None:
            chain = chains[row.account] = _Chain(row.account)
        try:
            if row.position <= position:
                raise _Wrong("position", f"above {position}", row.position)
            chain.take(row)
        except _Wrong as wrong:
            return Verdict(entries=entries, heads=_heads(chains), fault=_fault(row, wrong))
        position = row.position
        entries += 1
    return Verdict(entries=entries, heads=_heads(chains), fault=_missing_end(chains, heads or {}, position))


class _Chain:
    """One account's chain as far as it was walked."""

    __slots__ = ("_fills", "_intents", "_orders", "account", "hash", "recorded_at", "seq")

    def __init__(self, account: AccountId) -> None:
        self.account = account
        self.seq = 0
        self.hash = genesis(account)
        self.recorded_at = TimeMs(0)
        self._intents: set[IntentId] = set()
        self._fills: set[FillKey] = set()
        self._orders: dict[OrderId, bool] = {}

    def take(self, row: SealedRow) -> None:
        """Check the next row and move on to it. Raises `_Wrong`, having moved nowhere."""
        _same("sequence", self.seq + 1, row.seq)
        if (seal := seal_of(self.hash, row.body)) != row.hash:
            raise _Wrong("hash", seal.hex(), row.hash.hex())
        body = _body_of(row)
        if row.recorded_at < self.recorded_at:
            raise _Wrong("recorded_at", f"not before {self.recorded_at}", row.recorded_at)
        _check_postings(body)
        self._check_story(body.fact)
        self.seq, self.hash, self.recorded_at = row.seq, row.hash, row.recorded_at

    def _check_story(self, fact: Fact) -> None:
        match fact:
            case OrderPlanned():
                _new("intent", fact.intent, self._intents)
                if fact.order.id in self._orders:
                    raise _Wrong("order", "planned once", f"{fact.order.id} again")
                self._orders[fact.order.id] = True
            case FillBooked():
                _new("fill key", fact.key, self._fills)
                if not self._orders.get(fact.order):
                    raise _Wrong("fill", "of an open order", self._state(fact.order))
            case OrderEnded():
                if not self._orders.get(fact.order):
                    raise _Wrong("end of order", "of an open order", self._state(fact.order))
                self._orders[fact.order] = False
            case _:
                return

    def _state(self, order: OrderId) -> str:
        return f"order {order}, which {'has ended' if order in self._orders else 'was never planned'}"


def _body_of(row: SealedRow) -> Body:
    try:
        body = read_body(row.body)
    except Broken as broken:
        raise _Wrong("body", "an entry", broken) from broken
    _same("account", body.account, row.account)
    _same("sequence in the body", row.seq, body.seq)
    _same("recorded_at", body.recorded_at, row.recorded_at)
    _same("origin", body.origin, row.origin)
    _same("kind", type(body.fact).__struct_config__.tag, row.kind)
    return body


def _check_postings(body: Body) -> None:
    wrong = imbalance(body.postings)
    _same("sum of postings", {}, wrong)
    try:
        expected = postings_of(body.fact)
    except Broken as broken:
        raise _Wrong("postings", "a fact that balances", broken) from broken
    _same("postings", expected, body.postings)


def _same(what: str, expected: object, found: object) -> None:
    if expected != found:
        raise _Wrong(what, expected, found)


def _new(what: str, key: IntentId | FillKey, seen: set[IntentId] | set[FillKey]) -> None:
    if key in seen:
        raise _Wrong(what, "never seen before", f"{key} again")
    seen.add(key)  # type: ignore[arg-type]


def _fault(row: SealedRow, wrong: _Wrong) -> Fault:
    return Fault(
        position=row.position,
        account=row.account,
        seq=row.seq,
        what=wrong.what,
        expected=wrong.expected,
        found=wrong.found,
    )


def _heads(chains: Mapping[AccountId, _Chain]) -> dict[AccountId, Head]:
    return {account: Head(seq=chain.seq, hash=chain.hash) for account, chain in sorted(chains.items()) if chain.seq}


def _missing_end(chains: Mapping[AccountId, _Chain], heads: Mapping[AccountId, Head], last: int) -> Fault | None:
    for account, head in sorted(heads.items()):
        chain = chains.get(account) or _Chain(account)
        if chain.seq > head.seq or (chain.seq, chain.hash) == (head.seq, head.hash):
            continue
        return Fault(
            position=last + 1,
            account=account,
            seq=chain.seq + 1,
            what="end of the chain",
            expected=f"entry {head.seq} with hash {head.hash.hex()}",
            found=f"entry {chain.seq} with hash {chain.hash.hex()}",
        )
    return None
