"""polymarket-client, unmodified: the catalogue, the books and the public data of wallets (K11, K15, K16)."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

polymarket: Any = pytest.importorskip("polymarket", reason="the official client")
pytestmark = pytest.mark.slow

TOLD = 6  # the market of the script that has a history
Ask = Callable[[Any], Awaitable[Any]]


@pytest.fixture
def ask(environment: Any, within: Any) -> Callable[[Ask], Any]:
    """Ask the public client something, on a connection of its own."""

    def run(question: Ask) -> Any:
        async def whole() -> Any:
            async with polymarket.AsyncPublicClient(environment=environment) as client:
                return await question(client)

        return within(whole())

    return run


@pytest.fixture(scope="session")
def leader(venue: Any, eventually: Any) -> str:
    """Give the wallet of the leader, once his two trades and his split and merge are public."""
    [row] = venue.line["leaders"]
    eventually(lambda: venue.control("GET", "/state")["leader_moves"] >= 2, "the leader's history")
    return str(row["wallet"])


async def first_page(paginator: Any) -> list[Any]:
    page = await paginator.first_page()
    return list(page.items)


async def everything(paginator: Any) -> list[Any]:
    return [item async for item in paginator.iter_items()]


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_every_market_is_listed_and_can_be_traded(ask: Any, venue: Any) -> None:
    markets = ask(lambda client: everything(client.list_markets(page_size=3)))
    listed = [str(row["condition_id"]) for row in venue.line["markets"]]
    shown = [str(market.condition_id).ljust(66, "0") for market in markets]  # newer ids come without the last byte
    assert sorted(shown) == sorted(listed)
    [first] = [market for market in markets if market.condition_id == listed[0]]
    assert first.question == "Will the first thing happen?"
    assert (first.state.active, first.state.closed) == (True, False)
    assert first.outcomes.yes.label == "Yes"


@pytest.mark.parametrize("kind", ["standard", "neg_risk", "v2"])
def test_a_market_names_the_assets_that_trade(ask: Any, venue: Any, kind: str) -> None:
    listed = venue.markets(kind)[0]
    [market] = ask(lambda client: first_page(client.list_markets(condition_ids=[listed.condition])))
    outcomes = (market.outcomes.yes, market.outcomes.no)
    ids = [str(outcome.position_id if kind == "v2" else outcome.token_id) for outcome in outcomes]
    assert ids == list(listed.tokens)
    assert str(market.version) == ("v2" if kind == "v2" else "v1")


def test_a_market_is_found_by_id_and_by_slug(ask: Any) -> None:
    async def question(client: Any) -> Any:
        [market, *_] = await first_page(client.list_markets())
        return market, await client.get_market(id=market.id), await client.get_market(slug=market.slug)

    market, by_id, by_slug = ask(question)
    assert market.id == by_id.id == by_slug.id


def test_events_carry_their_markets(ask: Any) -> None:
    async def question(client: Any) -> Any:
        events = await everything(client.list_events(page_size=4))
        return events, await client.get_event(slug=events[0].slug), await client.get_event(id=events[0].id)

    events, by_slug, by_id = ask(question)
    assert len(events) == 10
    assert all(event.markets for event in events)
    assert by_slug.id == by_id.id == events[0].id


def test_tags_are_listed(ask: Any) -> None:
    tags = ask(lambda client: everything(client.list_tags()))
    assert {"politics", "crypto"} <= {tag.slug for tag in tags}


def test_a_search_finds_markets_and_people(ask: Any, leader: str) -> None:
    found = ask(lambda client: client.search(q="history").first_page()).items[0]
    assert [event.title for event in found.events] == ["Was there a history?"]
    people = ask(lambda client: client.search(q="Northwind", search_profiles=True).first_page()).items[0]
    assert [str(profile.wallet).lower() for profile in people.profiles] == [leader.lower()]


def test_a_profile_is_public(ask: Any, leader: str) -> None:
    profile = ask(lambda client: client.get_public_profile(leader))
    assert profile.name == "Northwind"


# --- the books --------------------------------------------------------------------------------------------------------


def test_a_book_is_read_best_level_last(ask: Any, venue: Any, leader: str) -> None:
    token = venue.markets("standard")[TOLD].yes
    book = ask(lambda client: client.get_order_book(asset_id=token))
    assert [str(level.price) for level in book.bids] == ["0.39", "0.4"]
    assert [str(level.price) for level in book.asks] == ["0.45", "0.44"]


def test_prices_are_read_in_every_way(ask: Any, venue: Any, leader: str) -> None:
    token = venue.markets("standard")[TOLD].yes

    async def question(client: Any) -> dict[str, Any]:
        return {
            "midpoint": await client.get_midpoint(asset_id=token),
            "spread": await client.get_spread(asset_id=token),
            "prices": {await client.get_price(asset_id=token, side=side) for side in ("BUY", "SELL")},
            "last": (await client.get_last_trade_price(asset_id=token)).price,
            "books": len(await client.get_order_books(asset_ids=[token])),
            "estimate": await client.estimate_market_price(asset_id=token, side="BUY", amount=10),
        }

    assert ask(question) == {
        "midpoint": Decimal("0.42"),
        "spread": Decimal("0.04"),
        "prices": {Decimal("0.4"), Decimal("0.44")},
        "last": Decimal("0.4"),
        "books": 1,
        "estimate": Decimal("0.44"),
    }


# --- public data ------------------------------------------------------------------------------------------------------


def test_a_leaders_trades_are_listed_newest_first(ask: Any, leader: str, venue: Any) -> None:
    trades = ask(lambda client: everything(client.list_trades(user=leader, taker_only=False, page_size=1)))
    assert [(str(trade.side), trade.size, trade.price) for trade in trades] == [
        ("SELL", Decimal(40), Decimal("0.4")),
        ("BUY", Decimal(100), Decimal("0.44")),
    ]
    assert {trade.condition_id for trade in trades} == {venue.markets("standard")[TOLD].condition}


def test_a_makers_trades_are_hidden_unless_asked_for(ask: Any, venue: Any, leader: str) -> None:
    """The default of `taker_only` is true: the house only made."""
    condition = venue.markets("standard")[TOLD].condition

    async def question(client: Any) -> tuple[int, int]:
        takers = await everything(client.list_trades(condition_id=condition))
        both = await everything(client.list_trades(condition_id=condition, taker_only=False))
        return len(takers), len(both)

    assert ask(question) == (2, 4)


def test_activity_shows_what_is_no_trade(ask: Any, leader: str) -> None:
    rows = ask(lambda client: everything(client.list_activity(user=leader)))
    assert [str(row.type) for row in rows if str(row.type) != "DEPOSIT"] == ["MERGE", "SPLIT", "TRADE", "TRADE"]


def test_a_position_adds_up(ask: Any, leader: str, venue: Any) -> None:
    positions = ask(lambda client: everything(client.list_positions(user=leader)))
    by_asset = {str(position.asset_id): position for position in positions}
    held = by_asset[venue.markets("standard")[TOLD].yes]
    assert (held.current_size, held.avg_price) == (Decimal(60), Decimal("0.44"))
    assert held.entry_fees_usdc > 0
    whole_sets = [by_asset[token].current_size for token in venue.markets("standard")[1].tokens]
    assert whole_sets == [Decimal(15), Decimal(15)]


def test_figures_of_a_wallet_are_read(ask: Any, leader: str) -> None:
    async def question(client: Any) -> dict[str, Any]:
        return {
            "value": (await client.get_portfolio_value(user=leader)).value,
            "markets": (await client.get_user_stats(user=leader)).traded_market_count,
            "volume": (await client.get_user_volume(user=leader)).trade_count,
            "pnl": len((await client.get_user_pnl(user=leader, interval="1d", fidelity="1h")).points),
        }

    figures = ask(question)
    assert figures["value"] > 0
    assert figures["markets"] >= 1
    assert figures["volume"] == 2
    assert figures["pnl"] >= 1


def test_figures_of_a_market_are_read(ask: Any, leader: str, venue: Any) -> None:
    listed = venue.markets("standard")[TOLD]

    async def question(client: Any) -> dict[str, Any]:
        holders = await everything(client.list_market_holders(condition_ids=listed.condition))
        references = await client.get_token_references(asset_ids=list(listed.tokens))
        history = await everything(client.list_price_history(asset_id=listed.yes, interval="1d"))
        return {
            "holders": {holder.wallet.lower() for group in holders for holder in group.holders},
            "assets": [str(reference.asset_id) for reference in references],
            "history": len(history),
            "interest": len(await client.get_open_interests(condition_ids=listed.condition)),
            "resolutions": len(await client.get_resolutions(condition_ids=listed.condition)),
        }

    figures = ask(question)
    assert leader.lower() in figures["holders"]
    assert figures["assets"] == list(listed.tokens)
    assert figures["history"] >= 1
    assert figures["interest"] == 1
    assert figures["resolutions"] <= 1


def test_the_leaderboard_ranks_whoever_traded(ask: Any, leader: str) -> None:
    async def question(client: Any) -> tuple[list[Any], Any]:
        return await everything(client.list_trader_leaderboard()), await client.get_trader_leaderboard_standing(
            user=leader
        )

    ranking, standing = ask(question)
    assert leader.lower() in {str(entry.wallet).lower() for entry in ranking}
    assert standing is not None
