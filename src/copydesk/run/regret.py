"""What each rule saved or cost: every trade that was not copied, followed to its market's result (N11).

The yardstick is a copy one for one: the leader's shares at the leader's average price, less the venue's taker fee, held
to the result. Money is whole micro-dollars throughout. See docs/explain.md for what this can and cannot say.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.decision import Approved
from copydesk.domain.events import DecisionMade, Settled
from copydesk.domain.money import Price, Usdc, proceeds, taker_fee
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from copydesk.domain.decision import Decision
    from copydesk.domain.events import Entry
    from copydesk.domain.ids import MarketId, TokenId, Wallet
    from copydesk.domain.scene import Scene
    from copydesk.domain.signal import Signal
    from copydesk.domain.trade import Token
    from copydesk.ports import Dice, ResultSource
    from copydesk.run.skips import Asked

FEE = "taker_fee_bps"
MARKETS_LEAST = 10
"""With fewer markets no interval is given: their few results say nothing of the next."""
RESAMPLES, RESAMPLES_LEAST, DRAWS_MAX = 1_000, 200, 1_000_000
TAIL_MILLE = 25
"""What is left out at either end, in thousandths: the interval holds 95 of 100 resamples."""

NOTHING_TO_FOLLOW = frozenset({Reason.ACTION_ALREADY_DECIDED, Reason.NOTHING_HELD})
"""Refusals of what had been decided before, or of a sale of nothing: they kept nothing from happening."""


class Verdict(StrEnum):
    """What can be said of a rule."""

    SAVES = "saves"
    COSTS = "costs"
    OPEN = "open"
    """The interval holds zero."""
    FEW = "few"
    """Fewer than `MARKETS_LEAST` markets have a result."""


class Skip(NamedTuple):
    """One trade that was not copied, as much of it as its result needs. `fee_bps` is None where it is not on record."""

    reason: Reason
    signal: Signal
    fee_bps: int | None


class Interval(NamedTuple):
    """Where the saving lies in 95 of 100 resamples of the markets, in micro-dollars."""

    low: int
    high: int


class Rule:
    """One reason's account.

    `skipped` = `followed` + `unknown` (no result is known) + `unpriced` (no fee is on record) + `beside` (there was
    nothing to follow). `saved` is what the skips kept us from losing less what they kept us from earning; `put_in` is
    what the leaders moved in the trades that were followed. Both in micro-dollars.
    """

    def __init__(self) -> None:
        self.skipped = self.followed = self.unknown = self.unpriced = self.beside = 0
        self.would_have_lost = self.put_in = self.saved = 0
        self.by_market: dict[MarketId, int] = {}
        self.interval: Interval | None = None

    @property
    def verdict(self) -> Verdict:
        """What the interval says."""
        if self.interval is None:
            return Verdict.FEW
        if self.interval.low > 0:
            return Verdict.SAVES
        return Verdict.COSTS if self.interval.high < 0 else Verdict.OPEN

    def follow(self, skip: Skip, per_share: Price | None) -> None:
        """Account for one skip whose token paid `per_share`; None if that is not known."""
        self.skipped += 1
        if skip.reason in NOTHING_TO_FOLLOW:
            self.beside += 1
        elif per_share is None:
            self.unknown += 1
        elif skip.fee_bps is None:
            self.unpriced += 1
        else:
            self._book(skip.signal, brought(skip.signal, skip.fee_bps, per_share))

    def _book(self, signal: Signal, result: int) -> None:
        self.followed += 1
        self.put_in += int(signal.notional)
        self.saved -= result
        self.would_have_lost += result < 0
        market = signal.token.market
        self.by_market[market] = self.by_market.get(market, 0) - result


def brought(signal: Signal, fee_bps: int, per_share: Price) -> int:
    """What copying `signal` one for one would have brought, in micro-dollars; negative for a loss.

    A buy brings its payout less cost and fee. A sale brings what it was sold for, less the fee and the payout that
    was given away.
    """
    fee = int(taker_fee(signal.shares, signal.price, fee_bps))
    paid_out, notional = int(proceeds(signal.shares, per_share)), int(signal.notional)
    return (paid_out - notional if signal.side is Side.BUY else notional - paid_out) - fee


def fee_on_record(scene: Scene | None) -> int | None:
    """The market's taker fee when the decision was made, None where it is not on record or nobody could tell it."""
    if scene is None or FEE in scene.market.unknown:
        return None
    return scene.market.taker_fee_bps


class Regret:
    """Gathers the skips of a ledger, and what its own positions were paid, which settles what no source knows.

    `leaders` are all the ledger knows, whoever is meant.
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._skips: list[Skip] = []
        self._paid: dict[TokenId, Price] = {}
        self.leaders: set[Wallet] = set()

    def take(self, entry: Entry) -> None:
        """Take in the next entry of the ledger."""
        match entry.fact:
            case DecisionMade(decision=decision, scene=scene):
                self.leaders.add(decision.signal.leader)
                self._keep(decision, scene)
            case Settled(token=token, per_share=per_share):
                self._paid[token] = per_share
            case _:
                return

    def rules(self, results: ResultSource, dice: Callable[[str], Dice]) -> dict[Reason, Rule]:
        """The account of every reason that occurred, in order of name. `dice` gives each reason its own."""
        rules: dict[Reason, Rule] = {}
        for skip in self._skips:
            rules.setdefault(skip.reason, Rule()).follow(skip, self._per_share(skip, results))
        for reason, rule in rules.items():
            rule.interval = interval_of(list(rule.by_market.values()), dice(str(reason)))
        return dict(sorted(rules.items()))

    def open_tokens(self) -> list[Token]:
        """The tokens of what is followed and whose result the ledger does not have, each once."""
        followed = (skip.signal.token for skip in self._skips if skip.reason not in NOTHING_TO_FOLLOW)
        return list({token.id: token for token in followed if token.id not in self._paid}.values())

    def _keep(self, decision: Decision, scene: Scene | None) -> None:
        signal = decision.signal
        if isinstance(decision, Approved) or signal.exit is not None:
            return
        if self._asked.names(signal.leader) and self._asked.covers(decision.decided_at):
            self._skips.append(Skip(decision.reason, signal, fee_on_record(scene)))

    def _per_share(self, skip: Skip, results: ResultSource) -> Price | None:
        own = self._paid.get(skip.signal.token.id)
        if own is not None:
            return own
        payout = results.payout(skip.signal.token)
        return None if payout is None else payout.per_share


def regret(entries: Iterable[tuple[int, Entry]], asked: Asked) -> Regret:
    """The skips that are asked for, and the results the ledger knows."""
    gathered = Regret(asked)
    for _, entry in entries:
        gathered.take(entry)
    return gathered


def interval_of(by_market: Sequence[int], dice: Dice) -> Interval | None:
    """The bootstrap interval of a sum over markets, None for fewer than `MARKETS_LEAST`.

    Whole markets are drawn, with replacement: trades in one market share one result and are no evidence of their own.
    """
    markets = len(by_market)
    if markets < MARKETS_LEAST:
        return None
    resamples = max(RESAMPLES_LEAST, min(RESAMPLES, DRAWS_MAX // markets))
    sums = sorted(sum(by_market[dice.below(markets)] for _ in range(markets)) for _ in range(resamples))
    left_out = resamples * TAIL_MILLE // 1_000
    return Interval(sums[left_out], sums[-1 - left_out])


def total_saved(rules: Iterable[Rule]) -> Usdc:
    """What all rules together saved."""
    return Usdc(sum(rule.saved for rule in rules))
