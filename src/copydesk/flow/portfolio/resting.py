"""What is put aside by leader and token, folded from the decisions themselves: each says what is left (E14, K23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.decision import Approved, Skipped
from copydesk.domain.errors import require
from copydesk.domain.money import NO_USDC, Usdc
from copydesk.domain.refusal import Reason
from copydesk.domain.rest import PUT_ASIDE, Rest
from copydesk.domain.trade import Side

if TYPE_CHECKING:
    from copydesk.domain.decision import Decision
    from copydesk.domain.ids import TokenId, Wallet


class Resting:
    """The rests of one account.

    A copy that is put aside says how much there is in all, and how much of it was there before. An order uses all of
    it up, and a leader who sells ends it: what was wished for is no longer what the leader does.
    """

    __slots__ = ("rests",)

    def __init__(self) -> None:
        self.rests: dict[tuple[Wallet, TokenId], Rest] = {}

    def decide(self, decision: Decision) -> None:
        """Take a decision into account. Raises `Broken` if it goes on from what was not put aside."""
        signal = decision.signal
        key = (signal.leader, signal.token.id)
        if type(decision) is Skipped and decision.reason is Reason.PUT_ASIDE:
            self._put_aside(key, decision)
        elif key in self.rests and (type(decision) is Approved or signal.side is Side.SELL):
            del self.rests[key]

    def _put_aside(self, key: tuple[Wallet, TokenId], decision: Skipped) -> None:
        last, before = decision.sizing[-1], self.rests.get(key)
        require(last.rule == PUT_ASIDE, f"signal {decision.signal.id} is put aside without saying how much")
        earlier = Usdc(last.limit or 0)
        is_going_on = before is not None and earlier == before.amount
        require(is_going_on or earlier == NO_USDC, f"signal {decision.signal.id} goes on from what was not put aside")
        since = before.since if before is not None and is_going_on else decision.decided_at
        self.rests[key] = Rest(amount=Usdc(last.amount), since=since)
