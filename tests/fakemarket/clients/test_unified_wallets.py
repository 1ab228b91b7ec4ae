"""polymarket-client, unmodified: what wallets do on the chain through the relayer, by each kind of wallet (K11)."""

from typing import Any

import pytest

polymarket: Any = pytest.importorskip("polymarket", reason="the official client")
auth: Any = pytest.importorskip("polymarket.auth", reason="the official client")
pytestmark = pytest.mark.slow

FIVE = 5_000_000


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("signature_type", [1, 2, 3])
def test_a_wallet_approves_splits_merges_and_redeems(
    venue: Any, environment: Any, within: Any, signature_type: int, version: str
) -> None:
    """A proxy, a Safe and a deposit wallet sign three different envelopes; the chain tells what each did."""
    trader = venue.trader(signature_type)
    question = f"Will wallet {signature_type} of {version} do?"
    market = venue.act("market", question=question, version=version)["condition_id"]
    asset_type = "CONDITIONAL-V2" if version == "v2" else "CONDITIONAL"

    async def scene() -> list[int]:
        client = await polymarket.AsyncSecureClient.create(
            private_key=trader.private_key,
            wallet=trader.wallet,
            environment=environment,
            api_key=auth.RelayerApiKey(key="k", address=trader.address),
        )
        try:
            await client.setup_trading_approvals()
            listed = await client.list_markets(condition_ids=[market]).first_page()
            yes = listed.items[0].outcomes.yes
            token = str(yes.position_id if version == "v2" else yes.token_id)

            async def held() -> int:
                return int((await client.get_balance_allowance(asset_type=asset_type, asset_id=token)).balance)

            counts = []
            for act in (
                client.split_position(condition_id=market, amount=2 * FIVE),
                client.merge_positions(condition_id=market, amount=FIVE),
            ):
                outcome = await (await act).wait()
                assert str(outcome.transaction_hash).startswith("0x")
                counts.append(await held())
            venue.act("resolve", market=market, winner="Yes")
            await (await client.redeem_positions(condition_id=market)).wait()
            return [*counts, await held()]
        finally:
            await client.close()

    assert within(scene()) == [2 * FIVE, FIVE, 0]
