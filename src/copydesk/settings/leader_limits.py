"""What a relation's own state makes of its limits: whether it copies, how it leaves, and which outcome it trades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from copydesk.domain.exits import MirrorStyle
from copydesk.domain.limits import RelationState

if TYPE_CHECKING:
    from copydesk.domain.limits import Limits
    from copydesk.settings.relation_settings import LeaderSettings

MIRROR_WHEN_STOPPED = {
    RelationState.STOPPED_KEEP: MirrorStyle.MANUAL,
    RelationState.STOPPED_HAND_OVER: MirrorStyle.NONE,
    RelationState.STOPPED_CLOSE: MirrorStyle.ALL_OUT,
}
"""How the exits of a leader who is not copied any more are followed (E2)."""


def of_state(limits: Limits, leader: LeaderSettings | None) -> Limits:
    """The limits with the leader's state in them."""
    if leader is None:
        return limits
    mirror = MIRROR_WHEN_STOPPED.get(leader.state, limits.exits.mirror)
    exits = msgspec.structs.replace(limits.exits, mirror=mirror)
    return msgspec.structs.replace(limits, exits=exits, state=leader.state, is_inverse=leader.inverse)
