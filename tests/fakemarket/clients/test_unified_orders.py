"""polymarket-client, unmodified: log-in by every wallet, orders of every type, the account's own lists (K14–K16)."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

polymarket: Any = pytest.importorskip("polymarket", reason="the official client")
pytestmark = pytest.mark.slow

WALLETS = {0: "EOA", 1: "POLY_PROXY", 2: "GNOSIS_SAFE", 3: "DEPOSIT_WALLET"}
KINDS = ("standard", "neg_risk", "v2")
Scene = Callable[..., Awaitable[Any]]


@pytest.fixture
def play(environment: Any, venue: Any, within: Any) -> Callable[..., Any]:
    """Play a scene with a client for each signature type named; open orders are cancelled at its end."""

    def run(scene: Scene, *signature_types: int) -> Any:
        async def opened(signature_type: int) -> Any:
            trader = venue.trader(signature_type)
            return await polymarket.AsyncSecureClient.create(
                private_key=trader.private_key, wallet=trader.wallet, environment=environment
            )

        async def whole() -> Any:
            clients = [await opened(signature_type) for signature_type in signature_types]
            try:
                return await scene(*clients)
            finally:
                for client in clients:
                    await client.cancel_all()
                    await client.close()

        return within(whole())

    return run


async def limit(client: Any, token: str, side: str, price: str, size: int, **terms: Any) -> Any:
    signed = await client.create_limit_order(asset_id=token, price=price, size=size, side=side, **terms)
    return await client.post_order(signed)


async def buy(client: Any, token: str, amount: str, max_price: str, order_type: str) -> Any:
    signed = await client.create_market_order(
        asset_id=token, side="BUY", amount=amount, max_price=max_price, order_type=order_type
    )
    return await client.post_order(signed)


async def refusal(act: Awaitable[Any]) -> Any:
    """Give the error that a refused request raises."""
    with pytest.raises(polymarket.PolymarketError) as caught:
        await act
    return caught.value


async def items(paginator: Any) -> list[Any]:
    return [item async for item in paginator.iter_items()]


@pytest.mark.parametrize("signature_type", WALLETS)
def test_every_wallet_logs_in_as_what_it_is(play: Any, venue: Any, signature_type: int) -> None:
    async def scene(client: Any) -> None:
        assert client.wallet_type == WALLETS[signature_type]
        assert str(client.wallet).lower() == venue.trader(signature_type).wallet.lower()
        assert client.credentials.key in await client.fetch_api_keys()
        assert await client.get_closed_only_mode() is False

    play(scene, signature_type)


def test_the_wallet_is_found_from_the_key_alone(environment: Any, venue: Any, within: Any) -> None:
    """The client tries both addresses that a deposit wallet may have."""
    trader = venue.trader(3)

    async def scene() -> str:
        client = await polymarket.AsyncSecureClient.create(private_key=trader.private_key, environment=environment)
        try:
            return str(client.wallet)
        finally:
            await client.close()

    assert within(scene()).lower() == trader.wallet.lower()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signature_type", WALLETS)
def test_an_order_rests_is_listed_and_is_cancelled(play: Any, venue: Any, signature_type: int, kind: str) -> None:
    token = venue.markets(kind)[0].yes

    async def scene(client: Any) -> None:
        placed = await limit(client, token, "BUY", "0.21", 10)
        assert (placed.ok, placed.status) == (True, "live")
        [order] = await items(client.list_open_orders(asset_id=token))
        assert (order.id, order.price, order.original_size) == (placed.order_id, Decimal("0.21"), Decimal(10))
        assert (await client.get_order(order_id=placed.order_id)).id == placed.order_id
        canceled = await client.cancel_order(order_id=placed.order_id)
        assert list(canceled.canceled) == [placed.order_id]
        assert await items(client.list_open_orders()) == []

    play(scene, signature_type)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signature_type", WALLETS)
def test_a_match_settles_and_moves_the_balance(play: Any, venue: Any, signature_type: int, kind: str) -> None:
    market = venue.markets(kind)[0]
    asset_type = "CONDITIONAL-V2" if kind == "v2" else "CONDITIONAL"

    async def scene(client: Any, other: Any) -> None:
        before = (await client.get_balance_allowance(asset_type=asset_type, asset_id=market.no)).balance
        await limit(other, market.yes, "BUY", "0.6", 20)
        taken = await buy(client, market.no, "4", "0.4", "FAK")
        assert (taken.ok, taken.status) == (True, "matched")
        hashes = await client.wait_for_order_fill_settlement(taken)
        assert len(hashes) == 1
        after = (await client.get_balance_allowance(asset_type=asset_type, asset_id=market.no)).balance
        assert after - before == 10_000_000
        [trade] = await items(client.list_account_trades(id=taken.trade_ids[0]))
        assert (trade.status, trade.trader_side, trade.transaction_hash) == ("CONFIRMED", "TAKER", hashes[0])

    play(scene, signature_type, (signature_type + 1) % 4)


def test_market_orders_fill_whole_or_partly_or_not_at_all(play: Any, venue: Any) -> None:
    market = venue.markets("standard")[0]

    async def scene(client: Any, other: Any) -> None:
        await limit(other, market.yes, "BUY", "0.64", 10)
        too_much = await refusal(buy(client, market.no, "7.2", "0.36", "FOK"))
        assert str(too_much) == "order couldn't be fully filled. FOK orders are fully filled or killed."
        assert (await buy(client, market.no, "7.2", "0.36", "FAK")).status == "matched"
        nothing = await refusal(buy(client, market.no, "7.2", "0.36", "FAK"))
        assert str(nothing).startswith("no orders found to match with FAK order.")

    play(scene, 3, 2)


def test_a_post_only_order_rests_or_is_refused(play: Any, venue: Any) -> None:
    market = venue.markets("standard")[0]

    async def scene(client: Any, other: Any) -> None:
        await limit(other, market.yes, "BUY", "0.3", 10)
        crossing = await refusal(limit(client, market.no, "BUY", "0.75", 10, post_only=True))
        assert (crossing.status, str(crossing)) == (400, "invalid post-only order: order crosses book")
        assert (await limit(client, market.no, "BUY", "0.6", 10, post_only=True)).status == "live"

    play(scene, 1, 0)


def test_what_one_cannot_pay_is_refused(play: Any, venue: Any) -> None:
    market = venue.markets("standard")[0]

    async def scene(client: Any) -> None:
        refused = await refusal(limit(client, market.yes, "BUY", "0.99", 5_000_000))
        assert (refused.status, str(refused)[:31]) == (400, "not enough balance / allowance:")

    play(scene, 2)


def test_a_batch_is_answered_in_order(play: Any, venue: Any) -> None:
    market = venue.markets("v2")[0]

    async def scene(client: Any) -> None:
        signed = [
            await client.create_limit_order(asset_id=market.yes, price=price, size=10, side="BUY")
            for price in ("0.11", "0.12", "0.13")
        ]
        dear = await client.create_limit_order(asset_id=market.yes, price="0.9", size=5_000_000, side="BUY")
        answers = await client.post_orders([*signed, signed[0], dear])
        assert [answer.ok for answer in answers] == [True, True, True, False, False]
        assert "Duplicated" in answers[3].message
        assert answers[4].code == "not_enough_balance"
        ids = [answer.order_id for answer in answers[:3]]
        assert set((await client.cancel_orders(order_ids=ids[:2])).canceled) == set(ids[:2])
        assert list((await client.cancel_market_orders(market=market.condition)).canceled) == ids[2:]

    play(scene, 3)


def test_an_order_in_the_delay_window_is_held_and_then_matched(play: Any, venue: Any) -> None:
    held, delayed = venue.markets("standard")[4], venue.markets("standard")[5]

    async def scene(client: Any, other: Any) -> None:
        await limit(other, held.yes, "BUY", "0.6", 10)
        assert (await buy(client, held.no, "4", "0.4", "FAK")).status == "matched"  # the call waited it out
        await limit(other, delayed.yes, "BUY", "0.6", 10)
        waiting = await limit(client, delayed.no, "BUY", "0.4", 10)
        assert waiting.status == "delayed"

    play(scene, 3, 0)


def test_a_fee_is_paid_on_top_by_the_taker_alone(play: Any, venue: Any) -> None:
    """10 shares at 0.4 of a crypto market: 10 × 0.07 × 0.24 = 0.168 pUSD."""
    dear = venue.markets("standard")[2]

    async def cash(client: Any) -> int:
        return int((await client.get_balance_allowance(asset_type="COLLATERAL")).balance)

    async def scene(client: Any, other: Any) -> None:
        before, theirs = await cash(client), await cash(other)
        await limit(other, dear.yes, "BUY", "0.6", 10)
        taken = await buy(client, dear.no, "4", "0.4", "FAK")
        await client.wait_for_order_fill_settlement(taken)
        assert before - await cash(client) == 4_168_000
        assert theirs - await cash(other) == 6_000_000

    play(scene, 3, 0)


def test_a_finer_grid_is_used_where_there_is_one(play: Any, venue: Any) -> None:
    fine = venue.markets("standard")[3]

    async def scene(client: Any) -> None:
        placed = await limit(client, fine.yes, "BUY", "0.213", 10)
        assert (await client.get_order(order_id=placed.order_id)).price == Decimal("0.213")

    play(scene, 1)


def test_a_heartbeat_goes_on_with_the_id_it_got(play: Any) -> None:
    async def scene(client: Any) -> None:
        first = await client.send_order_heartbeat()
        second = await client.send_order_heartbeat(heartbeat_id=first.heartbeat_id)
        with pytest.raises(polymarket.OrderHeartbeatMismatchError) as caught:
            await client.send_order_heartbeat(heartbeat_id=first.heartbeat_id)
        assert caught.value.heartbeat_id == second.heartbeat_id

    play(scene, 1)


def test_a_fill_is_notified_to_the_maker(play: Any, venue: Any) -> None:
    market = venue.markets("standard")[1]

    async def scene(client: Any, other: Any) -> None:
        await client.drop_notifications(ids=[row.id for row in await client.get_notifications()] or ["1"])
        await limit(client, market.yes, "BUY", "0.6", 10)
        await other.wait_for_order_fill_settlement(await buy(other, market.no, "4", "0.4", "FAK"))
        [fill] = await client.get_notifications()
        assert str(fill.payload.side) == "BUY"

    play(scene, 2, 3)


def test_restrictions_reach_the_caller_as_such(play: Any, venue: Any) -> None:
    """F49, F50, F57: the client names what holds."""
    market = venue.markets("standard")[0]

    async def bid(client: Any) -> Any:
        return await refusal(limit(client, market.yes, "BUY", "0.2", 10))

    async def scene(client: Any) -> None:
        venue.fault("restart", restart_ms=600_000, post_only_ms=600_000)
        restarting = await bid(client)
        assert (restarting.status, restarting.restriction) == (425, "restarting")
        venue.fault("restart", restart_ms=0, post_only_ms=600_000)
        assert (await bid(client)).restriction == "post_only"
        venue.heal()
        venue.fault("restricted", mode="cancel_only")
        assert (await bid(client)).restriction == "cancel_only"
        venue.heal()
        venue.fault("throttle", retry_after_s=3, count=1)
        assert (await bid(client)).retry_after == 3

    try:
        play(scene, 3)
    finally:
        venue.heal()
