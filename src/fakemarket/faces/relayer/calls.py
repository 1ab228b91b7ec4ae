"""What the calls of a wallet mean, read from their data, and their effect on the exchange."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fakemarket.world.accounts import Account
from fakemarket.world.contracts import CONTRACTS
from fakemarket.world.exchange import Exchange

WORD: Final = 32
SELECTOR: Final = 4


class CallError(ValueError):
    """A call that reverts: unknown to these contracts, or more than the wallet holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a batch."""

    target: str
    value: int
    data: bytes

    def argument(self, place: int) -> bytes:
        start = SELECTOR + place * WORD
        found = self.data[start : start + WORD]
        if len(found) != WORD:
            raise CallError("the data of a call is too short")
        return found

    def number(self, place: int) -> int:
        return int.from_bytes(self.argument(place), "big")

    def address(self, place: int) -> str:
        return "0x" + self.argument(place)[12:].hex()


# --- effects ---------------------------------------------------------------------------------------------------------


def carry_out(exchange: Exchange, account: Account, call: Call) -> None:
    """Let one call take effect; raises when the contract would revert."""
    selector = call.data[:SELECTOR].hex()
    effect = EFFECTS.get(selector)
    if effect is None:
        raise CallError(f"no contract here knows the selector 0x{selector}")
    try:
        effect(exchange, account, call)
    except (LookupError, ValueError) as error:
        raise CallError(str(error)) from error


def _named(address: str) -> str:
    return next((name for name, known in CONTRACTS.items() if known.lower() == address.lower()), address.lower())


TOKENS: Final = {"pusd": "pusd", "ctf": "ctf", "position_manager": "positions"}


def _approve(_exchange: Exchange, account: Account, call: Call) -> None:
    grant = f"{TOKENS.get(_named(call.target), _named(call.target))}:{_named(call.address(0))}"
    if call.number(1):
        account.allowances.add(grant)
    else:
        account.allowances.discard(grant)


def _transfer(exchange: Exchange, account: Account, call: Call) -> None:
    receiver = exchange.accounts.by_wallet(call.address(0))
    exchange.withdraw(account.wallet, call.number(1))
    if receiver is not None:
        exchange.deposit(receiver.wallet, call.number(1))


def _condition(call: Call, place: int) -> str:
    return "0x" + call.argument(place).hex()


def _split(exchange: Exchange, account: Account, call: Call) -> None:
    exchange.split(account.wallet, _condition(call, 2), call.number(4))


def _merge(exchange: Exchange, account: Account, call: Call) -> None:
    exchange.merge(account.wallet, _condition(call, 2), call.number(4))


def _redeem(exchange: Exchange, account: Account, call: Call) -> None:
    exchange.redeem(account.wallet, _condition(call, 2))


def _split_v2(exchange: Exchange, account: Account, call: Call) -> None:
    exchange.split(account.wallet, _condition(call, 0), call.number(1))


def _merge_v2(exchange: Exchange, account: Account, call: Call) -> None:
    exchange.merge(account.wallet, _condition(call, 0), call.number(1))


def _redeem_v2(exchange: Exchange, account: Account, call: Call) -> None:
    """Redeem exactly so much of one outcome; nothing of it is not a mistake."""
    index, size = call.number(1), call.number(2)
    if index not in {0, 1}:
        raise CallError(f"no outcome {index}")
    if size:
        exchange.redeem_outcome(account.wallet, _condition(call, 0), index, size)


def _convert(exchange: Exchange, account: Account, call: Call) -> None:
    """Convert the No of every market whose bit is set, in the order of the event."""
    market_id, bits = _condition(call, 0), call.number(1)
    events = exchange.catalog.events.values()
    event = next((one for one in events if one.neg_risk_market_id.lower() == market_id), None)
    if event is None:
        raise CallError(f"no neg-risk market {market_id}")
    chosen = tuple(condition for place, condition in enumerate(event.conditions) if bits >> place & 1)
    if not chosen or bits >> len(event.conditions):
        raise CallError(f"index set {bits} names no markets of this event")
    exchange.convert_set(account.wallet, chosen, call.number(2))


EFFECTS: Final[dict[str, Callable[[Exchange, Account, Call], None]]] = {
    "095ea7b3": _approve,
    "a22cb465": _approve,
    "a9059cbb": _transfer,
    "72ce4275": _split,
    "9e7212ad": _merge,
    "01b7037c": _redeem,
    "82d3b9f1": _split_v2,
    "5b63685e": _merge_v2,
    "d217a3cc": _redeem_v2,
    "c64748c4": _convert,
}
