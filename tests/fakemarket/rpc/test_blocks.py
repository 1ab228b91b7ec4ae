"""Blocks, receipts and state, as a node answers them over HTTP."""

import pytest

from fakemarket.world.chain.slots import block_at
from fakemarket.world.contracts import CONTRACTS
from fakemarket.world.money import ONE
from tests.fakemarket.rpc.nodes import SHARES, Nodes, Refused, play

MAX = (1 << 256) - 1
FULL = True


def words(*values: int | str) -> str:
    return "".join(f"{int(v, 16) if isinstance(v, str) else v:064x}" for v in values)


async def called(nodes: Nodes, contract: str, selector: str, *values: int | str) -> int:
    answer = await nodes.ask("eth_call", {"to": CONTRACTS[contract], "data": selector + words(*values)}, "latest")
    return int(answer, 16)


def test_a_block_comes_every_two_seconds_and_is_linked_to_the_one_before() -> None:
    async def scene(nodes: Nodes) -> None:
        first = await nodes.ask("eth_getBlockByNumber", "latest")
        nodes.pass_s(2)
        second = await nodes.ask("eth_getBlockByNumber", "latest")
        assert int(second["number"], 16) == int(first["number"], 16) + 1 == int(await nodes.ask("eth_blockNumber"), 16)
        assert second["parentHash"] == first["hash"]
        assert int(second["timestamp"], 16) - int(first["timestamp"], 16) == 2
        assert await nodes.ask("eth_getBlockByHash", first["hash"]) == first
        assert await nodes.ask("eth_getBlockByNumber", hex(int(second["number"], 16) + 1)) is None
        assert (await nodes.ask("eth_chainId"), await nodes.ask("net_version")) == ("0x89", "137")

    play(scene)


def test_safe_and_finalized_trail_the_head() -> None:
    async def scene(nodes: Nodes) -> None:
        tags = ("latest", "safe", "finalized")
        numbers = [int((await nodes.ask("eth_getBlockByNumber", tag))["number"], 16) for tag in tags]
        assert numbers == [numbers[0], numbers[0] - 1, numbers[0] - 2]

    play(scene)


def test_nothing_is_final_that_is_about_to_be_taken_back() -> None:
    """F43."""

    async def scene(nodes: Nodes) -> None:
        nodes.town.exchange.faults.set("reorg", count=1, depth=6)
        nodes.trade()
        mined = nodes.town.exchange.history.fills[-1].block_number
        final = int((await nodes.ask("eth_getBlockByNumber", "finalized"))["number"], 16)
        assert final == mined - 1
        nodes.pass_s(30)
        final = int((await nodes.ask("eth_getBlockByNumber", "finalized"))["number"], 16)
        assert final > mined

    play(scene)


def test_a_settlement_has_a_receipt_whose_logs_are_those_of_its_block() -> None:
    async def scene(nodes: Nodes) -> None:
        made = nodes.trade()
        receipt = await nodes.ask("eth_getTransactionReceipt", made)
        fill = nodes.town.exchange.history.fills[-1]
        assert (receipt["status"], receipt["transactionHash"]) == ("0x1", made)
        assert int(receipt["blockNumber"], 16) == fill.block_number
        block = await nodes.ask("eth_getBlockByNumber", receipt["blockNumber"], FULL)
        assert block["hash"] == receipt["blockHash"]
        assert made in [one["hash"] for one in block["transactions"]]
        assert int(block["timestamp"], 16) == fill.timestamp_s
        logs = await nodes.ask("eth_getLogs", {"blockHash": block["hash"]})
        assert logs == receipt["logs"]
        indexes = [int(log["logIndex"], 16) for log in logs]
        assert indexes == sorted(set(indexes))
        assert fill.log_index in indexes
        assert (await nodes.ask("eth_getTransactionByHash", made))["blockHash"] == block["hash"]
        assert await nodes.ask("eth_getTransactionReceipt", "0x" + "00" * 32) is None

    play(scene)


def test_a_bloom_admits_what_the_block_holds() -> None:
    async def scene(nodes: Nodes) -> None:
        empty = await nodes.ask("eth_getBlockByNumber", "latest")
        receipt = await nodes.ask("eth_getTransactionReceipt", nodes.trade())
        assert int(empty["logsBloom"], 16) == 0
        assert (
            0 < int(receipt["logsBloom"], 16).bit_count() <= 3 * sum(1 + len(one["topics"]) for one in receipt["logs"])
        )

    play(scene)


def test_balances_approvals_and_payouts_are_read_from_the_contracts() -> None:
    async def scene(nodes: Nodes) -> None:
        town = nodes.town
        bob, token = town.bob.wallet, int(town.yes)
        assert await called(nodes, "pusd", "0x70a08231", bob) == town.bob.cash
        assert await called(nodes, "ctf", "0x00fdd58e", bob, token) == 1_000 * ONE
        assert await called(nodes, "position_manager", "0x00fdd58e", bob, token) == 0
        assert await called(nodes, "pusd", "0xdd62ed3e", bob, CONTRACTS["exchange"]) == MAX
        assert await called(nodes, "pusd", "0xdd62ed3e", bob, "0x" + "12" * 20) == 0
        assert await called(nodes, "ctf", "0xe985e9c5", bob, CONTRACTS["neg_risk_exchange"]) == 1
        assert await called(nodes, "position_manager", "0xe985e9c5", bob, CONTRACTS["exchange"]) == 0
        condition = town.market.condition
        assert await called(nodes, "ctf", "0xdd34de67", condition) == 0
        town.exchange.resolve(condition, (ONE // 2, ONE // 2))
        assert await called(nodes, "ctf", "0xdd34de67", condition) == 2
        assert await called(nodes, "ctf", "0x0504c814", condition, 1) == 1
        with pytest.raises(Refused, match="reverted"):
            await called(nodes, "ctf", "0x0504c814", condition, 2)
        assert await nodes.ask("eth_call", {"to": "0x" + "12" * 20, "data": "0x"}, "latest") == "0x"
        assert await nodes.ask("eth_getCode", bob, "latest") != "0x"

    play(scene)


def test_all_that_a_wallet_holds_is_what_the_transfer_logs_add_up_to() -> None:
    """Straight, minted and merged fills, fees, sets, transfers and redemptions: no token comes from nowhere."""

    async def scene(nodes: Nodes) -> None:
        town, exchange = nodes.town, nodes.town.exchange
        people = (town.ann, town.bob, town.cat)
        before = {
            person.wallet: (person.cash, *(person.balance(token) for token in town.market.tokens)) for person in people
        }
        start = block_at(town.clock.now_ms())
        town.quote(town.ann, "BUY", 60, 40)
        town.quote(town.bob, "BUY", 40, 40, town.no)
        town.quote(town.cat, "SELL", 50, 30)
        town.quote(town.bob, "BUY", 50, 30)
        town.quote(town.ann, "SELL", 70, 20, town.no)
        town.quote(town.cat, "SELL", 30, 20)
        nodes.pass_s(8)
        exchange.split(town.cat.wallet, town.market.condition, 7 * ONE)
        exchange.merge(town.ann.wallet, town.market.condition, 3 * ONE)
        exchange.transfer(town.bob.wallet, town.cat.wallet, town.yes, 4 * ONE)
        exchange.deposit(town.ann.wallet, 11 * ONE)
        exchange.resolve(town.market.condition, (ONE, 0))
        exchange.redeem(town.bob.wallet, town.market.condition)
        nodes.pass_s(4)
        kinds = {kind for trade in exchange.history.trades.values() for kind in trade.fill_kinds}
        assert kinds == {"mint", "complementary", "merge"}
        logs = await nodes.ask("eth_getLogs", {"fromBlock": hex(start), "toBlock": "latest"})
        for person in people:
            cash, yes, no = (moved(logs, person.wallet, asset) for asset in ("", town.yes, town.no))
            after = (person.cash, person.balance(town.yes), person.balance(town.no))
            assert tuple(map(sum, zip(before[person.wallet], (cash, yes, no), strict=True))) == after

    play(scene)


def moved(logs: list[dict[str, object]], wallet: str, asset: str) -> int:
    """Add up the transfers of a wallet: pUSD where no token is named."""
    total = 0
    for log in logs:
        topics, data = [str(topic) for topic in log["topics"]], str(log["data"])[2:]  # type: ignore[attr-defined]
        parts = [int(data[at : at + 64], 16) for at in range(0, len(data), 64)]
        ends = ["0x" + topic[-40:] for topic in topics[-2:]]
        sign = (ends[1] == wallet) - (ends[0] == wallet)
        if topics[0].startswith("0xddf252ad") and not asset:
            total += sign * parts[0]
        elif topics[0].startswith("0xc3d58168") and asset and parts[0] == int(asset):
            total += sign * parts[1]
        elif topics[0].startswith("0x4a39dc06") and asset:
            count = parts[2]
            pairs = dict(zip(parts[3 : 3 + count], parts[4 + count :], strict=True))
            total += sign * pairs.get(int(asset), 0)
    return total


def test_what_is_asked_wrongly_is_refused_with_the_usual_codes() -> None:
    async def scene(nodes: Nodes) -> None:
        for method, params, code in (
            ("eth_sign", [], -32601),
            ("eth_subscribe", ["newHeads"], -32601),
            ("eth_getLogs", [], -32602),
            ("eth_getLogs", [{"fromBlock": "yesterday"}], -32602),
            ("eth_getLogs", [{"fromBlock": "0x1", "toBlock": "latest"}], -32005),
            ("eth_getLogs", [{"fromBlock": "latest", "toBlock": "0xfffffff"}], -32000),
        ):
            with pytest.raises(Refused) as caught:
                await nodes.ask(method, *params)
            assert caught.value.code == code, method
        async with nodes.http.post(nodes.urls[0], data="{") as answer:
            assert (await answer.json())["error"]["code"] == -32700
        batch = [{"jsonrpc": "2.0", "id": number, "method": "eth_chainId"} for number in (1, 2)]
        async with nodes.http.post(nodes.urls[0], json=batch) as answer:
            assert [one["id"] for one in await answer.json()] == [1, 2]

    play(scene)


def test_shares_settle_in_the_amounts_that_the_log_says() -> None:
    async def scene(nodes: Nodes) -> None:
        nodes.trade(cents=40)
        maker, taker = await nodes.fills()
        assert maker["topics"][3] == "0x" + nodes.town.bob.wallet[2:].rjust(64, "0")
        assert taker["topics"][3] == "0x" + CONTRACTS["exchange"][2:].lower().rjust(64, "0")
        amounts = [int(taker["data"][2 + 64 * place :][:64], 16) for place in range(5)]
        assert amounts == [0, int(nodes.town.yes), 4 * ONE, SHARES, 120_000]

    play(scene)
