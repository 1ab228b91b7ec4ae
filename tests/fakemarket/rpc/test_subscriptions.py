"""Websocket subscriptions, blocks that are taken back, and nodes that lie, lag and refuse (F41 to F44)."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import WSMsgType

from copydesk.adapters.polymarket.parse.logs import log_event
from fakemarket.world.chain.logs import ORDER_FILLED
from fakemarket.world.contracts import CONTRACTS
from tests.fakemarket.rpc.nodes import Nodes, Refused, play

FILLS = {"address": [CONTRACTS["exchange"], CONTRACTS["neg_risk_exchange"]], "topics": [[ORDER_FILLED]]}


def numbers(frames: list[dict[str, Any]]) -> list[int]:
    return [int(frame["number"], 16) for frame in frames]


def test_every_new_head_is_told_once_in_order() -> None:
    async def scene(nodes: Nodes) -> None:
        listener = await nodes.listen()
        await listener.call("eth_subscribe", "newHeads")
        nodes.pass_s(20)
        heads = await listener.heard()
        assert numbers(heads) == list(range(numbers(heads)[0], numbers(heads)[0] + 10))
        assert all(one["parentHash"] == before["hash"] for before, one in pairwise(heads))

    play(scene)


def test_fills_are_told_as_a_follower_reads_them() -> None:
    """The follower's own parser takes the frames, and finds what the market's list of fills says."""

    async def scene(nodes: Nodes) -> None:
        listener = await nodes.listen()
        await listener.call("eth_subscribe", "logs", FILLS)
        nodes.trade(cents=37, shares=12)
        frames = await listener.heard()
        read = [log_event(frame) for frame in frames]
        fills = nodes.town.exchange.history.fills
        assert [(str(one.leader), str(one.side.name), str(one.tx_hash)) for one in read] == [
            (fill.wallet, fill.side, fill.transaction_hash) for fill in fills
        ]
        assert [int(frame["logIndex"], 16) for frame in frames] == [fill.log_index for fill in fills]
        assert [frame["removed"] for frame in frames] == [False, False]

    play(scene)


def test_filters_let_through_what_they_name() -> None:
    async def scene(nodes: Nodes) -> None:
        bob = "0x" + nodes.town.bob.wallet[2:].rjust(64, "0")
        listener = await nodes.listen()
        await listener.call("eth_subscribe", "logs", {"topics": [ORDER_FILLED, None, [bob]]})
        gone = await listener.call("eth_subscribe", "logs", {})
        assert await listener.call("eth_unsubscribe", gone) is True
        assert await listener.call("eth_unsubscribe", gone) is False
        nodes.trade()
        assert [frame["topics"][2] for frame in await listener.heard()] == [bob]
        assert len(await nodes.fills(topics=[ORDER_FILLED, None, bob])) == 1
        assert await nodes.fills(address=CONTRACTS["neg_risk_exchange"]) == []

    play(scene)


@pytest.mark.parametrize("depth", [1, 2, 7, 20])
def test_blocks_are_taken_back_with_their_logs_and_told_anew(depth: int) -> None:
    """F43: removed logs come first, the newest first; then the heads that stand now; the trade is mined again later."""

    async def scene(nodes: Nodes) -> None:
        listener = await nodes.listen()
        heads = await listener.call("eth_subscribe", "newHeads")
        await listener.call("eth_subscribe", "logs", FILLS)
        assert heads.startswith("0x")
        nodes.town.exchange.faults.set("reorg", count=1, depth=depth)
        nodes.town.quote(nodes.town.ann, "SELL", 50, 10)
        nodes.town.quote(nodes.town.bob, "BUY", 50, 10)
        nodes.pass_s(2 * depth + 20)
        frames = await listener.heard()
        told = [frame for frame in frames if "number" in frame]
        logs = [frame for frame in frames if "topics" in frame]
        first, gone, again = logs[:2], logs[2:4], logs[4:]
        assert [one["removed"] for one in logs] == [False, False, True, True, False, False]
        assert [one | {"removed": False} for one in reversed(gone)] == first
        assert [one["transactionHash"] for one in again] == [one["transactionHash"] for one in first]
        assert again[0]["blockHash"] != first[0]["blockHash"]
        twice = sorted(number for number in set(numbers(told)) if numbers(told).count(number) == 2)
        assert twice == list(range(int(first[0]["blockNumber"], 16), int(first[0]["blockNumber"], 16) + depth))
        assert [one["logIndex"] for one in await nodes.fills()] == [one["logIndex"] for one in again]
        assert len({head["hash"] for head in told}) == len(told)
        known: dict[str, str] = {}
        for head in told:
            known[head["number"]] = head["hash"]
            assert known.get(hex(int(head["number"], 16) - 1), head["parentHash"]) == head["parentHash"]

    play(scene)


def test_what_else_was_in_a_block_that_was_taken_back_is_in_its_place_again() -> None:
    async def scene(nodes: Nodes) -> None:
        exchange = nodes.town.exchange
        exchange.faults.set("reorg", count=1, depth=3)
        nodes.town.quote(nodes.town.ann, "SELL", 50, 10)
        nodes.town.quote(nodes.town.bob, "BUY", 50, 10)
        while not exchange.history.fills:
            nodes.pass_s(0.25)
        other = exchange.split(nodes.town.cat.wallet, nodes.town.market.condition, 1_000_000).transaction_hash
        nodes.pass_s(2)
        before = await nodes.ask("eth_getTransactionReceipt", other)
        nodes.pass_s(30)
        after = await nodes.ask("eth_getTransactionReceipt", other)
        assert (before["blockNumber"], before["blockHash"] == after["blockHash"]) == (after["blockNumber"], False)
        assert [one["logIndex"] for one in before["logs"]] == [one["logIndex"] for one in after["logs"]]

    play(scene)


@pytest.mark.parametrize(("kind", "told"), [("extra", 3), ("altered", 2), ("missing", 0)])
def test_a_node_that_lies_stands_by_it_and_the_other_one_does_not(kind: str, told: int) -> None:
    """F41."""

    async def scene(nodes: Nodes) -> None:
        nodes.town.exchange.faults.set("rpc_lies", kind=kind, count=1, wallet=nodes.town.cat.wallet)
        listeners = [await nodes.listen(node) for node in (0, 1)]
        for listener in listeners:
            await listener.call("eth_subscribe", "logs", FILLS)
        nodes.trade()
        honest, lying = [await listener.heard() for listener in listeners]
        assert (len(honest), len(lying)) == (2, told)
        assert lying != honest
        nodes.town.exchange.faults.clear_all()
        assert await nodes.fills(1) == lying
        assert await nodes.fills(0) == honest
        if kind == "extra":
            assert log_event(lying[2]).leader == nodes.town.cat.wallet
            assert await nodes.ask("eth_getTransactionReceipt", lying[2]["transactionHash"], node=1) is None
        nodes.trade()
        assert len(await nodes.fills(1)) == told + 2

    play(scene)


def test_a_node_that_lags_tells_late_and_refuses_blocks_it_has_not() -> None:
    """F42."""

    async def scene(nodes: Nodes) -> None:
        nodes.town.exchange.faults.set("rpc_lags", blocks=10)
        heads = [int(await nodes.ask("eth_blockNumber", node=node), 16) for node in (0, 1)]
        assert heads[0] - heads[1] == 10
        listener = await nodes.listen(1)
        await listener.call("eth_subscribe", "logs", FILLS)
        made = nodes.trade()
        assert await listener.heard() == []
        assert await nodes.ask("eth_getTransactionReceipt", made, node=1) is None
        with pytest.raises(Refused, match="invalid block range params"):
            await nodes.ask("eth_getLogs", {"fromBlock": hex(heads[0]), "toBlock": hex(heads[0])}, node=1)
        nodes.town.exchange.faults.clear_all()
        nodes.pass_s(2)
        assert len(await listener.heard()) == 2

    play(scene)


def test_a_provider_with_limits_cuts_ranges_counts_requests_and_hangs_up() -> None:
    """F44."""

    async def scene(nodes: Nodes) -> None:
        faults = nodes.town.exchange.faults
        faults.set("rpc_limits", blocks=50)
        head = int(await nodes.ask("eth_blockNumber", node=1), 16)
        wide = {"fromBlock": hex(head - 50), "toBlock": hex(head)}
        with pytest.raises(Refused, match="max block range 50"):
            await nodes.ask("eth_getLogs", wide, node=1)
        assert await nodes.ask("eth_getLogs", wide, node=0) == []
        assert await nodes.ask("eth_getLogs", wide | {"fromBlock": hex(head - 49)}, node=1) == []
        faults.set("rpc_limits", per_second=3)
        for _ in range(3):
            await nodes.ask("eth_chainId", node=1)
        async with nodes.http.post(nodes.urls[1], json={"id": 1, "method": "eth_chainId"}) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (429, -32005)
        faults.clear_all()
        listener = await nodes.listen(1)
        await listener.call("eth_subscribe", "newHeads")
        faults.set("rpc_limits", hangs_up=True, count=1)
        nodes.pass_s(2)
        async with asyncio.timeout(2):
            assert (await listener.socket.receive()).type in {WSMsgType.CLOSED, WSMsgType.ERROR, WSMsgType.CLOSE}

    play(scene)
