"""How markets ended, by the fake market's own resolutions: E1, I12, #40, #42, S1.39."""

from __future__ import annotations

from typing import Literal, Never

import pytest

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.trouble import Unreachable, VenueTrouble
from copydesk.adapters.polymarket.http.venue_http import Call, VenueHttp
from copydesk.adapters.polymarket.live.results import LiveResults
from copydesk.domain.ids import MarketId, TimeMs, TokenId
from copydesk.domain.market import Payout
from copydesk.domain.money import Price
from copydesk.domain.trade import MarketEnded, RowRefused, Token
from copydesk.wiring.venue_results import VenueResults
from fakemarket.world.money import ONE
from fakemarket.world.tokens import MarketPlan
from tests.market.books.stage import Stage, play, token_of, until


def ended(stage: Stage) -> list[MarketId]:
    return [each.market for each in stage.tray.of(MarketEnded)]


@pytest.mark.parametrize(
    ("payouts", "yes", "no"), [((ONE, 0), ONE, 0), ((0, ONE), 0, ONE), ((ONE // 2, ONE // 2), ONE // 2, ONE // 2)]
)
def test_a_result_is_told_once_and_says_what_each_token_paid(payouts: tuple[int, int], yes: int, no: int) -> None:
    async def act(stage: Stage) -> None:
        stage.results.watch([stage.yes, stage.no])
        await stage.jump_ms(61_000)
        assert ended(stage) == []
        assert stage.results.payout(stage.yes) is None
        stage.exchange.resolve(stage.market.condition, payouts)
        resolved_at = TimeMs(stage.clock.now() // 1_000 * 1_000)
        await stage.jump_ms(31_000)
        assert ended(stage) == [stage.yes.market]
        assert stage.results.payout(stage.yes) == Payout(per_share=Price(yes), resolved_at=resolved_at)
        assert stage.results.payout(stage.no) == Payout(per_share=Price(no), resolved_at=resolved_at)
        asked = stage.http.requests["data", "/v2/resolutions"]
        await stage.jump_ms(120_000)
        assert ended(stage) == [stage.yes.market]
        assert stage.http.requests["data", "/v2/resolutions"] == asked

    play(act)


def test_a_proposal_or_a_dispute_is_no_result() -> None:
    """E1."""

    async def act(stage: Stage) -> None:
        stage.results.watch([stage.yes])
        stage.exchange.propose(stage.market.condition)
        await stage.jump_ms(31_000)
        stage.exchange.dispute(stage.market.condition)
        await stage.jump_ms(31_000)
        assert ended(stage) == []
        stage.exchange.resolve(stage.market.condition, (0, ONE))
        await stage.jump_ms(31_000)
        assert ended(stage) == [stage.yes.market]

    play(act)


@pytest.mark.parametrize("status", ["initialized", "posed", "proposed", "challenged", "disputed", "arbitration", "odd"])
def test_payouts_that_are_not_final_count_for_nothing(status: str) -> None:
    """E1: they may be there while somebody still contests them."""

    async def act(stage: Stage) -> None:
        row = f'{{"condition_id":"{stage.yes.market}","status":"{status}","payouts":[1000000,0]}}'
        stage.spoilt_path, stage.spoilt = "/v2/resolutions", f'{{"data":[{row}]}}'.encode()
        stage.results.watch([stage.yes])
        await stage.jump_ms(31_000)
        assert ended(stage) == []
        assert not stage.results.troubles

    play(act)


def test_sources_that_disagree_settle_nothing() -> None:
    async def act(stage: Stage) -> None:
        row = f'{{"token_id":"{stage.yes.id}","condition_id":"{stage.yes.market}","outcome_index":0,"final_price":0.0}}'
        stage.spoilt_path, stage.spoilt = "/v2/tokens", f'{{"data":[{row}]}}'.encode()
        stage.exchange.resolve(stage.market.condition, (ONE, 0))
        stage.results.watch([stage.yes])
        await stage.jump_ms(31_000)
        assert ended(stage) == []
        assert stage.results.troubles["conflict"] > 0
        stage.spoilt = None
        await stage.jump_ms(31_000)
        assert ended(stage) == [stage.yes.market]

    play(act)


def test_a_resolution_in_the_stream_is_asked_about_at_once() -> None:
    async def act(stage: Stage) -> None:
        await stage.books.prepare(stage.yes)
        stage.results.watch([stage.yes])
        await until(lambda: stage.channel.is_live)
        await stage.settle()
        stage.exchange.resolve(stage.market.condition, (ONE, 0))
        await stage.settle()
        assert ended(stage) == [stage.yes.market]

    play(act)


def test_a_hint_before_the_data_api_knows_is_followed_up_soon() -> None:
    async def act(stage: Stage) -> None:
        await stage.books.prepare(stage.yes)
        stage.results.watch([stage.yes])
        await until(lambda: stage.channel.is_live)
        await stage.settle()
        stage.spoilt = b'{"data":[]}'
        stage.exchange.resolve(stage.market.condition, (ONE, 0))
        await stage.settle()
        assert ended(stage) == []
        stage.spoilt = None
        await stage.pass_ms(2_000)
        assert ended(stage) == [stage.yes.market]

    play(act)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_many_markets_are_asked_for_in_few_requests(version: Literal["v1", "v2"]) -> None:
    """#40, #42: at most twenty conditions a request; siblings of a neg-risk event have rows of their own."""

    async def act(stage: Stage) -> None:
        plans = [MarketPlan(question=f"Number {n}?", version=version, neg_risk=True) for n in range(45)]
        first = stage.list_market(*plans, neg_risk=True)
        conditions = stage.exchange.catalog.event_of(first).conditions
        tokens = [token_of(stage.exchange.catalog.markets[condition], 1) for condition in conditions]
        before = stage.http.requests["data", "/v2/resolutions"]
        stage.results.watch(tokens)
        await stage.settle()
        assert stage.http.requests["data", "/v2/resolutions"] - before == 3
        for place, condition in enumerate(conditions):
            if stage.exchange.catalog.markets[condition].resolution == "open":
                stage.exchange.resolve(condition, (ONE, 0) if place == 7 else (0, ONE))
        await stage.jump_ms(31_000)
        assert set(ended(stage)) == {token.market for token in tokens}
        paid = [stage.results.payout(token) for token in tokens]
        assert [each.per_share for each in paid if each is not None] == [
            Price(0 if place == 7 else ONE) for place in range(45)
        ]

    play(act)


def test_a_result_waits_for_room_in_the_inbox() -> None:
    async def act(stage: Stage) -> None:
        stage.results.watch([stage.yes])
        stage.tray.is_full = True
        stage.exchange.resolve(stage.market.condition, (ONE, 0))
        await stage.jump_ms(40_000)
        assert ended(stage) == []
        stage.tray.is_full = False
        await stage.pass_ms(4_000)
        assert ended(stage) == [stage.yes.market]

    play(act)


def test_what_is_not_watched_is_not_asked_for() -> None:
    async def act(stage: Stage) -> None:
        stage.results.watch([stage.yes, Token(id=TokenId("title:x/Yes"), market=MarketId("title:x"))])
        stage.results.watch([])
        await stage.jump_ms(90_000)
        assert stage.http.requests["data", "/v2/resolutions"] == 0

    play(act)


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b'{"data":{}}',
        b'{"data":[1]}',
        b'{"data":[{"condition_id":"%s","status":"resolved","payouts":[NaN,0]}]}',
        b'{"data":[{"condition_id":"%s","status":"resolved","payouts":[400000,600000]}]}',
        b'{"data":[{"condition_id":"%s","status":"resolved","payouts":[1000000]}]}',
        b'{"data":[{"condition_id":"%s","status":"resolved","payouts":[1000000,1000000]}]}',
        b'{"data":[{"condition_id":"%s","status":"resolved","payouts":null}]}',
        b'{"data":[{"condition_id":"0x12","status":"resolved","payouts":[1000000,0]}]}',
    ],
)
def test_answers_that_make_no_sense_settle_nothing(answer: bytes) -> None:
    """F34, S1.39."""

    async def act(stage: Stage) -> None:
        stage.results.watch([stage.yes])
        stage.spoilt = answer.replace(b"%s", stage.yes.market.encode())
        await stage.pass_ms(20_000)
        assert ended(stage) == []
        assert stage.results.payout(stage.yes) is None
        assert stage.results.troubles
        assert len(stage.tray.of(RowRefused)) == stage.results.troubles["refused"]

    play(act)


def test_a_command_may_ask_once_for_what_was_never_held() -> None:
    """N11: what was skipped is followed to its market's result though nobody watched it."""

    async def act(stage: Stage) -> None:
        other = token_of(stage.list_market(MarketPlan(question="Snow?")), 0)
        stage.exchange.resolve(stage.market.condition, (ONE, 0))
        found = VenueResults()
        await found.learn(LiveResults(stage.http, stage.clock), [stage.yes, stage.no, other])
        paid = [found.payout(token) for token in (stage.yes, stage.no, other)]
        assert [None if each is None else int(each.per_share) for each in paid] == [ONE, 0, None]

    play(act)


def test_a_command_is_told_that_the_venue_does_not_answer() -> None:
    """A request that fails is no market without a result."""

    class Gone(VenueHttp):
        async def send(self, call: Call) -> Never:
            raise Unreachable(call.path, was_sent=False)

    async def act(stage: Stage) -> None:
        gone = Gone(Hosts(), stage.clock, SeededDice(1))
        with pytest.raises(VenueTrouble):
            await VenueResults().learn(LiveResults(gone, stage.clock), [stage.yes])

    play(act)
