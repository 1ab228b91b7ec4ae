"""What contracts answer to `eth_call`: balances, approvals and payouts, always as they stand now."""

from collections.abc import Callable
from typing import Final

from fakemarket.faces.rpc.errors import RpcError
from fakemarket.world.accounts import Account
from fakemarket.world.chain.ledger_logs import numerators_of
from fakemarket.world.chain.logs import word_of
from fakemarket.world.contracts import CONTRACTS
from fakemarket.world.exchange import Exchange
from fakemarket.world.money import cost
from fakemarket.world.tokens import Market

MAX: Final = 2**256 - 1
REVERTED: Final = 3
_NAMES = {address.lower(): name for name, address in CONTRACTS.items()}
_TOKENS = {"pusd": "pusd", "ctf": "ctf", "position_manager": "positions"}


class Calls:
    """The contracts' answers, by the selector of the call."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._answers: dict[str, Callable[[str, list[int]], str]] = {
            "70a08231": self._cash,
            "dd62ed3e": self._allowance,
            "00fdd58e": self._balance,
            "4e1273f4": self._balances,
            "e985e9c5": self._operator,
            "0504c814": self._numerator,
            "dd34de67": self._denominator,
            "4c619e4c": self._payout,
            "46423aa7": self._order_status,
            "49493a4d": self._beacon,
            "313ce567": lambda _target, _words: word_of(6),
        }

    def answer(self, target: str, data: str) -> str:
        """Answer a call; a contract or selector that is not here answers nothing, as an address without code."""
        name = _NAMES.get(target.lower(), "")
        plain = data.removeprefix("0x").lower()
        act = self._answers.get(plain[:8])
        if act is None or not name:
            return "0x"
        words = [int(plain[at : at + 64], 16) for at in range(8, len(plain) - 63, 64)]
        try:
            return "0x" + act(name, words)
        except IndexError as error:
            raise RpcError("execution reverted", REVERTED) from error

    def knows(self, address: str) -> bool:
        return address.lower() in _NAMES

    def _account(self, word: int) -> Account | None:
        return self._exchange.accounts.by_wallet(f"0x{word:040x}")

    def _cash(self, name: str, words: list[int]) -> str:
        account = self._account(words[0])
        return word_of(account.cash if account is not None and name == "pusd" else 0)

    def _held(self, name: str, holder: int, token: int) -> int:
        account, market = self._account(holder), self._exchange.catalog.of_token(str(token))
        if account is None or market is None:
            return 0
        is_here = (market.version == "v2") == (name == "position_manager")
        return account.balance(str(token)) if is_here else 0

    def _balance(self, name: str, words: list[int]) -> str:
        return word_of(self._held(name, words[0], words[1]))

    def _balances(self, name: str, words: list[int]) -> str:
        holders, tokens = (_array(words, place) for place in (0, 1))
        found = [self._held(name, holder, token) for holder, token in zip(holders, tokens, strict=True)]
        return "".join(map(word_of, (32, len(found), *found)))

    def _is_approved(self, name: str, words: list[int]) -> bool:
        account, spender = self._account(words[0]), f"0x{words[1]:040x}"
        granted = account.allowances if account is not None else set()
        return f"{_TOKENS.get(name, name)}:{_NAMES.get(spender, spender)}" in granted

    def _allowance(self, name: str, words: list[int]) -> str:
        return word_of(MAX if self._is_approved(name, words) else 0)

    def _operator(self, name: str, words: list[int]) -> str:
        return word_of(int(self._is_approved(name, words)))

    # --- verdicts ----------------------------------------------------------------------------------------------------

    def _market(self, condition: int) -> Market | None:
        market = self._exchange.catalog.market("0x" + word_of(condition))
        return market if market is not None and market.version == "v1" else None

    def _numerator(self, _name: str, words: list[int]) -> str:
        market = self._market(words[0])
        if market is None or words[1] not in {0, 1}:
            raise RpcError("execution reverted", REVERTED)
        return word_of(numerators_of(market)[words[1]])

    def _denominator(self, _name: str, words: list[int]) -> str:
        market = self._market(words[0])
        return word_of(sum(numerators_of(market)) if market is not None else 0)

    def _payout(self, _name: str, words: list[int]) -> str:
        """Give what so many of a position pay; an unresolved one reverts, a loser pays nought."""
        market = self._exchange.catalog.of_token(str(words[0]))
        if market is None or market.payouts is None:
            raise RpcError("execution reverted", REVERTED)
        return word_of(cost(words[1], market.payouts[market.index(str(words[0]))]))

    def _order_status(self, _name: str, words: list[int]) -> str:
        """Say whether an order is filled, and what is left of what it gives once it was filled in part."""
        order = self._exchange.order("0x" + word_of(words[0]))
        if order is None or not order.filled:
            return word_of(0) + word_of(0)
        given = order.cash - order.spent if order.side == "BUY" else order.remaining
        return word_of(int(order.status == "MATCHED")) + word_of(0 if order.status == "MATCHED" else max(0, given))

    def _beacon(self, name: str, _words: list[int]) -> str:
        if name != "deposit_wallet_factory":
            raise RpcError("execution reverted", REVERTED)
        return CONTRACTS["deposit_wallet_beacon"][2:].lower().rjust(64, "0")


def _array(words: list[int], place: int) -> list[int]:
    """Read a dynamic array whose offset stands in a word."""
    at = words[place] // 32
    return words[at + 1 : at + 1 + words[at]]
