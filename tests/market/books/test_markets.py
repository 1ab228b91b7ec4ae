"""Markets as two faces of a fake market tell them: K11, #18, #19, #27, #40, #43, C32, S1.39, F27."""

from __future__ import annotations

import pytest

from copydesk.adapters.polymarket.categories import category_of, taker_fee_bps
from copydesk.adapters.polymarket.live.directory import AGE_MAX_MS, REFRESH_MS, RETRY_MS
from copydesk.domain.category import CATEGORIES
from copydesk.domain.ids import MarketId, TokenId
from copydesk.domain.money import Price, Shares
from copydesk.domain.trade import Token
from fakemarket.director.titles import RACE, SINGLES, Kind
from fakemarket.world.money import ONE, FeeSchedule
from fakemarket.world.tokens import MarketPlan, Tag
from tests.market.books.stage import START_MS, Stage, play, token_of, until

STRANGER = Token(id=TokenId("12345"), market=MarketId("0x" + "1" * 64))
HOOPS = Tag(id="745", slug="nba", label="NBA")


async def hear(stage: Stage, token: Token) -> None:
    """Listen to the market channel too: changes are told there."""
    await stage.books.prepare(token)
    await until(lambda: stage.channel.is_live)
    await stage.settle()


def test_a_market_is_known_by_what_both_faces_say_of_it() -> None:
    """K11, #18, #19."""

    async def act(stage: Stage) -> None:
        plan = MarketPlan(
            question="Hawks vs. Bulls",
            tick=1_000,
            minimum=15 * ONE,
            fees=FeeSchedule(rate_bps=500),
            tags=(HOOPS,),
            taker_delay_ms=150,
            seconds_delay=2,
            end_ms=START_MS + 3_600_000,
        )
        token = token_of(stage.list_market(plan), 1)
        assert "tick" in stage.directory.market(token).unknown
        assert not stage.directory.is_ready(token)
        await stage.directory.prepare(token)
        assert stage.directory.is_ready(token)
        market = stage.directory.market(token)
        assert market.unknown == ()
        assert market.assumed == ("lot", "notional_min")
        assert (market.id, market.category, market.version) == (token.market, "basketball", "v1")
        assert (market.tick, market.shares_min) == (Price(1_000), Shares(15 * ONE))
        assert (market.taker_fee_bps, market.is_neg_risk, market.is_open) == (500, False, True)
        assert (market.ends_at, market.delay_ms) == (START_MS + 3_600_000, 2_000)
        assert not stage.directory.disagreements

    play(act)


@pytest.mark.parametrize("neg_risk", [False, True])
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_both_protocols_and_both_exchanges_are_told_apart(version: str, neg_risk: bool) -> None:  # noqa: FBT001
    """#40: a v2 condition has 62 digits in the catalogue and 64 at the order interface; its ids are position ids."""

    async def act(stage: Stage) -> None:
        plan = MarketPlan(question="Will it?", version=version, neg_risk=neg_risk)  # type: ignore[arg-type]
        token = token_of(stage.list_market(plan, neg_risk=neg_risk), 0)
        await stage.directory.prepare(token)
        market = stage.directory.market(token)
        assert (market.version, market.is_neg_risk, market.unknown) == (version, neg_risk, ())
        assert market.taker_fee_bps == 0
        asked = [value for call in stage.http.asked for name, value in call.params if name == "condition_ids"]
        assert asked == ([token.market] if version == "v1" else [token.market, token.market[:64]])

    play(act)


def test_what_nobody_knows_is_unknown_and_asked_again_only_after_a_while() -> None:
    """K11: no entry; a missing market is no reason for a storm of requests."""

    async def act(stage: Stage) -> None:
        for _ in range(5):
            await stage.directory.prepare(STRANGER)
        assert {"tick", "shares_min", "taker_fee_bps", "is_neg_risk", "version"} <= set(
            stage.directory.market(STRANGER).unknown
        )
        assert stage.directory.troubles["not_listed"] == 1
        await stage.pass_ms(RETRY_MS + 1_000)
        await stage.directory.prepare(STRANGER)
        assert stage.directory.troubles["not_listed"] == 2

    play(act)


def test_a_row_that_was_not_asked_for_is_not_believed() -> None:
    """#19: the catalogue ignores filters it does not know, and then gives anything."""

    async def act(stage: Stage) -> None:
        stage.spoilt_path = "/markets/keyset"
        stage.spoilt = b'{"markets":[{"conditionId":"0x' + b"2" * 64 + b'","version":"v1","outcomes":"[]"}]}'
        await stage.directory.prepare(stage.yes)
        assert stage.directory.troubles["not_listed"] == 1
        assert stage.directory.market(stage.yes).unknown == ("is_open", "version")

    play(act)


def test_a_token_that_is_none_of_its_markets_is_not_traded() -> None:
    """K19."""

    async def act(stage: Stage) -> None:
        wrong = Token(id=TokenId("12345"), market=stage.yes.market)
        await stage.directory.prepare(wrong)
        assert "token" in stage.directory.market(wrong).unknown

    play(act)


def test_a_closed_or_paused_market_is_found_and_is_not_open() -> None:
    """#19: the catalogue hides closed markets unless asked."""

    async def act(stage: Stage) -> None:
        other = token_of(stage.list_market(MarketPlan(question="Another?")), 0)
        stage.exchange.pause(other.market)
        stage.exchange.resolve(stage.market.condition, (ONE, 0))
        for token in (stage.yes, other):
            await stage.directory.prepare(token)
            assert not stage.directory.market(token).is_open
            assert stage.directory.market(token).unknown == ()

    play(act)


def test_a_new_tick_counts_from_the_frame_that_tells_it() -> None:
    """#27."""

    async def act(stage: Stage) -> None:
        await stage.directory.prepare(stage.yes)
        await hear(stage, stage.yes)
        assert stage.directory.market(stage.yes).tick == Price(10_000)
        stage.exchange.change_tick(stage.market.condition, 1_000)
        await stage.settle()
        assert stage.directory.market(stage.yes).tick == Price(1_000)
        assert stage.directory.changes["tick"] == 1

    play(act)


def test_a_tick_change_nobody_told_is_found_in_the_next_refresh() -> None:
    """F46 of a market: asked every ten minutes while it is in use."""

    async def act(stage: Stage) -> None:
        await stage.directory.prepare(stage.yes)
        stage.exchange.change_tick(stage.market.condition, 1_000)
        await stage.jump_ms(REFRESH_MS - 60_000)
        assert stage.directory.market(stage.yes).tick == Price(10_000)
        await stage.jump_ms(60_000)
        assert stage.directory.market(stage.yes).tick == Price(1_000)

    play(act)


def test_rules_nobody_could_refresh_are_known_no_more() -> None:
    async def act(stage: Stage) -> None:
        await stage.directory.prepare(stage.yes)
        stage.spoilt = b"<html>"
        for _ in range(3):
            await stage.jump_ms(AGE_MAX_MS // 3)
            assert stage.directory.market(stage.yes).unknown == ()
        await stage.jump_ms(60_000)
        assert "tick" in stage.directory.market(stage.yes).unknown
        assert stage.directory.troubles

    play(act)


def test_a_resolution_closes_a_market_at_once() -> None:
    async def act(stage: Stage) -> None:
        await stage.directory.prepare(stage.yes)
        await hear(stage, stage.yes)
        stage.exchange.resolve(stage.market.condition, (0, ONE))
        await stage.settle()
        assert not stage.directory.market(stage.yes).is_open

    play(act)


def test_a_market_asked_for_too_early_is_asked_for_again_when_it_is_listed() -> None:
    coming = MarketPlan(question="Soon?")
    token = token_of(Stage().list_market(coming), 0)  # every stage lists the same markets under the same names

    async def act(stage: Stage) -> None:
        await hear(stage, stage.yes)
        await stage.directory.prepare(token)
        assert "token" not in stage.directory.market(token).unknown
        assert "tick" in stage.directory.market(token).unknown
        assert token_of(stage.list_market(coming), 0) == token
        await stage.settle()
        assert stage.directory.changes["listed"] == 1
        await stage.directory.prepare(token)
        assert stage.directory.market(token).unknown == ()

    play(act)


def test_asking_twice_at_once_asks_the_venue_once() -> None:
    async def act(stage: Stage) -> None:
        first, second = stage.directory.prepare(stage.yes), stage.directory.prepare(stage.yes)
        await first
        await second
        assert stage.http.requests["gamma", "/markets/keyset"] == 1

    play(act)


@pytest.mark.parametrize("kind", [*SINGLES, RACE], ids=lambda kind: kind.category)
def test_every_kind_of_market_has_a_category_and_the_rate_of_it(kind: Kind) -> None:
    """C32: by its tags alone; the rate is what we would charge if nobody told."""
    category = category_of(tags=kind.tags)
    assert category in CATEGORIES
    assert taker_fee_bps(category) == kind.rate_bps
