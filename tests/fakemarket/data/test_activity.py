"""`/v2/activity`: the mixed ledger of one wallet, with what it hides and how it counts."""

from fakemarket.faces.data import application
from fakemarket.world.money import ONE
from tests.fakemarket.town import Answer, Town, ask


def activity(town: Town, query: str = "", *, who: str = "") -> Answer:
    town.settle()
    return ask(application(town.exchange), f"/v2/activity?user={who or town.bob.wallet}{query}")[0]


def test_the_cash_of_a_trade_includes_the_fee() -> None:
    """Trap 39: `usdc_size` is not size times price."""
    town = Town()
    town.trade(cents=50, shares=100)
    row = activity(town).rows[0]
    fee = 100 * 0.05 * 0.25
    assert (row["type"], row["size"], row["price"]) == ("TRADE", 100, 0.5)
    assert row["usdc_size"] == 50 + fee
    maker = activity(town, who=town.ann.wallet).rows[0]
    assert maker["usdc_size"] == 50


def test_a_seller_who_takes_gets_less_than_size_times_price() -> None:
    town = Town()
    town.quote(town.ann, "BUY", 50, 100)
    town.quote(town.bob, "SELL", 50, 100)
    assert activity(town).rows[0]["usdc_size"] == 50 - 1.25


def test_deposits_are_hidden_until_asked_for_and_transfers_always() -> None:
    """Trap 5; leaders who move tokens to another wallet show nowhere (F39)."""
    town = Town()
    town.exchange.deposit(town.bob.wallet, 10 * ONE)
    town.exchange.transfer(town.bob.wallet, town.cat.wallet, town.yes, 5 * ONE)
    hidden, shown = activity(town), activity(town, "&exclude_deposits_withdrawals=false")
    assert hidden.rows == []
    assert [row["type"] for row in shown.rows] == ["DEPOSIT"]
    assert activity(town, who=town.cat.wallet).rows == []


def test_a_merge_shows_without_token_side_and_price() -> None:
    town = Town()
    town.exchange.merge(town.bob.wallet, town.market.condition, 5 * ONE)
    row = activity(town).rows[0]
    shown = (row["type"], row["token_id"], row["side"], row["price"], row["outcome_index"])
    assert shown == ("MERGE", "", "", 0, 999)
    assert row["size"] == row["usdc_size"] == 5


def test_a_redemption_is_a_row_for_each_outcome_with_the_payout_as_its_size() -> None:
    """One row for each since August 2026; both in one transaction, neither names its token."""
    town = Town()
    town.exchange.resolve(town.market.condition, (ONE, 0))
    town.exchange.redeem(town.bob.wallet, town.market.condition)
    lost, won = activity(town).rows
    assert [(row["type"], row["token_id"], row["size"], row["usdc_size"]) for row in (won, lost)] == [
        ("REDEEM", "", 1000, 1000),
        ("REDEEM", "", 0, 0),
    ]
    assert (won["outcome"], won["outcome_index"], lost["outcome_index"]) == ("Yes", 0, 1)
    assert won["transaction_hash"] == lost["transaction_hash"]


def test_an_outcome_that_was_not_held_has_no_row() -> None:
    town = Town()
    dan = town.open("dan", tokens={town.no: 7 * ONE})
    town.exchange.resolve(town.market.condition, (ONE // 2, ONE // 2))
    assert town.exchange.redeem_outcome(dan.wallet, town.market.condition, 1, 2 * ONE).cash == ONE
    assert town.exchange.redeem(dan.wallet, town.market.condition).cash == 2_500_000
    assert [row["usdc_size"] for row in activity(town, who=dan.wallet).rows] == [2.5, 1]
    assert town.exchange.redeem(dan.wallet, town.market.condition).rows == ()


def test_rebates_and_rewards_are_rows_without_a_market() -> None:
    town = Town()
    kinds = ("REWARD", "MAKER_REBATE", "TAKER_REBATE", "YIELD")
    for kind in kinds:
        town.exchange.reward(town.bob.wallet, 2 * ONE, kind)  # type: ignore[arg-type]
    rows = activity(town).rows
    assert [row["type"] for row in reversed(rows)] == list(kinds)
    assert {(row["condition_id"], row["token_id"], row["usdc_size"]) for row in rows} == {("", "", 2)}
    assert [row["type"] for row in activity(town, "&type=MAKER_REBATE").rows] == ["MAKER_REBATE"]


def test_kinds_can_be_listed_and_unknown_ones_are_refused() -> None:
    town = Town()
    town.trade()
    town.exchange.split(town.bob.wallet, town.market.condition, 5 * ONE)
    town.exchange.merge(town.bob.wallet, town.market.condition, 5 * ONE)
    assert [row["type"] for row in activity(town, "&type=SPLIT,MERGE").rows] == ["MERGE", "SPLIT"]
    assert activity(town, "&type=GIFT").status == 400


def test_pages_go_both_ways() -> None:
    town = Town()
    for cents in (41, 42, 43):
        town.trade(cents=cents)
    down, up = activity(town, "&limit=2"), activity(town, "&limit=2&sort_direction=ASC")
    rest = activity(town, f"&limit=2&sort_direction=ASC&cursor={up.cursor}")
    assert [row["price"] for row in down.rows] == [0.43, 0.42]
    assert [row["price"] for row in up.rows + rest.rows] == [0.41, 0.42, 0.43]
    assert rest.cursor is None


def test_a_user_is_required() -> None:
    assert ask(application(Town().exchange), "/v2/activity")[0].status == 400
