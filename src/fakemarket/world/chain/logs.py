"""Logs as contracts emit them: topics and data by the book, without the place in a block."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fakemarket.world.contracts import CONTRACTS
from fakemarket.world.hashing import keccak


def event_topic(signature: str) -> str:
    """Give the first topic of an event: the hash of its name and the types of its fields."""
    return "0x" + keccak(signature.encode()).hex()


NOBODY: Final = "0x" + "00" * 20
ZERO: Final = "0x" + "00" * 32

ORDER_FILLED: Final = event_topic(
    "OrderFilled(bytes32,address,address,uint8,uint256,uint256,uint256,uint256,bytes32,bytes32)"
)
ORDERS_MATCHED: Final = event_topic("OrdersMatched(bytes32,address,uint8,uint256,uint256,uint256)")
FEE_CHARGED: Final = event_topic("FeeCharged(address,uint256)")
TRANSFER_SINGLE: Final = event_topic("TransferSingle(address,address,address,uint256,uint256)")
TRANSFER_BATCH: Final = event_topic("TransferBatch(address,address,address,uint256[],uint256[])")
TRANSFER: Final = event_topic("Transfer(address,address,uint256)")
POSITION_SPLIT: Final = event_topic("PositionSplit(address,address,bytes32,bytes32,uint256[],uint256)")
POSITIONS_MERGE: Final = event_topic("PositionsMerge(address,address,bytes32,bytes32,uint256[],uint256)")
PAYOUT_REDEMPTION: Final = event_topic("PayoutRedemption(address,address,bytes32,bytes32,uint256[],uint256)")
POSITIONS_CONVERTED: Final = event_topic("PositionsConverted(address,bytes32,uint256,uint256)")
CONDITION_PREPARATION: Final = event_topic("ConditionPreparation(bytes32,address,bytes32,uint256)")
CONDITION_RESOLUTION: Final = event_topic("ConditionResolution(bytes32,address,bytes32,uint256,uint256[])")
OUTCOME_REPORTED: Final = event_topic("OutcomeReported(bytes32,bytes32,bool)")
CONDITION_RESOLVED_V2: Final = event_topic("ConditionResolved(bytes31,uint256[])")
POSITIONS_SPLIT_V2: Final = event_topic("PositionsSplit(address,bytes31,address,address,uint256)")
POSITIONS_MERGED_V2: Final = event_topic("PositionsMerged(address,bytes31,address,uint256)")
POSITION_REDEEMED_V2: Final = event_topic("PositionRedeemed(address,uint256,address,uint256,uint256)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One log of a transaction; `place` counts the logs of its transaction with gaps, as does the log index."""

    address: str
    topics: tuple[str, ...]
    data: str
    place: int = 0


def word_of(value: int) -> str:
    return f"{value:064x}"


def topic_of(address: str) -> str:
    return "0x" + address[2:].lower().rjust(64, "0")


def data_of(*values: int | str) -> str:
    """Write words one after the other; a text is an address or hash."""
    return "0x" + "".join(word_of(v) if isinstance(v, int) else v[2:].lower().rjust(64, "0") for v in values)


def arrays_of(*arrays: Iterable[int]) -> str:
    """Write dynamic arrays as the only data of a log: their offsets, then each with its length."""
    lists = [list(array) for array in arrays]
    at, heads, tails = 32 * len(lists), [], []
    for values in lists:
        heads.append(word_of(at))
        tails.append("".join(map(word_of, (len(values), *values))))
        at += 32 * (1 + len(values))
    return "0x" + "".join(heads + tails)


def contract(name: str) -> str:
    return CONTRACTS[name].lower()


# --- token movements -------------------------------------------------------------------------------------------------


def pusd_moved(sender: str, receiver: str, amount: int) -> Log:
    return Log(address=contract("pusd"), topics=(TRANSFER, topic_of(sender), topic_of(receiver)), data=data_of(amount))


def token_moved(ledger: str, operator: str, ends: tuple[str, str], token: str, amount: int) -> Log:
    """One kind of outcome token from one holder to another."""
    topics = (TRANSFER_SINGLE, topic_of(operator), topic_of(ends[0]), topic_of(ends[1]))
    return Log(address=ledger, topics=topics, data=data_of(int(token), amount))


def set_moved(ledger: str, operator: str, ends: tuple[str, str], amounts: dict[str, int]) -> Log:
    """Several kinds at once."""
    topics = (TRANSFER_BATCH, topic_of(operator), topic_of(ends[0]), topic_of(ends[1]))
    return Log(address=ledger, topics=topics, data=arrays_of(map(int, amounts), amounts.values()))
