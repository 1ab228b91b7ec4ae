"""Every endpoint and signer that was asked for, with the budgets the table gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copydesk.adapters.polymarket.http.asks import Ask, pattern_of
from copydesk.adapters.polymarket.http.budget import Budget
from copydesk.adapters.polymarket.http.endpoint import Endpoint
from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.adapters.polymarket.http.limits import LimitTable

_ENDPOINTS_MAX: Final = 512
_SIGNERS_MAX: Final = 4_096
_SIGNER_WINDOW_MS: Final = 10_000


class Endpoints:
    """One limiter for each (host, endpoint, key), made when it is first asked for (C34)."""

    def __init__(self, table: LimitTable, weights: Mapping[str, int]) -> None:
        self._table, self._weights = table, weights
        self._everything = self._budgets(table.everything)
        self._hosts = {face: self._budgets(limits.everything) for face, limits in table.hosts.items()}
        self._limited = {
            face: [(limit.patterns(), self._budgets(limit.windows)) for limit in limits.endpoints]
            for face, limits in table.hosts.items()
        }
        self._endpoints: dict[tuple[str, str, str], Endpoint] = {}
        self._signers: dict[tuple[str, str], Budget] = {}

    def of(self, ask: Ask) -> Endpoint:
        """Find what `ask` counts under. Raises `BadInput` for a host the table does not know."""
        key = ask.face, ask.method, pattern_of(ask.path)
        found = self._endpoints.get(key)
        if found is None:
            if len(self._endpoints) >= _ENDPOINTS_MAX:
                key = ask.face, ask.method, "*"
            found = self._endpoints.setdefault(key, self._new(*key))
        return found

    def bucket(self, ask: Ask, now: int) -> Budget | None:
        """Find the signer's own bucket, if `ask` is charged to one. Raises `BadInput` if it could never go through."""
        kind = self._table.signers.bucket(ask.method, ask.path) if ask.signer else ""
        if not kind:
            return None
        budget = self._signers.get((ask.signer, kind)) or self._new_signer(ask.signer, kind, now)
        if not budget.fits(ask.cost, is_exit=ask.lane.is_exit):
            raise BadInput(f"{ask.method} {ask.path}", found=f"{ask.cost} in one request", allowed="fewer: split it")
        return budget

    def _budgets(self, windows: Mapping[int, int]) -> tuple[Budget, ...]:
        exits = self._table.exits_percent
        return tuple(Budget(self._table.ours(top), seconds * 1_000, exits) for seconds, top in windows.items())

    def _new(self, face: str, method: str, path: str) -> Endpoint:
        if face not in self._hosts:
            raise BadInput("host", found=face, allowed=", ".join(self._hosts))
        own = [
            budget
            for patterns, budgets in self._limited[face]
            if any(pattern.covers(method, path) for pattern in patterns)
            for budget in budgets
        ]
        return Endpoint(own, (*self._hosts[face], *self._everything), self._weights)

    def _new_signer(self, signer: str, kind: str, now: int) -> Budget:
        if len(self._signers) >= _SIGNERS_MAX:
            self._signers = {key: kept for key, kept in self._signers.items() if not kept.is_whole(now)}
        per_ten_s, at_once = self._table.signer_rate(kind)
        budget = Budget(per_ten_s, _SIGNER_WINDOW_MS, self._table.exits_percent, at_once=at_once)
        self._signers[signer, kind] = budget
        return budget
