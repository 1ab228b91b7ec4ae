"""`Results`: how markets ended, from result tables and from the venue's catalogue."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from copydesk.adapters.polymarket.gamma_files import catalogue_objects, is_table, result_table
from copydesk.adapters.polymarket.gamma_market import GammaMarket, NotInGamma, gamma_market, refusal
from copydesk.adapters.polymarket.parse.numbers import condition_hex, time_ms, token_id
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow
from copydesk.domain.errors import Unreadable
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.market import Payout
from copydesk.domain.money import MICROS, Price
from copydesk.domain.trade import RowRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from copydesk.domain.trade import Token

_TOKEN_COLUMNS: Final = ("winning_token_id", "winner_token_id")
_OUTCOME_COLUMNS: Final = ("winning_outcome", "resolved_outcome", "outcome")
_WINNER_COLUMNS: Final = (*_TOKEN_COLUMNS, *_OUTCOME_COLUMNS)
_EVEN: Final = ("50-50", "50/50")
HALF: Final = MICROS // 2


class _Said(NamedTuple):
    """What one row says of a market: micro-dollars a share by token, by outcome (case folded) and for the others."""

    market: MarketId | None
    tokens: Mapping[TokenId, int]
    outcomes: Mapping[str, int]
    others: int | None
    resolved_at: TimeMs | None
    in_conflict: bool = False


class _Known:
    """What is known of one market's end: what its tokens and its outcomes paid, as far as they were named.

    `others` is what everything not named paid: nothing once a winner was named, since there is only one, half a
    dollar where the market was split, None where that is not known.
    """

    __slots__ = ("by_outcome", "by_token", "in_conflict", "others", "resolved_at")

    def __init__(self) -> None:
        self.by_token: dict[TokenId, int] = {}
        self.by_outcome: dict[str, int] = {}
        self.others: int | None = None
        self.in_conflict = False
        self.resolved_at: TimeMs | None = None

    def add(self, said: _Said) -> None:
        """Take in what one row says; a row that says otherwise than an earlier one puts the market in conflict."""
        for token, paid in said.tokens.items():
            self.in_conflict |= self.paid_by_token(token) not in (None, paid)
        for outcome, paid in said.outcomes.items():
            self.in_conflict |= self.paid_by_outcome(outcome) not in (None, paid)
        if said.in_conflict or (None not in (self.others, said.others) and self.others != said.others):
            self.in_conflict = True
        self.by_token.update(said.tokens)
        self.by_outcome.update(said.outcomes)
        if said.others is not None:
            self.others = said.others
        if said.resolved_at is not None:
            self.resolved_at = max(said.resolved_at, self.resolved_at or said.resolved_at)

    def paid_by_token(self, token: TokenId) -> int | None:
        return self.by_token.get(token, self.others if self.by_token or self.others else None)

    def paid_by_outcome(self, outcome: str) -> int | None:
        return self.by_outcome.get(outcome, self.others if self.by_outcome or self.others else None)


class Results:
    """What every known market paid. Sources that disagree settle nothing: `conflicts` counts those markets.

    A token is looked up in its market by its id, else by the name of its outcome; where its market is not known, as a
    token that some source calls a winner (or, in the catalogue, a loser). `contradictions` counts look-ups in which
    id and name gave different answers, and which therefore got none.
    """

    def __init__(self) -> None:
        self._markets: dict[MarketId, _Known] = {}
        self._tokens: dict[TokenId, _Known] = {}
        self._all: list[_Known] = []
        self.refused: list[RowRefused] = []
        self.without_result: Counter[str] = Counter()
        self.rows_read = 0
        self.contradictions = 0

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Results:
        """Everything the files say. Raises `Unreadable` for a file that cannot be opened or has no result columns."""
        results = cls()
        for path in paths:
            if is_table(path):
                results._read_table(path)
            else:
                results._read_catalogue(path)
        return results

    @property
    def markets(self) -> int:
        """How many markets have a result that is not in conflict; those known by their winner alone included."""
        return sum(not known.in_conflict for known in self._all)

    @property
    def conflicts(self) -> int:
        """How many markets have sources that disagree."""
        return sum(known.in_conflict for known in self._all)

    def payout(self, token: Token) -> Payout | None:
        """What `token` paid, or None if that is not known or the sources disagree."""
        known = self._markets.get(token.market)
        if known is None:
            known = self._tokens.get(token.id)
            if known is None:
                return None
        if known.in_conflict:
            return None
        by_token = known.paid_by_token(token.id) if token.id.isdecimal() else None
        by_outcome = known.paid_by_outcome(token.outcome.casefold()) if token.outcome else None
        if by_token is not None and by_outcome is not None and by_token != by_outcome:
            self.contradictions += 1
            return None
        paid = by_outcome if by_token is None else by_token
        return None if paid is None else Payout(per_share=Price(paid), resolved_at=known.resolved_at)

    def _read_catalogue(self, path: Path) -> None:
        for line, found in catalogue_objects(path):
            self.rows_read += 1
            try:
                if isinstance(found, Refused):
                    raise found
                self._add_market(gamma_market(found))
            except (Refused, NotInGamma) as why:
                self.refused.append(refusal(why, str(path), line))

    def _add_market(self, market: GammaMarket) -> None:
        if not market.payouts:
            self.without_result[market.no_result] += 1
            return
        outcomes = {name.casefold(): paid for name, paid in zip(market.outcomes, market.payouts, strict=False)}
        tokens = dict(zip(market.tokens, market.payouts, strict=False))
        self._add(_Said(market.id, tokens, outcomes, None, market.resolved_at))

    def _read_table(self, path: Path) -> None:
        for line, row in result_table(path):
            self.rows_read += 1
            try:
                if isinstance(row, Refused):
                    raise row
                if "condition_id" not in row or not any(name in row for name in _WINNER_COLUMNS):
                    raise Unreadable(str(path), "it has no column condition_id, or none that names a winner")
                self._add(_said(row))
            except Refused as why:
                self.refused.append(refusal(why, str(path), line))

    def _add(self, said: _Said) -> None:
        known = self._markets.get(said.market) if said.market else None
        if known is None and said.market is None:
            known = next((self._tokens[token] for token in said.tokens if token in self._tokens), None)
        if known is None:
            known = _Known()
            self._all.append(known)
        known.add(said)
        if said.market is not None:
            self._markets[said.market] = known
        for token in said.tokens:
            self._tokens.setdefault(token, known)


def _said(row: Mapping[str, str]) -> _Said:
    """What a row of a result table says. Raises `Refused` for a row that names no winner, or nothing that won."""
    if row.get("won", "True") != "True":
        raise Refused(RefusedRow.MISSING_FIELD, f"the winner: won is {row['won']}")
    winner = next((token_id(row[name], name) for name in _TOKEN_COLUMNS if row.get(name)), None)
    outcome = next((row[name].strip().casefold() for name in _OUTCOME_COLUMNS if row.get(name)), "")
    market = MarketId(condition_hex(row["condition_id"], "condition_id")) if row["condition_id"] else None
    if not winner and not (outcome and market):
        raise Refused(RefusedRow.MISSING_FIELD, "the winner: neither its token nor its market and outcome")
    is_even = outcome in _EVEN
    return _Said(
        market=market,
        tokens={winner: MICROS} if winner else {},
        outcomes={outcome: MICROS} if outcome and not is_even else {},
        others=HALF if is_even else 0,
        resolved_at=time_ms(row["resolved_at"], "resolved_at") if row.get("resolved_at") else None,
        in_conflict=row.get("conflict") == "1",
    )
