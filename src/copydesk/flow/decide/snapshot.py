"""What a decision may look at: one instant of one account, its market and its book. A gate never calls out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from copydesk.domain.book import Book
from copydesk.domain.control import Halted, LeaderCutOff, RelationPaused
from copydesk.domain.exits import Leaving
from copydesk.domain.ids import TimeMs
from copydesk.domain.leader import LeaderKnowledge
from copydesk.domain.leader_record import LeaderRecord
from copydesk.domain.limits import AmountMode
from copydesk.domain.market import Market
from copydesk.domain.money import NO_SHARES, NO_USDC, Price, Shares, Usdc
from copydesk.domain.record import AccountRecord
from copydesk.domain.rest import Rest
from copydesk.domain.stance import Stance
from copydesk.domain.topic import is_about, words_of
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.domain.ids import MarketId, TokenId, Wallet
    from copydesk.domain.limits import CorrelatedGroup, Limits
    from copydesk.domain.position import Position
    from copydesk.domain.signal import Signal
    from copydesk.domain.trade import Token


HOUR_MS, DAY_MS = 3_600_000, 86_400_000
_NEVER = (0, None)
_NO_CATEGORY = ("", "unknown")
"""What a market has for a category where nothing says it."""


AMOUNTS_BY_RECORD = frozenset({AmountMode.DYNAMIC, AmountMode.KELLY, AmountMode.CONVICTION})
"""The amounts that look at the leader's track record."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers a decision is made from.

    `bankroll` is free + reserved + deployed at cost. Exposures are deployed at cost plus reserved; that of an event or
    a category is None where nobody told which it is, that of a correlated group is there if the market is in it.
    `spent_today` is what the entries of this UTC day cost or may cost. `held` is what the account holds of the
    signal's token because of the signal's leader, `selling` what of it is in open sells; `positions_open` and
    `is_new_position` count a position from the moment its order is on its way (I17).
    `leaders_followed` divides an equal share. `rest` is what was put aside
    of earlier copies of the same.
    `leaders_followed` divides an equal share.
    `held_cost` is what `held` cost; `entries` are the buys that made the position, those on their way counted,
    `entered_at` is when the last was placed. `stances` are what the leaders hold of the signal's market.
    `is_halted` is what the settings say; `halt`, `freeze`, `pause` and `cut_off` are what the ledger says.
    `leader` is the leader's track record before this signal, `scores_followed` the scores of all followed leaders added
    up; both only where the limits look at them.
    `account_record` and `leader_record` are None where nobody knows how the account, and copies of the leader, did.
    """

    now: TimeMs
    market: Market
    book: Book | None
    is_halted: bool
    is_resolved: bool
    is_decided: bool
    free: Usdc
    bankroll: Usdc
    deposited: Usdc
    market_exposure: Usdc
    leader_exposure: Usdc
    total_exposure: Usdc
    positions_open: int
    held: Shares
    is_new_position: bool
    leaders_followed: int
    halt: Halted | None = None
    freeze: Halted | None = None
    pause: RelationPaused | None = None
    cut_off: LeaderCutOff | None = None
    selling: Shares = NO_SHARES
    leaving: Leaving | None = None
    basis: Usdc = NO_USDC
    leader: LeaderKnowledge | None = None
    scores_followed: int = 0
    position_exposure: Usdc = NO_USDC
    event_exposure: Usdc | None = None
    category_exposure: Usdc | None = None
    group_exposures: tuple[tuple[str, Usdc], ...] = ()
    spent_today: Usdc = NO_USDC
    rest: Rest | None = None
    account_record: AccountRecord | None = None
    leader_record: LeaderRecord | None = None
    held_cost: Usdc = NO_USDC
    entries: int = 0
    entered_at: TimeMs | None = None
    orders_last_hour: int = 0
    orders_last_day: int = 0
    stances: Mapping[tuple[Wallet, TokenId], Stance] = msgspec.field(default_factory=dict)

    @property
    def bid(self) -> Price | None:
        """The best bid, None where no book or no bid is known."""
        book = self.book
        return book.bids[0].price if book is not None and book.bids else None

    @property
    def sellable(self) -> Shares:
        """What may be sold: held, and not in an order that may still be filled (I8)."""
        return self.held - self.selling


class Standing(Protocol):
    """What stands in the way of the account's trading, as its ledger has it."""

    @property
    def halt(self) -> Halted | None: ...
    @property
    def freeze(self) -> Halted | None: ...
    @property
    def paused(self) -> Mapping[Wallet | None, RelationPaused]: ...
    @property
    def cut_off(self) -> Mapping[Wallet, LeaderCutOff]: ...


class AtStake(Protocol):
    """What an account has at stake, by what its caps go by."""

    @property
    def by_market(self) -> Mapping[MarketId, Usdc]: ...
    @property
    def by_leader(self) -> Mapping[Wallet, Usdc]: ...
    @property
    def by_position(self) -> Mapping[tuple[Wallet, TokenId], Usdc]: ...
    @property
    def by_category(self) -> Mapping[str, Usdc]: ...
    def of_event(self, token: Token) -> Usdc | None: ...
    def of_group(self, words: tuple[str, ...]) -> Usdc: ...


class BuysPlaced(Protocol):
    """When an account placed buys."""

    @property
    def by_position(self) -> Mapping[tuple[Wallet, TokenId], tuple[int, TimeMs]]: ...
    def since(self, at: TimeMs) -> int: ...


class LeadersStand(Protocol):
    """What the leaders of an account hold."""

    def of(self, market: MarketId) -> Mapping[tuple[Wallet, TokenId], Stance]: ...


class OnTheWay(Protocol):
    """The buys of an account that are on their way, and the positions that are open or about to be."""

    @property
    def orders(self) -> Mapping[tuple[Wallet, TokenId], int]: ...
    @property
    def taken(self) -> int: ...
    @property
    def paced(self) -> BuysPlaced: ...


class SpentByDay(Protocol):
    """What an account spent on entries."""

    def on_day_of(self, now: TimeMs) -> Usdc: ...


class Holdings(Protocol):
    """As much of an account as a decision looks at: the fold of its ledger."""

    @property
    def free(self) -> Usdc: ...
    @property
    def bankroll(self) -> Usdc: ...
    @property
    def deposited(self) -> Usdc: ...
    @property
    def exposure(self) -> Usdc: ...
    @property
    def exposures(self) -> AtStake: ...
    @property
    def spending(self) -> SpentByDay: ...
    @property
    def positions(self) -> Mapping[tuple[Wallet, TokenId], Position]: ...
    @property
    def entering(self) -> OnTheWay: ...
    @property
    def rests(self) -> Mapping[tuple[Wallet, TokenId], Rest]: ...
    @property
    def controls(self) -> Standing: ...
    @property
    def stances(self) -> LeadersStand: ...
    @property
    def leaving(self) -> Mapping[tuple[Wallet, TokenId], Leaving]: ...
    @property
    def account_record(self) -> AccountRecord | None: ...
    def leader_record(self, leader: Wallet) -> LeaderRecord | None: ...


class Around(NamedTuple):
    """What a decision looks at beside the account: the time, the market, the book, the state of the desk."""

    now: TimeMs
    market: Market
    book: Book | None
    is_halted: bool
    is_resolved: bool
    is_decided: bool
    leaders_followed: int
    leader: LeaderKnowledge | None = None
    scores_followed: int = 0
    groups: tuple[CorrelatedGroup, ...] = ()


def snapshot_of(signal: Signal, holdings: Holdings, around: Around) -> Snapshot:
    """The one instant a decision about `signal` is made from."""
    token, at_stake, controls = signal.token, holdings.exposures, holdings.controls
    key = (signal.leader, token.id)
    position, leaving = holdings.positions.get(key), holdings.leaving.get(key)
    held = NO_SHARES if position is None else position.shares
    category = around.market.category
    paced = holdings.entering.paced
    entries, entered_at = paced.by_position.get(key, _NEVER)
    return Snapshot(
        now=around.now,
        market=around.market,
        book=around.book,
        is_halted=around.is_halted,
        is_resolved=around.is_resolved,
        is_decided=around.is_decided,
        free=holdings.free,
        bankroll=holdings.bankroll,
        deposited=holdings.deposited,
        market_exposure=at_stake.by_market.get(token.market, NO_USDC),
        leader_exposure=at_stake.by_leader.get(signal.leader, NO_USDC),
        total_exposure=holdings.exposure,
        positions_open=holdings.entering.taken,
        held=held,
        is_new_position=held == NO_SHARES and key not in holdings.entering.orders,
        leaders_followed=around.leaders_followed,
        halt=controls.halt,
        freeze=controls.freeze,
        pause=_pause_of(controls.paused, signal.leader) if controls.paused else None,
        cut_off=controls.cut_off.get(signal.leader) if controls.cut_off else None,
        selling=NO_SHARES if leaving is None else leaving.selling,
        leaving=leaving,
        basis=NO_USDC if position is None else position.basis,
        leader=around.leader,
        scores_followed=around.scores_followed,
        position_exposure=at_stake.by_position.get(key, NO_USDC),
        event_exposure=at_stake.of_event(token),
        category_exposure=None if category in _NO_CATEGORY else at_stake.by_category.get(category, NO_USDC),
        group_exposures=_group_exposures(token, at_stake, around.groups) if around.groups else (),
        spent_today=holdings.spending.on_day_of(around.now),
        rest=holdings.rests.get(key) if holdings.rests else None,
        account_record=holdings.account_record,
        leader_record=holdings.leader_record(signal.leader),
        held_cost=NO_USDC if position is None else position.basis,
        entries=entries,
        entered_at=entered_at,
        orders_last_hour=paced.since(TimeMs(around.now - HOUR_MS)),
        orders_last_day=paced.since(TimeMs(around.now - DAY_MS)),
        stances=holdings.stances.of(token.market),
    )


def _pause_of(paused: Mapping[Wallet | None, RelationPaused], leader: Wallet) -> RelationPaused | None:
    return paused.get(leader) or paused.get(None)


def _group_exposures(
    token: Token, at_stake: AtStake, groups: tuple[CorrelatedGroup, ...]
) -> tuple[tuple[str, Usdc], ...]:
    """What is at stake in each group that the token's market is in."""
    text = words_of(token)
    return tuple((group.name, at_stake.of_group(group.words)) for group in groups if is_about(text, group.words))


def looks_at_book(signal: Signal, limits: Limits) -> bool:
    """Whether a decision looks at the book: an entry does, and an exit no trade set a price for; no audit."""
    return (signal.side is Side.BUY or signal.exit is not None) and limits.amount.mode is not AmountMode.EXACT


def looks_at_leader(signal: Signal, limits: Limits) -> bool:
    """Whether a decision looks at the leader's track record: an entry does where limits or amount ask for it."""
    return signal.side is Side.BUY and looks_at_records(limits)


def looks_at_scores(signal: Signal, limits: Limits) -> bool:
    """Whether a decision looks at the scores of all followed leaders."""
    return signal.side is Side.BUY and limits.amount.mode is AmountMode.DYNAMIC


def looks_at_records(limits: Limits) -> bool:
    """Whether limits ask for track records at all."""
    return limits.track_record.looks or limits.amount.mode in AMOUNTS_BY_RECORD


def room(cap: Usdc, used: Usdc) -> Usdc:
    """What is left under a cap, never negative."""
    return cap - used if cap > used else NO_USDC
