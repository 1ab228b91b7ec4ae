"""Double entry: what each fact does to the books, so that every asset sums to zero in every entry (I15).

| fact           | free                      | reserved  | deployed | fees | realised  | deposits | held / market |
|----------------|---------------------------|-----------|----------|------|-----------|----------|---------------|
| `Deposited`    | + amount                  |           |          |      |           | - amount |               |
| `OrderPlanned` | - reserve                 | + reserve |          |      |           |          |               |
| `FillBooked`   | + released + cash - fee   | - released| + basis  | + fee| - realised|          | +/- shares    |
| `OrderEnded`   | + released                | - released|          |      |           |          |               |
| `Settled`      | + payout                  |           | + basis  |      | - realised|          | -/+ shares    |
| `Corrected`    | as the fact says                                                                            |

`cash` is minus the amount of a buy, plus the amount of a sell. A line of nothing is left out.
"""

from __future__ import annotations

from typing import assert_never

from copydesk.domain.control import (
    CommandTaken,
    ControlFact,
    Halted,
    LeaderCutOff,
    LeaderRestored,
    RelationPaused,
    RelationResumed,
    Resumed,
)
from copydesk.domain.errors import Broken, require
from copydesk.domain.events import (
    ActivitySeen,
    BookName,
    Corrected,
    DecisionMade,
    Deposited,
    Fact,
    FillBooked,
    LeaderFollowed,
    LeaderLeft,
    OrderEnded,
    OrderPlanned,
    Posting,
    RunFinished,
    RunStarted,
    Settled,
    TradeReplaced,
)

USDC = "USDC"

_FREE = BookName.FREE.value
_RESERVED = BookName.RESERVED.value
_DEPLOYED = BookName.DEPLOYED.value
_FEES = BookName.FEES.value
_REALISED = BookName.REALISED.value
_DEPOSITS = BookName.DEPOSITS.value
_HELD = BookName.HELD.value
_MARKET = BookName.MARKET.value


_Few = (
    ActivitySeen
    | RunStarted
    | RunFinished
    | LeaderFollowed
    | LeaderLeft
    | TradeReplaced
    | Settled
    | Deposited
    | Corrected
    | ControlFact
)


def postings_of(fact: Fact) -> tuple[Posting, ...]:
    """The lines `fact` writes, in the order of the table above. Raises `Broken` if they would not balance."""
    match fact:  # the kinds that are many stand before those that are few: each case that does not fit costs
        case DecisionMade():
            lines: tuple[Posting, ...] = ()
        case OrderPlanned():
            lines = _moved(_FREE, _RESERVED, int(fact.order.reserve))
        case FillBooked():
            lines = _of_fill(fact)
        case OrderEnded():
            lines = _moved(_RESERVED, _FREE, int(fact.released))
        case _:
            lines = _of_few(fact)
    return lines


def imbalance(postings: tuple[Posting, ...]) -> dict[str, int]:
    """What is left over by asset; empty if every asset sums to zero."""
    sums: dict[str, int] = {}
    for posting in postings:
        sums[posting.asset] = sums.get(posting.asset, 0) + posting.amount
    return {asset: left for asset, left in sums.items() if left}


def _of_few(fact: _Few) -> tuple[Posting, ...]:
    match fact:
        case ActivitySeen() | RunStarted() | RunFinished() | LeaderFollowed() | LeaderLeft() | TradeReplaced():
            lines: tuple[Posting, ...] = ()
        case Settled():
            lines = _of_settlement(fact)
        case Deposited():
            lines = _moved(_DEPOSITS, _FREE, int(fact.amount))
        case Corrected():
            lines = _of_correction(fact)
        case _:
            lines = _of_control(fact)
    return lines


def _of_control(fact: ControlFact) -> tuple[Posting, ...]:
    """Nothing: what stops or starts a desk moves no money."""
    match fact:
        case Halted() | Resumed() | LeaderCutOff() | LeaderRestored():
            return ()
        case RelationPaused() | RelationResumed() | CommandTaken():
            return ()
        case _:
            assert_never(fact)


def _moved(source: str, target: str, amount: int) -> tuple[Posting, ...]:
    return (Posting(target, USDC, amount), Posting(source, USDC, -amount)) if amount else ()


def _of_fill(fact: FillBooked) -> tuple[Posting, ...]:
    shares, released, fee = int(fact.shares), int(fact.released), int(fact.fee)
    cash = -int(fact.amount) if shares > 0 else int(fact.amount)
    _require_profit(fact, cash)
    money = (
        (_FREE, released + cash - fee),
        (_RESERVED, -released),
        (_DEPLOYED, int(fact.basis)),
        (_FEES, fee),
        (_REALISED, -int(fact.realised)),
    )
    return _lines(money, fact.token, shares)


def _of_settlement(fact: Settled) -> tuple[Posting, ...]:
    _require_profit(fact, int(fact.payout))
    money = ((_FREE, int(fact.payout)), (_DEPLOYED, int(fact.basis)), (_REALISED, -int(fact.realised)))
    return _lines(money, fact.token, -int(fact.shares))


def _of_correction(fact: Corrected) -> tuple[Posting, ...]:
    lines = tuple([Posting(book, asset, amount) for book, asset, amount in fact.postings])
    wrong = imbalance(lines)
    require(not wrong, f"I15: a correction does not sum to zero: {wrong}")
    return lines


def _require_profit(fact: FillBooked | Settled, cash: int) -> None:
    """What came in is cost and profit, to the micro: all other lines of the fact come in pairs."""
    if cash + int(fact.basis) != int(fact.realised):
        raise Broken(f"I15: {type(fact).__name__} of {fact.token}: cash {cash} is not profit less change of cost")


def _lines(money: tuple[tuple[str, int], ...], token: str, gained: int) -> tuple[Posting, ...]:
    lines = [Posting(book, USDC, amount) for book, amount in money if amount]
    if gained:
        lines += (Posting(_HELD, token, gained), Posting(_MARKET, token, -gained))
    return tuple(lines)
