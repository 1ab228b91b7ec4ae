"""The cap chain: what may be at stake at most. It can only reduce, and it names the cap that bound (C24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from copydesk.domain.decision import SizingLine
from copydesk.domain.money import NO_USDC, Usdc, share_of
from copydesk.domain.refusal import Reason
from copydesk.flow.decide.snapshot import room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.domain.limits import Caps
    from copydesk.flow.decide.snapshot import Snapshot


class Cap(NamedTuple):
    """The room one rule leaves for one more stake, cost and fee together. `note` says which of several, or why none."""

    reason: Reason
    room: Usdc
    note: str = ""


class Capped(NamedTuple):
    """What the chain left of a stake: the amount, the lines, the last cap that cut it, and the least room of all."""

    stake: Usdc
    lines: tuple[SizingLine, ...]
    binding: Reason | None
    least_room: Usdc


def rooms(snapshot: Snapshot, caps: Caps) -> tuple[Cap, ...]:
    """The room under each cap that is set, in the order of the chain; the reserve is the last."""
    bankroll = snapshot.bankroll
    by_market = _smaller(caps.market_max, share_of(bankroll, caps.market_bps))
    by_total = _smaller(caps.total_max, share_of(bankroll, caps.total_bps))
    return (
        Cap(Reason.CAP_TRADE, _smaller(caps.trade_max, share_of(bankroll, caps.trade_bps))),
        Cap(Reason.CAP_MARKET, room(by_market, snapshot.market_exposure)),
        *_shared(snapshot, caps),
        Cap(Reason.CAP_LEADER, room(share_of(bankroll, caps.leader_bps), snapshot.leader_exposure)),
        Cap(Reason.CAP_TOTAL, room(by_total, snapshot.total_exposure)),
        *_by_day(snapshot, caps),
        Cap(Reason.CAP_RESERVE, room(snapshot.free, share_of(snapshot.deposited, caps.reserve_bps))),
    )


def _shared(snapshot: Snapshot, caps: Caps) -> Iterator[Cap]:
    """The caps that several markets share: those of one event, of one correlated group, of one category.

    Where nobody told the event or the category, nothing is known of what shares it: there is no room.
    """
    bankroll = snapshot.bankroll
    event = _most(caps.event_max, caps.event_bps, bankroll)
    if event is not None:
        yield _known(Reason.CAP_EVENT, event, snapshot.event_exposure)
    for name, used in snapshot.group_exposures:
        for group in caps.groups:
            if group.name == name:
                most = _smaller(group.most, share_of(bankroll, group.bps))
                yield Cap(Reason.CAP_GROUP, room(most, used), name)
    category = _most(None, caps.category_bps, bankroll)
    if category is not None:
        yield _known(Reason.CAP_CATEGORY, category, snapshot.category_exposure)


def _by_day(snapshot: Snapshot, caps: Caps) -> Iterator[Cap]:
    day = _most(caps.day_max, caps.day_bps, snapshot.bankroll)
    if day is not None:
        yield Cap(Reason.CAP_DAY, room(day, snapshot.spent_today))


def _known(reason: Reason, most: Usdc, used: Usdc | None) -> Cap:
    return Cap(reason, NO_USDC, "not known which") if used is None else Cap(reason, room(most, used))


def chain(stake: Usdc, caps: tuple[Cap, ...]) -> Capped:
    """Reduce `stake` cap by cap; whatever the order of `caps`, the amount that is left is the same."""
    lines: list[SizingLine] = []
    binding: Reason | None = None
    least: Usdc | None = None
    for cap in caps:
        if cap.room < stake:
            stake, binding = cap.room, cap.reason
        if least is None or cap.room < least:
            least = cap.room
        lines.append(SizingLine(cap.reason, int(cap.room), int(stake), cap.note))
    return Capped(stake, tuple(lines), binding, NO_USDC if least is None else least)


def _smaller(absolute: Usdc | None, relative: Usdc) -> Usdc:
    return relative if absolute is None or relative < absolute else absolute


def _most(absolute: Usdc | None, bps: int | None, bankroll: Usdc) -> Usdc | None:
    """The tighter of an amount and a share of the bankroll; None where neither is set."""
    return absolute if bps is None else _smaller(absolute, share_of(bankroll, bps))
