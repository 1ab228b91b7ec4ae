"""Logs as contracts emit them: topics and data by the book, without the place in a block."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fakemarket.world.contracts import CONTRACTS

NOBODY: Final = "0x" + "00" * 20
ZERO: Final = "0x" + "00" * 32

ORDER_FILLED: Final = "0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee"
ORDERS_MATCHED: Final = "0x174b3811690657c217184f89418266767c87e4805d09680c39fc9c031c0cab7c"
FEE_CHARGED: Final = "0x55bb3cade9d43b798a4fe5ffdd05024b2d7870df53920673bfc7e68047cd0ab1"
TRANSFER_SINGLE: Final = "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62"
TRANSFER_BATCH: Final = "0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb"
TRANSFER: Final = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
POSITION_SPLIT: Final = "0x2e6bb91f8cbcda0c93623c54d0403a43514fabc40084ec96b6d5379a74786298"
POSITIONS_MERGE: Final = "0x6f13ca62553fcc2bcd2372180a43949c1e4cebba603901ede2f4e14f36b282ca"
PAYOUT_REDEMPTION: Final = "0x2682012a4a4f1973119f1c9b90745d1bd91fa2bab387344f044cb3586864d18d"
POSITIONS_CONVERTED: Final = "0xb03d19dddbc72a87e735ff0ea3b57bef133ebe44e1894284916a84044deb367e"
CONDITION_PREPARATION: Final = "0xab3760c3bd2bb38b5bcf54dc79802ed67338b4cf29f3054ded67ed24661e4177"
CONDITION_RESOLUTION: Final = "0xb44d84d3289691f71497564b85d4233648d9dbae8cbdbb4329f301c3a0185894"
OUTCOME_REPORTED: Final = "0x9e9fa7fd355160bd4cd3f22d4333519354beff1f5689bde87f2c5e63d8d484b2"
CONDITION_RESOLVED_V2: Final = "0xe560c1a2847d4cf2e66de11fe592605556989449f38cc3ab96e2e287daa68caa"
POSITIONS_SPLIT_V2: Final = "0xb6a6b8b17a43b07b9359dd12d304e42077eede9e672f8646144842c8604582a4"
POSITIONS_MERGED_V2: Final = "0xf233f7be4ce81130a78e8eb2fa626497586c56094d27bfec2e196471e9c60301"
POSITION_REDEEMED_V2: Final = "0x4fd474b703f46b453536518b4cbc159dfbea6fd663233763d321a9bc8ccdf97f"


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
