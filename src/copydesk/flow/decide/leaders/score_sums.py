"""`ScoreSums`: the scores of the leaders an account follows, added up and kept while they change (S0.24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.domain.leader import SCORE_NEUTRAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from copydesk.domain.ids import AccountId, Wallet


class ScoreSums:
    """By how much the scores of those followed are above neutral, together. Asking is O(1) while nobody joins."""

    def __init__(self) -> None:
        self._everyone = 0
        self._named: dict[AccountId, tuple[Wallet, ...]] = {}
        self._over: dict[AccountId, int] = {}
        self._followed_by: dict[Wallet, dict[AccountId, None]] = {}

    def changed(self, leader: Wallet, by: int) -> None:
        """A leader's score is another."""
        self._everyone += by
        for account in self._followed_by.get(leader, ()):
            self._over[account] += by

    def of(
        self, account: AccountId, followed: tuple[Wallet, ...], count: int, score_of: Callable[[Wallet], int]
    ) -> int:
        """The scores of `count` leaders: those an account follows by name, or everybody if it names nobody.

        A leader of whom nothing is known is neutral. Never less than 1.
        """
        if not followed:
            return max(count * SCORE_NEUTRAL + self._everyone, 1)
        if self._named.get(account) is not followed:
            self._rename(account, followed)
            self._over[account] = sum(score_of(leader) - SCORE_NEUTRAL for leader in followed)
        return max(count * SCORE_NEUTRAL + self._over[account], 1)

    def _rename(self, account: AccountId, followed: tuple[Wallet, ...]) -> None:
        for leader in self._named.get(account, ()):
            self._followed_by[leader].pop(account, None)
        self._named[account] = followed
        for leader in followed:
            self._followed_by.setdefault(leader, {})[account] = None
