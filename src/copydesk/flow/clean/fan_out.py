"""From a group of a leader's trades to one signal for each client that follows the leader (S0.19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.exits import Exit
from copydesk.domain.ids import ClientId, EventId, TimeMs, Wallet, action_id, signal_id
from copydesk.domain.money import NO_USDC, Shares, Usdc
from copydesk.domain.signal import Signal
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.domain.ids import AccountId, Wallet
    from copydesk.domain.limits import Relation
    from copydesk.domain.trade import Token
    from copydesk.flow.clean.holdings import Fall
    from copydesk.flow.clean.window import Group


class FannedOut(NamedTuple):
    """The signals of one group, each with the relation it is for. The first that is decided takes `claims` with it."""

    signals: Sequence[tuple[Relation, Signal]]
    claims: tuple[EventId, ...]


class Happening(NamedTuple):
    """Which event of which leader an exit follows, when it happened and when we saw it."""

    leader: Wallet
    event: EventId
    happened_at: TimeMs
    seen_at: TimeMs
    tx_hash: str = ""


class Following:
    """Who follows whom. A relation without a leader follows every leader, unless its account names that leader too."""

    def __init__(self, relations: tuple[Relation, ...]) -> None:
        named: dict[Wallet, list[Relation]] = {}
        for relation in relations:
            if relation.leader is not None:
                named.setdefault(relation.leader, []).append(relation)
        self._leaders = tuple(named)
        self._named = {leader: tuple(followers) for leader, followers in named.items()}
        self._everyone = tuple(relation for relation in relations if relation.leader is None)
        by_account: dict[AccountId, dict[Wallet, None]] = {}
        for relation in relations:
            if relation.leader is not None:
                by_account.setdefault(relation.account, {})[relation.leader] = None
        self._named_by = {account: tuple(leaders) for account, leaders in by_account.items()}

    def followers(self, leader: Wallet) -> tuple[Relation, ...]:
        """The relations that copy `leader`, named ones first."""
        named = self._named.get(leader)
        if named is None:
            return self._everyone
        if not self._everyone:
            return named
        own = {(relation.client, relation.account) for relation in named}
        return (*named, *(each for each in self._everyone if (each.client, each.account) not in own))

    def named(self) -> tuple[Wallet, ...]:
        """The leaders that are followed by name, each once."""
        return self._leaders

    def leaders_named(self, account: AccountId) -> int:
        """How many leaders an account follows by name."""
        return len(self._named_by.get(account, ()))

    def named_by(self, account: AccountId) -> tuple[Wallet, ...]:
        """The leaders an account follows by name."""
        return self._named_by.get(account, ())


def exit_signal(client: ClientId, token: Token, fall: Fall, what: Happening) -> Signal:
    """A leader's holding fell without a trade: the exit of a client who holds because of that leader."""
    leader = what.leader
    action = action_id(leader, what.event, token.id, Side.SELL)
    return Signal(
        id=signal_id(client, leader, token.id, Side.SELL, (action,)),
        client=client,
        leader=leader,
        token=token,
        side=Side.SELL,
        shares=fall.lost,
        notional=NO_USDC,
        happened_at=what.happened_at,
        seen_at=what.seen_at,
        leader_held=fall.before,
        actions=(action,),
        events=(what.event,),
        tx_hashes=(what.tx_hash,) if what.tx_hash else (),
        exit=Exit(cause=fall.cause),
    )


def under(following: Following, fanned: FannedOut) -> FannedOut:
    """The same signals for the relations of now; those of who has let go of the leader are left out."""
    now = {(each.client, each.account): each for each in following.followers(fanned.signals[0][1].leader)}
    return FannedOut(
        [
            (now[relation.client, relation.account], signal)
            for relation, signal in fanned.signals
            if (relation.client, relation.account) in now
        ],
        fanned.claims,
    )


def signal_for(client: ClientId, group: Group, seen_at: TimeMs, first_seen_at: TimeMs | None = None) -> Signal:
    """The combined trade of `group` as `client`'s own signal, seen at `seen_at`, its first trade at `first_seen_at`."""
    first = group.trades[0]
    actions = tuple(dict.fromkeys(trade.action_id for trade in group.trades))
    return Signal(
        id=signal_id(client, first.leader, first.token.id, first.side, actions),
        client=client,
        leader=first.leader,
        token=first.token,
        side=first.side,
        shares=Shares(sum(int(trade.shares) for trade in group.trades)),
        notional=Usdc(sum(int(trade.notional) for trade in group.trades)),
        happened_at=min(trade.happened_at for trade in group.trades),
        seen_at=seen_at,
        leader_held=group.leader_held,
        actions=actions,
        events=tuple(trade.event_id for trade in group.trades),
        tx_hashes=tuple(dict.fromkeys(trade.tx_hash for trade in group.trades if trade.tx_hash)),
        is_existing=group.is_existing,
        first_seen_at=first_seen_at,
    )
