"""The methods of a node, each from its parameters to its result."""

from collections.abc import Callable, Mapping
from typing import Final

from fakemarket.faces.rpc.calls import Calls
from fakemarket.faces.rpc.documents import (
    block_document,
    log_document,
    quantity,
    receipt_document,
    transaction_document,
)
from fakemarket.faces.rpc.errors import RpcError
from fakemarket.faces.rpc.filters import INVALID, read_filter
from fakemarket.faces.rpc.node import Node
from fakemarket.world.chain.chain import Block
from fakemarket.world.exchange import Exchange

RANGE_MAX: Final = 10_000
UNKNOWN_METHOD: Final = -32601
TOO_MUCH: Final = -32005
Params = list[object]


class Methods:
    """One node's answers."""

    def __init__(self, exchange: Exchange, node: Node) -> None:
        self._exchange = exchange
        self._node = node
        self._calls = Calls(exchange)
        self._methods: dict[str, Callable[[Params], object]] = {
            "eth_chainId": lambda _: quantity(exchange.plan.chain_id),
            "net_version": lambda _: str(exchange.plan.chain_id),
            "web3_clientVersion": lambda _: f"fakemarket/node-{node.name}",
            "eth_syncing": lambda _: False,
            "eth_gasPrice": lambda _: "0x6fc23ac00",
            "eth_estimateGas": lambda _: "0x30d40",
            "eth_blockNumber": lambda _: quantity(node.head),
            "eth_getBlockByNumber": self._block_by_number,
            "eth_getBlockByHash": self._block_by_hash,
            "eth_getLogs": self._logs,
            "eth_getTransactionReceipt": self._receipt,
            "eth_getTransactionByHash": self._transaction,
            "eth_getCode": self._code,
            "eth_call": self._call,
        }

    def answer(self, method: str, params: Params) -> object:
        """Give the result; raises RpcError."""
        act = self._methods.get(method)
        if act is None:
            raise RpcError(f"the method {method} does not exist/is not available", UNKNOWN_METHOD)
        try:
            return act(params)
        except IndexError as error:
            raise RpcError("missing value for required argument", INVALID) from error

    # --- blocks ------------------------------------------------------------------------------------------------------

    def _number(self, given: object) -> int:
        """Read a tag or number."""
        tagged = self._node.tagged(str(given))
        if tagged is not None:
            return tagged
        try:
            return int(str(given), 16)
        except ValueError as error:
            raise RpcError(f"invalid argument: {given!r} is no block", INVALID) from error

    def _shown(self, number: int) -> Block | None:
        return self._node.chain.block(number) if self._node.chain.first <= number <= self._node.head else None

    def _block_by_number(self, params: Params) -> object:
        block = self._shown(self._number(params[0]))
        return None if block is None else block_document(self._node, block, full=params[1:2] == [True])

    def _block_by_hash(self, params: Params) -> object:
        block = self._of_hash(str(params[0]))
        return None if block is None else block_document(self._node, block, full=params[1:2] == [True])

    def _of_hash(self, wanted: str) -> Block | None:
        number = self._node.chain.number_of(wanted.lower())
        block = None if number is None else self._shown(number)
        return block if block is not None and block.hash == wanted.lower() else None

    # --- transactions ------------------------------------------------------------------------------------------------

    def _found(self, wanted: str) -> tuple[Block, int] | None:
        number = self._node.chain.number_of(wanted.lower())
        block = None if number is None else self._shown(number)
        if block is None:
            return None
        places = [place for place, one in enumerate(block.transactions) if one.hash == wanted.lower()]
        return (block, places[0]) if places else None

    def _receipt(self, params: Params) -> object:
        found = self._found(str(params[0]))
        return None if found is None else receipt_document(self._node, *found)

    def _transaction(self, params: Params) -> object:
        found = self._found(str(params[0]))
        return None if found is None else transaction_document(*found)

    # --- logs --------------------------------------------------------------------------------------------------------

    def _logs(self, params: Params) -> object:
        given = params[0]
        if not isinstance(given, dict):
            raise RpcError("invalid argument 0: an object is expected", INVALID)
        wanted = read_filter(given)
        found = [placed for block in self._range(given) for placed in self._node.logs(block)]
        return [log_document(placed) for placed in found if wanted.takes(placed.log)]

    def _range(self, given: Mapping[str, object]) -> list[Block]:
        """Give the blocks of a range that have anything; one too long, or not there yet, is refused."""
        if "blockHash" in given:
            block = self._of_hash(str(given["blockHash"]))
            if block is None:
                raise RpcError("unknown block")
            return [block]
        first, last = (self._number(given.get(key) or "latest") for key in ("fromBlock", "toBlock"))
        if first > last or last > self._node.head:
            raise RpcError("invalid block range params")
        top = self._range_max()
        if last - first + 1 > top:
            raise RpcError(f"query exceeds max block range {top}", TOO_MUCH)
        if last < self._node.chain.first:
            raise RpcError("history has been pruned for this block")
        return [self._node.chain.block(number) for number in self._node.chain.busy(first, last)]

    def _range_max(self) -> int:
        fault = self._exchange.faults.active("rpc_limits")
        if fault is None or not fault.matches({"node": self._node.name}):
            return RANGE_MAX
        return int(fault.number("blocks", RANGE_MAX))

    # --- state -------------------------------------------------------------------------------------------------------

    def _call(self, params: Params) -> object:
        given = params[0]
        if not isinstance(given, dict):
            raise RpcError("invalid argument 0: an object is expected", INVALID)
        return self._calls.answer(str(given.get("to", "")), str(given.get("data") or given.get("input") or "0x"))

    def _code(self, params: Params) -> object:
        """Say whether a contract stands at an address: any bytes for one, none for a plain key."""
        account = self._exchange.accounts.by_wallet(str(params[0]))
        is_contract = self._calls.knows(str(params[0]))
        return "0x60" if is_contract or (account and account.signature_type and account.deployed) else "0x"
