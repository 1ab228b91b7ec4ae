"""Whatever an account lives through, its books, its portfolio and its ledger say the same (I11, I12, I13, I15, I21)."""

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings

from copydesk.domain.events import Fact, FillBooked, Settled
from copydesk.domain.money import MICROS
from copydesk.flow.ledger.postings import postings_of
from copydesk.flow.ledger.seal import open_entry
from copydesk.flow.ledger.verify import verify
from copydesk.flow.portfolio.fold import Portfolio, PositionKey, fold
from tests.histories import histories, rows, sealed

MONEY = ("free", "reserved", "deployed", "fees")


def books_of(facts: list[Fact]) -> Counter[tuple[str, str]]:
    """The balance of every book and asset: the postings added up, nothing else."""
    books: Counter[tuple[str, str]] = Counter()
    for fact in facts:
        for posting in postings_of(fact):
            books[posting.book, posting.asset] += posting.amount
    return books


def folded(facts: list[Fact]) -> Portfolio:
    portfolio = Portfolio()
    for fact in facts:
        portfolio.apply(fact)
    return portfolio


@given(histories())
def test_every_identity_holds_after_every_fact(facts: list[Fact]) -> None:
    """I13: a fold of any prefix is a valid portfolio."""
    portfolio = Portfolio()
    for fact in facts:
        portfolio.apply(fact)
        portfolio.check()


@given(histories())
def test_the_portfolio_is_what_the_books_add_up_to(facts: list[Fact]) -> None:
    """I12, I15: two ways of counting, one by position and one by posting."""
    for end in range(len(facts) + 1):
        portfolio, books = folded(facts[:end]), books_of(facts[:end])
        assert [int(getattr(portfolio, name)) for name in MONEY] == [books[name, "USDC"] for name in MONEY]
        assert int(portfolio.realised) == -books["realised", "USDC"]
        assert int(portfolio.deposited) == -books["deposits", "USDC"]
        held: Counter[str] = Counter()
        for position in portfolio.positions.values():
            held[position.token] += int(position.shares)
        assert {token: size for token, size in held.items() if size} == {
            asset: amount for (book, asset), amount in books.items() if book == "held" and amount
        }


@given(histories())
def test_a_portfolio_rebuilt_from_the_ledger_equals_the_live_one_byte_for_byte(facts: list[Fact]) -> None:
    """I12, after every prefix: sealed, stored, decoded and folded again."""
    live = Portfolio()
    entries = [open_entry(row) for row in rows(sealed(facts))]
    for end, fact in enumerate(facts, start=1):
        live.apply(fact, entries[end - 1].recorded_at)
        assert fold(entries[:end]).dump() == live.dump()


@given(histories())
def test_the_same_facts_give_the_same_bytes(facts: list[Fact]) -> None:
    """I11."""
    assert folded(facts).dump() == folded(facts).dump()


@given(histories())
def test_different_money_gives_different_bytes(facts: list[Fact]) -> None:
    """A dump that left something out would hide a difference."""
    changed = folded(facts)
    before = changed.dump()
    for name in ("free", "reserved", "deployed", "fees", "realised", "deposited"):
        setattr(changed, name, getattr(changed, name) + 1)
        assert changed.dump() != before
        setattr(changed, name, getattr(changed, name) - 1)
    assert changed.dump() == before


@given(histories())
def test_every_history_verifies(facts: list[Fact]) -> None:
    verdict = verify(rows(sealed(facts)))
    assert (verdict.fault, verdict.entries) == (None, len(facts))


@given(histories())
@settings(max_examples=200)
def test_a_closed_position_earned_what_came_in_less_what_went_out(facts: list[Fact]) -> None:
    """However cost was averaged on the way: recomputed from cash alone."""
    cash: Counter[PositionKey] = Counter()
    for fact in facts:
        if isinstance(fact, FillBooked):
            cash[fact.leader, fact.token] += int(fact.amount) if int(fact.shares) < 0 else -int(fact.amount)
        elif isinstance(fact, Settled):
            cash[fact.leader, fact.token] += int(fact.payout)
    portfolio = folded(facts)
    for key in cash:
        now, before = portfolio.positions.get(key), portfolio.settled.get(key)
        realised = sum(int(position.realised) for position in (now, before) if position is not None)
        basis = int(now.basis) if now is not None else 0
        assert realised == cash[key] + basis
        assert now is None or now.shares or not basis


@given(histories())
def test_a_fill_counts_as_settled_once_its_position_is(facts: list[Fact]) -> None:
    waiting: Counter[PositionKey] = Counter()
    settled = 0
    for fact in facts:
        if isinstance(fact, FillBooked):
            waiting[fact.leader, fact.token] += 1
        elif isinstance(fact, Settled):
            settled += waiting.pop((fact.leader, fact.token))
    results = folded(facts).results
    assert (results.settled_fills, results.fills) == (settled, settled + waiting.total())


@given(histories())
def test_the_copy_gap_is_the_weighted_mean_of_the_differences(facts: list[Fact]) -> None:
    """S3.50, in exact fractions."""
    weighted = base = Fraction(0)
    for fact in facts:
        if isinstance(fact, FillBooked) and fact.leader_price:
            size, theirs = abs(int(fact.shares)), Fraction(int(fact.leader_price), MICROS)
            worse = Fraction(int(fact.amount), size) - theirs
            weighted += size * (worse if int(fact.shares) > 0 else -worse)
            base += size * theirs
    bps = folded(facts).results.gap.bps
    assert (bps is None) == (not base)
    assert bps is None or abs(bps - 10_000 * weighted / base) <= Fraction(1, 2)
