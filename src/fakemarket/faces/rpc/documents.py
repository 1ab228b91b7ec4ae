"""Blocks, logs and receipts as a node writes them: hexadecimal, lower case, no leading noughts."""

from functools import lru_cache
from typing import Final

from fakemarket.faces.rpc.node import Node, Placed
from fakemarket.world.chain.chain import Block, Transaction
from fakemarket.world.chain.logs import NOBODY, ZERO
from fakemarket.world.hashing import keccak, unhex

OPERATOR: Final = "0x6e3a7c6aa7a58f281166167dcf6e770941ad1c67"
NO_UNCLES: Final = "0x" + keccak(b"\xc0").hex()
NO_TRANSACTIONS: Final = "0x" + keccak(b"\x80").hex()
GAS_EACH: Final = 210_000
BLOOM_BYTES: Final = 256
_BLOOM_PAIRS = (0, 2, 4)


def quantity(value: int) -> str:
    return hex(value)


def log_document(placed: Placed, *, removed: bool = False) -> dict[str, object]:
    return {
        "address": placed.log.address,
        "topics": list(placed.log.topics),
        "data": placed.log.data,
        "blockHash": placed.block.hash,
        "blockNumber": quantity(placed.block.number),
        "blockTimestamp": quantity(placed.block.time_s),
        "transactionHash": placed.transaction_hash,
        "transactionIndex": quantity(placed.transaction_index),
        "logIndex": quantity(placed.index),
        "removed": removed,
    }


@lru_cache(maxsize=8_192)
def _bits(item: str) -> int:
    """Give the three bits that an address or topic sets in a bloom."""
    mark = keccak(unhex(item))
    return sum({1 << (int.from_bytes(mark[at : at + 2], "big") & 2047) for at in _BLOOM_PAIRS})


def bloom_of(logs: list[Placed]) -> str:
    bloom = 0
    for placed in logs:
        for item in (placed.log.address, *placed.log.topics):
            bloom |= _bits(item)
    return "0x" + bloom.to_bytes(BLOOM_BYTES, "big").hex()


def head_document(block: Block, logs: list[Placed]) -> dict[str, object]:
    """Write a header, as `newHeads` tells it; the roots stand for tries that nobody keeps here."""
    count = len(block.transactions)
    root = "0x" + keccak(f"root {block.hash}".encode()).hex()
    return {
        "hash": block.hash,
        "parentHash": block.parent,
        "sha3Uncles": NO_UNCLES,
        "miner": NOBODY,
        "stateRoot": root,
        "transactionsRoot": root if count else NO_TRANSACTIONS,
        "receiptsRoot": root if count else NO_TRANSACTIONS,
        "logsBloom": bloom_of(logs),
        "difficulty": "0x0",
        "number": quantity(block.number),
        "gasLimit": "0x3938700",
        "gasUsed": quantity(GAS_EACH * count),
        "timestamp": quantity(block.time_s),
        "extraData": "0x",
        "mixHash": ZERO,
        "nonce": "0x0000000000000000",
        "baseFeePerGas": "0x6fc23ac00",
    }


def block_document(node: Node, block: Block, *, full: bool) -> dict[str, object]:
    listed: list[object] = [
        transaction_document(block, place) if full else one.hash for place, one in enumerate(block.transactions)
    ]
    head = head_document(block, node.logs(block))
    return head | {"size": quantity(600 + 400 * len(listed)), "uncles": [], "transactions": listed}


def transaction_document(block: Block, place: int) -> dict[str, object]:
    found = block.transactions[place]
    return _whereabouts(block, place, found) | {
        "hash": found.hash,
        "value": "0x0",
        "input": "0x",
        "nonce": quantity(found.base),
        "gas": quantity(GAS_EACH),
        "gasPrice": "0x6fc23ac00",
        "type": "0x2",
    }


def receipt_document(node: Node, block: Block, place: int) -> dict[str, object]:
    found = block.transactions[place]
    logs = [one for one in node.logs(block) if one.transaction_hash == found.hash]
    return _whereabouts(block, place, found) | {
        "transactionHash": found.hash,
        "status": "0x1",
        "logs": [log_document(one) for one in logs],
        "logsBloom": bloom_of(logs),
        "cumulativeGasUsed": quantity(GAS_EACH * (place + 1)),
        "gasUsed": quantity(GAS_EACH),
        "effectiveGasPrice": "0x6fc23ac00",
        "contractAddress": None,
        "type": "0x2",
    }


def _whereabouts(block: Block, place: int, found: Transaction) -> dict[str, object]:
    return {
        "blockHash": block.hash,
        "blockNumber": quantity(block.number),
        "transactionIndex": quantity(place),
        "from": OPERATOR,
        "to": found.to or None,
    }
