"""Live books against a fake market over real sockets: S0.15, S0.42, S0.43, S1.39, K12, F34, F45, F46, F47."""

from __future__ import annotations

import pytest

from copydesk.adapters.polymarket.live.books import AGE_MAX_MS
from copydesk.domain.ids import MarketId, TokenId
from copydesk.domain.money import Price
from copydesk.domain.trade import RowRefused, Token
from fakemarket.world.money import ONE
from fakemarket.world.tokens import MarketPlan
from tests.market.books.stage import START_MS, Stage, play, token_of, until

STRANGER = Token(id=TokenId("12345"), market=MarketId("0x" + "1" * 64))


async def with_a_book(stage: Stage, *tokens: Token) -> None:
    """Both tokens listened to, or those named, with something in the book."""
    stage.quote("BUY", 42, 10)
    stage.quote("BUY", 43, 20)
    stage.quote("SELL", 45, 30)
    for token in tokens or (stage.yes, stage.no):
        await stage.books.prepare(token)
    await until(lambda: stage.channel.is_live)
    await stage.settle()


def test_a_prepared_token_has_a_book_at_once_and_others_have_none() -> None:
    """K12: best first; the two tokens are one book."""

    async def act(stage: Stage) -> None:
        stage.quote("BUY", 43, 20)
        assert not stage.books.is_ready(stage.yes)
        await stage.books.prepare(stage.yes)
        assert stage.books.is_ready(stage.yes)
        await with_a_book(stage)
        book = stage.book(stage.yes)
        assert book is not None
        assert book.origin == "live"
        assert book.at == stage.clock.now()
        assert stage.seen(stage.yes) == stage.truth(stage.yes) != ([], [])
        assert stage.seen(stage.no) == stage.truth(stage.no)
        await stage.books.prepare(STRANGER)
        assert stage.book(STRANGER) is None

    play(act)


@pytest.mark.slow
def test_the_rebuilt_book_is_the_exchanges_after_thousands_of_orders() -> None:
    """K12, #20, #21: both tokens, matches and cancellations included; the witness never had to speak up."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage)
        for _ in range(20):
            stage.stir(200)
            await stage.settle()
            for token in (stage.yes, stage.no):
                assert stage.seen(token) == stage.truth(token)
        await stage.pass_ms(25_000)
        assert stage.seen(stage.yes) == stage.truth(stage.yes)
        assert not stage.books.troubles
        assert stage.books.health().refused == 0

    play(act)


def test_orders_while_the_books_are_being_asked_for_are_not_lost() -> None:
    async def act(stage: Stage) -> None:
        for _ in range(5):
            stage.stir(50)
            await stage.books.prepare(stage.yes)
            stage.stir(50)
            await stage.books.prepare(stage.no)
        await stage.settle()
        assert stage.seen(stage.yes) == stage.truth(stage.yes)
        assert stage.seen(stage.no) == stage.truth(stage.no)

    play(act)


def test_a_quiet_book_stays_good_because_the_witness_says_so() -> None:
    """S0.42: asked every 10 s, in one request for all."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage)
        asked = stage.http.requests["clob", "/books"]
        await stage.pass_ms(60_000)
        assert stage.http.requests["clob", "/books"] - asked == 6
        assert stage.seen(stage.yes) == stage.truth(stage.yes)

    play(act)


def test_a_book_nobody_confirms_is_none_after_25_seconds() -> None:
    """S0.43: neither stream nor witness; the breaker and the silence are somebody else's to tell."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage)
        stage.exchange.faults.set("silent", channel="market")
        stage.exchange.faults.set("throttle", path="/books")
        await stage.pass_ms(AGE_MAX_MS - 2_000)
        assert stage.book(stage.yes) is not None
        await stage.pass_ms(4_000)
        assert stage.book(stage.yes) is None
        assert not stage.books.is_ready(stage.yes)
        assert stage.books.troubles["no_witness"] > 0

    play(act)


def test_a_starved_subscription_is_found_renewed_and_served_by_the_witness_meanwhile() -> None:
    """F46: pongs and other tokens' data go on."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage, stage.yes)
        stage.exchange.faults.set("starve", channel="market", asset=stage.yes.id)
        stage.quote("BUY", 44, 7)
        await stage.settle()
        assert stage.seen(stage.yes) != stage.truth(stage.yes)
        await stage.pass_ms(13_000)
        assert stage.books.troubles["starved"] >= 1
        assert stage.seen(stage.yes) == stage.truth(stage.yes)
        assert "no data" in stage.books.health().words
        await stage.pass_ms(40_000)
        assert stage.books.troubles["reconnected"] == 1
        stage.exchange.faults.clear("starve")
        await stage.pass_ms(65_000)
        stage.quote("BUY", 41, 9)
        await stage.settle()
        assert stage.seen(stage.yes) == stage.truth(stage.yes)
        assert stage.books.health().words == ""

    play(act)


def test_one_lost_frame_is_made_good_by_asking_for_the_token_anew() -> None:
    """F46: the connection stays."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage, stage.yes)
        stage.exchange.faults.set("starve", channel="market", asset=stage.yes.id, count=1)
        stage.quote("BUY", 30, 7)
        await stage.pass_ms(13_000)
        assert stage.books.troubles == {"starved": 1}
        assert stage.seen(stage.yes) == stage.truth(stage.yes)
        await stage.pass_ms(30_000)
        assert (stage.books.health().reconnects, stage.books.health().words) == (0, "")

    play(act)


def test_changes_after_a_gap_are_not_put_on_the_book_before_it() -> None:
    """F47: the dump is lost too; what stood before the gap stands as it was until it is too old."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage, stage.yes)
        before = stage.seen(stage.yes)
        stage.exchange.faults.set("gap", channel="market", count=1)
        stage.quote("BUY", 20, 9)
        await until(lambda: not stage.face.sessions)
        stage.exchange.faults.set("silent", channel="market", count=1)
        await stage.pass_ms(1_000)
        assert stage.books.health().reconnects == 1
        stage.quote("BUY", 30, 9)
        await stage.settle()
        assert stage.seen(stage.yes) == before
        await stage.pass_ms(11_000)
        assert stage.seen(stage.yes) == stage.truth(stage.yes)

    play(act)


def test_after_a_gap_the_book_is_whole_again_before_it_is_trusted() -> None:
    """F47: connections lost without a word, while orders go on."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage)
        for _ in range(3):
            stage.exchange.faults.set("gap", channel="market", count=1)
            stage.stir(30)
            await stage.pass_ms(40_000)
            assert stage.seen(stage.yes) == stage.truth(stage.yes)
        assert stage.books.health().reconnects >= 3

    play(act)


def test_a_deaf_connection_is_given_up_and_the_books_live_on_the_witness() -> None:
    """F45: nothing is read or answered; found by the missing answer to a ping within half a minute."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage)
        stage.exchange.faults.set("half_open", channel="market", count=1)
        stage.quote("BUY", 44, 5)
        await stage.pass_ms(30_000)
        assert stage.seen(stage.yes) == stage.truth(stage.yes)
        await stage.pass_ms(60_000)
        assert stage.books.health().reconnects >= 1
        stage.quote("BUY", 40, 5)
        await stage.settle()
        assert stage.seen(stage.yes) == stage.truth(stage.yes)

    play(act)


@pytest.mark.parametrize("kind", ["json", "nan", "huge", "seconds", "epoch", "missing", "new_field", "envelope"])
def test_malformed_frames_are_refused_counted_and_the_book_heals(kind: str) -> None:
    """F34, S1.39: a field more is no harm; anything else is refused, and the witness finds what was missed."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage)
        stage.exchange.faults.set("malformed", channel="market", kind=kind)
        stage.stir(30)
        await stage.settle()
        stage.exchange.faults.clear("malformed")
        refused = stage.books.health().refused
        assert (refused > 0) == (kind != "new_field")
        assert len(stage.tray.of(RowRefused)) == refused
        stage.quote("BUY", 2, 9)
        await stage.pass_ms(25_000)
        assert stage.seen(stage.yes) == stage.truth(stage.yes)
        assert stage.seen(stage.no) == stage.truth(stage.no)

    play(act)


@pytest.mark.parametrize(
    "answer",
    [b"<html>", b'[{"market":"0x', b"\xff\xfe", b"[]", b"{}", b'{"data":[]}', b'[{"asset_id":1,"bids":null}]', b"null"],
)
def test_garbled_answers_confirm_nothing(answer: bytes) -> None:
    """S1.39: the stream goes on alone, and a book it does not touch grows old."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage)
        stage.spoilt = answer
        await stage.pass_ms(AGE_MAX_MS + 11_000)
        assert stage.book(stage.yes) is None
        stage.quote("BUY", 44, 6)
        await stage.settle()
        assert stage.seen(stage.yes) == stage.truth(stage.yes)

    play(act)


@pytest.mark.parametrize("fault", ["reorder", "duplicate_event", "late_event"])
def test_frames_out_of_order_doubled_or_late_settle_to_the_same_book(fault: str) -> None:
    """F30, F32, F33."""

    async def act(stage: Stage) -> None:
        await with_a_book(stage)
        stage.exchange.faults.set(fault, channel="market", probability=0.5, delay_ms=700, depth=2, copies=2)
        stage.stir(300)
        await stage.settle()
        stage.exchange.faults.clear(fault)
        await stage.pass_ms(20_000)
        assert stage.seen(stage.yes) == stage.truth(stage.yes)
        assert stage.seen(stage.no) == stage.truth(stage.no)

    play(act)


def test_at_most_so_many_tokens_are_listened_to_and_never_one_less_that_is_kept() -> None:
    """I26: the one asked for longest ago makes room."""

    async def act(stage: Stage) -> None:
        markets = [stage.list_market(MarketPlan(question=f"Question {n}?")) for n in range(4)]
        tokens = [token_of(market, 0) for market in markets]
        house = stage.open("house")
        for token in tokens:
            stage.exchange.quote(house.wallet, token.id, "BUY", 400_000, 10 * ONE)
        stage.books.keep([tokens[0]])
        for token in tokens:
            stage.market_clock.advance(10)
            await stage.books.prepare(token)
        assert [stage.books.is_ready(token) for token in tokens] == [True, False, False, True]
        stage.books.keep([tokens[0], tokens[3], tokens[1]])
        await stage.books.prepare(tokens[2])
        assert not stage.books.is_ready(tokens[2])
        assert stage.books.troubles["no_room"] == 1
        await stage.pass_ms(11_000)
        assert [stage.books.is_ready(token) for token in tokens] == [True, True, False, True]
        [session] = stage.face.sessions
        assert list(session.assets) == [tokens[0].id, tokens[3].id, tokens[1].id]

    play(act, tokens_max=2)


def test_a_market_that_is_over_has_no_book() -> None:
    async def act(stage: Stage) -> None:
        await with_a_book(stage)
        stage.exchange.resolve(stage.market.condition, (ONE, 0))
        await stage.pass_ms(AGE_MAX_MS + 1_000)
        assert stage.book(stage.yes) is None

    play(act)


def test_one_market_that_is_over_does_not_hide_the_others_from_the_witness() -> None:
    """One token without a book makes the order interface refuse the whole list."""

    async def act(stage: Stage) -> None:
        others = [token_of(stage.list_market(MarketPlan(question=f"Question {n}?")), 0) for n in range(5)]
        house = stage.open("house")
        for token in others:
            stage.exchange.quote(house.wallet, token.id, "BUY", 400_000, 10 * ONE)
            await stage.books.prepare(token)
        await with_a_book(stage, stage.yes)
        stage.exchange.resolve(stage.market.condition, (ONE, 0))
        await stage.pass_ms(AGE_MAX_MS + 11_000)
        assert [stage.books.is_ready(token) for token in others] == [True] * 5
        assert stage.book(stage.yes) is None
        assert stage.books.troubles == {"gone": 1}
        asked = stage.http.requests["clob", "/books"]
        await stage.pass_ms(20_000)
        assert stage.http.requests["clob", "/books"] - asked == 2

    play(act)


def test_the_past_is_not_known() -> None:
    async def act(stage: Stage) -> None:
        await with_a_book(stage)
        await stage.pass_ms(60_000)
        long_ago = type(stage.clock.now())(START_MS)
        assert stage.books.book(stage.yes, long_ago) is None
        book = stage.book(stage.yes)
        assert book is not None
        assert book.bids[0].price == Price(430_000)

    play(act)
