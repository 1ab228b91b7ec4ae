"""`/v2/positions` and what else is folded from a wallet's rows."""

import asyncio
import io
import zipfile

import pytest
from aiohttp.test_utils import TestClient, TestServer

from fakemarket.faces.data import application
from fakemarket.faces.data.approvals import PERPS_DEPOSIT
from fakemarket.faces.data.desk import Desk
from fakemarket.world.contracts import CONTRACTS
from fakemarket.world.money import ONE
from fakemarket.world.tokens import MarketPlan
from tests.fakemarket.town import Answer, Town, ask


def newcomer(town: Town) -> str:
    """Open a wallet that starts with nothing but cash: what it holds, it bought."""
    return town.open("dan", tokens={}).wallet


def positions(town: Town, query: str) -> Answer:
    town.settle()
    return ask(application(town.exchange), f"/v2/positions?{query}")[0]


def buys(town: Town, wallet: str, cents: int, shares: int, token: str = "") -> None:
    account = town.exchange.accounts.by_wallet(wallet)
    assert account is not None
    town.quote(town.ann, "SELL", cents, shares, token)
    town.quote(account, "BUY", cents, shares, token)
    town.settle()


def test_two_purchases_average_and_a_sale_realises() -> None:
    town = Town(plan=MarketPlan(question="Will it snow?"))
    dan = newcomer(town)
    buys(town, dan, 40, 100)
    buys(town, dan, 60, 100)
    town.quote(town.ann, "BUY", 70, 50)
    town.exchange.quote(dan, town.yes, "SELL", 700_000, 50 * ONE)
    row = positions(town, f"user={dan}").rows[0]
    assert (row["current_size"], row["avg_price"], row["entry_cost_usdc"]) == (150, 0.5, 75)
    assert (row["realized_pnl"], row["total_size"], row["status"]) == (10, 200, "OPEN")


def test_what_a_reorganisation_took_back_twice_is_held_once() -> None:
    """F43: the same transaction leaves the chain two times; what was folded before is forgotten each time."""
    town = Town(plan=MarketPlan(question="Will it snow?"))
    dan, desk = newcomer(town), Desk(town.exchange)
    fills = town.exchange.history.fills
    seen: list[int] = []

    def look() -> None:
        town.clock.advance(5_000)
        seen.append(sum(holding.shares for holding in desk.holdings_of(dan)) // ONE)

    buys(town, dan, 40, 100)
    look()
    for _ in range(2):
        mine = [fill for fill in fills if fill.wallet == dan]
        town.exchange.history.take_back(tuple(mine))
        town.exchange.deposit(town.ann.wallet, ONE)
        look()
        town.exchange.history.add_fill(mine[0], 0)
        look()
    assert seen == [100, 0, 100, 0, 100]


def test_fees_are_told_apart_from_the_cost() -> None:
    town = Town()
    dan = newcomer(town)
    buys(town, dan, 50, 100)
    row = positions(town, f"user={dan}").rows[0]
    assert (row["entry_cost_usdc"], row["entry_fees_usdc"], row["total_cost_usdc"]) == (50, 1.25, 51.25)


def test_crumbs_are_dropped_unless_an_amount_is_named() -> None:
    """Trap 6."""
    town = Town(plan=MarketPlan(question="Will it snow?", minimum=10_000))
    dan = newcomer(town)
    buys(town, dan, 50, 5)
    town.exchange.transfer(dan, town.bob.wallet, town.yes, 5 * ONE - 50_000)
    assert positions(town, f"user={dan}").rows == []
    assert positions(town, f"user={dan}&filter_amount=0").rows[0]["current_size"] == 0.05


def test_losers_stay_open_and_redeemable_at_nothing() -> None:
    """Trap 6: OPEN includes what has lost."""
    town = Town()
    dan = newcomer(town)
    buys(town, dan, 50, 100)
    town.exchange.resolve(town.market.condition, (0, ONE))
    row = positions(town, f"user={dan}&status=OPEN").rows[0]
    assert (row["status"], row["redeemable"], row["current_value"], row["current_price"]) == ("REDEEMABLE", True, 0, 0)
    assert len(positions(town, f"user={dan}&status=REDEEMABLE_LOST").rows) == 1
    assert positions(town, f"user={dan}&status=CLOSED").rows == []


def test_a_redeemed_position_is_closed_with_its_profit() -> None:
    town = Town(plan=MarketPlan(question="Will it snow?"))
    dan = newcomer(town)
    buys(town, dan, 40, 100)
    town.exchange.resolve(town.market.condition, (ONE, 0))
    town.exchange.redeem(dan, town.market.condition)
    assert positions(town, f"user={dan}").rows == []
    row = positions(town, f"user={dan}&status=CLOSED").rows[0]
    assert (row["current_size"], row["realized_pnl"], row["avg_price"]) == (0, 60, 0.4)


def test_a_shared_payout_redeems_at_half() -> None:
    town = Town(plan=MarketPlan(question="Will it snow?"))
    dan = newcomer(town)
    buys(town, dan, 40, 100)
    town.exchange.resolve(town.market.condition, (ONE // 2, ONE // 2))
    assert positions(town, f"user={dan}").rows[0]["current_price"] == 0.5
    town.exchange.redeem(dan, town.market.condition)
    assert positions(town, f"user={dan}&status=CLOSED").rows[0]["realized_pnl"] == 10


def test_pairs_can_be_merged_and_say_so() -> None:
    town = Town()
    dan = newcomer(town)
    buys(town, dan, 50, 10)
    buys(town, dan, 50, 10, town.no)
    rows = positions(town, f"user={dan}&status=MERGEABLE").rows
    assert [row["mergeable"] for row in rows] == [True, True]


def test_markets_that_are_not_active_are_left_out() -> None:
    """Trap 6: positions are no complete ledger."""
    town = Town()
    dan = newcomer(town)
    buys(town, dan, 50, 10)
    town.market.active = False
    assert positions(town, f"user={dan}&include_archived=true").rows == []


def test_everybody_in_one_market_can_be_listed_and_paged() -> None:
    town = Town()
    wallets = {newcomer(town)}
    buys(town, next(iter(wallets)), 50, 10)
    town.trade(buyer=town.bob)
    first = positions(town, f"condition={town.market.condition}&limit=1")
    second = positions(town, f"condition={town.market.condition}&limit=1&cursor={first.cursor}")
    shown = {row["proxy_wallet"] for row in first.rows + second.rows}
    assert shown == wallets | {town.bob.wallet}


@pytest.mark.parametrize("query", ["", "status=MERGEABLE&condition=0x" + "ab" * 32, "user=0x0", "sort_by=LUCK&user="])
def test_a_question_about_nobody_is_refused(query: str) -> None:
    assert positions(Town(), query).status == 400


def test_value_adds_up_what_is_held() -> None:
    town = Town()
    dan = newcomer(town)
    buys(town, dan, 50, 100)
    town.quote(town.ann, "SELL", 61, 10)
    town.quote(town.cat, "BUY", 59, 10)
    answer = ask(application(town.exchange), f"/v2/value?user={dan}")[0]
    assert answer.rows == {"proxy_wallet": dan, "value": 60}


def test_a_transfer_moves_the_position_at_its_cost() -> None:
    town = Town(plan=MarketPlan(question="Will it snow?"))
    dan = newcomer(town)
    buys(town, dan, 40, 100)
    town.exchange.transfer(dan, town.bob.wallet, town.yes, 50 * ONE)
    row = positions(town, f"user={dan}").rows[0]
    assert (row["current_size"], row["entry_cost_usdc"], row["realized_pnl"]) == (50, 20, 0)


def test_a_conversion_moves_the_position_to_the_other_markets() -> None:
    town = Town()
    plans = [MarketPlan(question=f"Will runner {number} win?") for number in range(3)]
    first = town.list(plans[0], plans[1], plans[2], neg_risk=True)
    dan = newcomer(town)
    town.exchange.split(dan, first.condition, 100 * ONE)
    town.exchange.convert(dan, first.condition, 100 * ONE)
    rows = positions(town, f"user={dan}").rows
    assert [row["current_size"] for row in rows] == [100, 100, 100]
    assert sorted(row["entry_cost_usdc"] for row in rows) == [25, 25, 50]
    assert {row["outcome"] for row in rows} == {"Yes"}


def test_a_conversion_of_two_candidates_pays_a_dollar_and_the_third() -> None:
    """No of two is Yes of the third and a dollar, and the positions say so."""
    town = Town()
    plans = [MarketPlan(question=f"Will {name} win?", neg_risk=True) for name in ("Ann", "Ben", "Cy")]
    first = town.list(*plans, neg_risk=True)
    event = town.exchange.catalog.event_of(first)
    dan = town.open("dan", tokens={})
    for condition in event.conditions[:2]:
        town.exchange.split(dan.wallet, condition, 10 * ONE)
    before = dan.cash
    row = town.exchange.convert_set(dan.wallet, tuple(event.conditions[:2]), 10 * ONE)
    assert (row.kind, row.cash, dan.cash - before) == ("CONVERSION", 10 * ONE, 10 * ONE)
    held = {one["outcome"] + one["title"]: one["current_size"] for one in positions(town, f"user={dan.wallet}").rows}
    assert held == {f"YesWill {name} win?": 10 for name in ("Ann", "Ben", "Cy")}
    with pytest.raises(ValueError, match="no part"):
        town.exchange.convert_set(dan.wallet, tuple(event.conditions), ONE)
    for number, condition in enumerate(event.conditions):
        town.exchange.resolve(condition, (ONE, 0) if number == 2 else (0, ONE))
        town.exchange.redeem(dan.wallet, condition)
    assert town.exchange.vault.pots[first.backing] == 0


def test_the_snapshot_is_an_archive_of_two_tables() -> None:
    town = Town(plan=MarketPlan(question="Will it snow?"))
    dan = newcomer(town)
    buys(town, dan, 40, 100)

    async def fetched() -> tuple[int, str, bytes]:
        async with TestClient(TestServer(application(town.exchange))) as client:
            answer = await client.get(f"/v1/accounting/snapshot?user={dan}")
            return answer.status, answer.content_type, await answer.read()

    status, kind, body = asyncio.run(fetched())
    assert (status, kind) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names, tables = archive.namelist(), [archive.read(name).decode().splitlines() for name in archive.namelist()]
    assert names == ["positions.csv", "equity.csv"]
    assert tables[0][1].split(",")[:4] == [town.market.condition, town.yes, "100", "0.4"]
    assert tables[1][1].split(",")[:3] == ["99960", "40", "100000"]
    assert ask(application(town.exchange), "/v1/accounting/snapshot")[0].status == 400
    assert ask(application(town.exchange), "/v1/positions")[0].status == 404


def test_a_funded_account_has_approved_what_the_official_client_approves() -> None:
    town = Town()
    rows = ask(application(town.exchange), f"/v2/approvals?user={town.bob.wallet}")[0].rows["contracts"]
    granted = {(row["token"], row["spender"]) for row in rows if row["approved"]}
    named = [("ctf", "auto_redeemer"), ("position_manager", "auto_redeemer"), ("position_manager", "router")]
    named += [("pusd", "router"), ("pusd", "ctf_collateral_adapter"), ("ctf", "neg_risk_ctf_collateral_adapter")]
    assert granted >= {(CONTRACTS[token], CONTRACTS[spender]) for token, spender in named}
    assert {(row["token"], row["spender"]) for row in rows} - granted == {(CONTRACTS["pusd"], PERPS_DEPOSIT)}
