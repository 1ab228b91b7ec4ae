"""A live run: every leader trade decided once, at once, from the moment we follow on, whatever the feeds repeat."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from copydesk.adapters.storage.memory import MemoryLedgerStore
from copydesk.domain.decision import Approved, Expired, Skipped
from copydesk.domain.errors import Broken
from copydesk.domain.events import (
    FillBooked,
    LeaderFollowed,
    LeaderLeft,
    OrderEnded,
    RunFinished,
    Settled,
    TradeReplaced,
)
from copydesk.domain.ids import AccountId, ClientId, EventId, TimeMs, Wallet
from copydesk.domain.market import Payout
from copydesk.domain.order import Ending
from copydesk.domain.refusal import Reason
from copydesk.domain.trade import (
    LeaderBaseline,
    LeaderPosition,
    LeaderPositions,
    MarketEnded,
    RowRefused,
    Side,
)
from copydesk.flow.ledger.seal import open_entry
from copydesk.run.inbox import BoundedInbox
from tests.builders import LEADER, MARKET, NO, YES, a_relation, price, shares
from tests.live_worlds import Fetched, Scripted, Town, at, decisions, facts, rules
from tests.virtual_time import START_MS, VirtualClock, run_virtual

OTHER = Wallet("0x" + "2f" * 20)
HOUR_MS = 3_600_000


def a_baseline(*events: EventId, leader: Wallet = LEADER, **said: object) -> LeaderBaseline:
    """What is visible at the start: `events`, reaching an hour back."""
    parts: dict[str, object] = {"taken_at": TimeMs(START_MS), "since": TimeMs(START_MS - HOUR_MS), "positions": None}
    return LeaderBaseline(leader=leader, events=events, **(parts | said))  # type: ignore[arg-type]


def a_store() -> MemoryLedgerStore:
    return MemoryLedgerStore(open_entry)


def test_what_is_visible_at_the_first_start_is_never_copied() -> None:
    """S0.20, C26: both the trades the baseline names and those older than it reaches."""
    seen, old, new = (
        at(-500, tx="0x" + "01" * 32),
        at(-2 * HOUR_MS, tx="0x" + "02" * 32),
        at(900, tx="0x" + "03" * 32, size=90),
    )
    store = a_store()
    town = Town(poller=[(0, a_baseline(seen.event_id)), (100, seen), (200, old), (1_000, new)])
    live = town.run(store)
    assert [each.decision.signal.events for each in decisions(store)] == [(new.event_id,)]
    assert LeaderFollowed(leader=LEADER, since=TimeMs(START_MS - HOUR_MS), visible=1) in facts(store)
    assert (live.pipeline.tally.events, live.pipeline.tally.duplicates) == (1, 2)


def test_one_trade_from_two_sources_is_one_decision() -> None:
    """F30, I1, S4.2: shown five times by two feeds."""
    trade = at(900)
    store = a_store()
    Town(
        poller=[(0, a_baseline()), (1_000, trade), (2_000, trade), (9_000, trade)],
        stream=[(1_010, trade), (1_020, trade)],
    ).run(store)
    assert len(decisions(store)) == 1
    assert len([fact for fact in facts(store) if isinstance(fact, FillBooked)]) == 1


def test_streams_follow_a_leader_only_after_the_baseline() -> None:
    """S0.20: until then nobody could tell what is new."""
    trade = at(900)
    town = Town(poller=[(2_000, a_baseline(trade.event_id))], stream=[(1_000, trade), (3_000, trade)])
    store = a_store()
    town.run(store)
    assert town.stream.asked[0] == {}
    assert set(town.stream.asked[-1]) == {LEADER}
    assert decisions(store) == []


def test_a_restart_never_copies_again_and_loses_nothing() -> None:
    """S0.20, I22: what happened while we were away is decided once; what came before is not decided again."""
    first, while_away = at(900, tx="0x" + "01" * 32), at(9_990, tx="0x" + "02" * 32, size=90)
    store = a_store()
    Town(poller=[(0, a_baseline()), (1_000, first)]).run(store, ms=5_000)
    again = Town(poller=[(0, first), (1, msgspec.structs.replace(while_away, happened_at=TimeMs(START_MS)))])
    again.run(store)
    assert [each.decision.signal.events[0] for each in decisions(store)] == [first.event_id, while_away.event_id]
    assert again.poller.asked[0] == {LEADER: TimeMs(START_MS + 900)}
    assert LEADER in again.stream.asked[0]
    assert len([fact for fact in facts(store) if isinstance(fact, LeaderFollowed)]) == 1


def test_a_signal_is_decided_within_fifty_milliseconds_of_its_arrival() -> None:
    """S0.2, S0.7: woken by the push; the window that joins the fills of one transaction is 20 ms."""
    trades = [at(1_000 + 137 * n, tx=f"0x{n:064x}", size=100 + n) for n in range(50)]
    store = a_store()
    live = Town(poller=[(0, a_baseline())], stream=[(trade.happened_at - START_MS, trade) for trade in trades]).run(
        store, ms=20_000
    )
    lags = [each.decision.decided_at - each.decision.signal.happened_at for each in decisions(store)]
    assert len(lags) == 50
    assert max(lags) <= 50
    assert max(live.inbox.delays_ms) < 10


def test_fills_of_one_transaction_that_arrive_together_are_one_signal() -> None:
    """S0.18: a sweep is copied as the one trade it was."""
    parts = [at(900, size=size) for size in (10, 20, 30)]
    store = a_store()
    Town(poller=[(0, a_baseline())], stream=[(1_000, part) for part in parts]).run(store)
    assert [each.decision.signal.shares for each in decisions(store)] == [shares(60)]


def test_a_trade_is_a_signal_at_once_and_its_decision_waits_for_its_book() -> None:
    """S0.2, C5, K12: a gate never calls out, so what it looks at is fetched before."""
    store = a_store()
    Town(poller=[(0, a_baseline()), (1_000, at(900))], fetched=Fetched(takes_ms=400)).run(store)
    (made,) = decisions(store)
    assert isinstance(made.decision, Approved)
    assert 1_000 <= made.decision.signal.seen_at - START_MS <= 1_020
    assert 1_400 <= made.decision.decided_at - START_MS <= 1_450


def test_a_signal_that_waits_is_decided_by_the_settings_of_the_moment_it_is_decided() -> None:
    """I27: the book takes a second and a half to come; meanwhile one of two accounts lets go of the leader."""
    mine, theirs = a_relation(leader=LEADER), a_relation(leader=LEADER, client=ClientId("b"), account=AccountId("b"))
    store = a_store()
    town = Town(
        relations=[mine, theirs],
        poller=[(0, a_baseline()), (1_000, at(900))],
        fetched=Fetched(takes_ms=1_400),
        changes={1_500: rules([theirs], "second")},
    )
    town.run(store)
    (made,) = decisions(store)
    assert (made.decision.account, made.decision.signal.seen_at) == ("b", START_MS + 1_020)
    assert made.decision.decided_at >= START_MS + 2_400


def test_a_run_that_is_stopped_decides_what_still_waits_for_its_book() -> None:
    """F4, I22: nothing that was seen is lost; what is missing is refused by name."""
    store = a_store()
    Town(poller=[(0, a_baseline()), (1_000, at(900))], fetched=Fetched(takes_ms=60_000)).run(store, ms=1_500)
    (made,) = decisions(store)
    assert isinstance(made.decision, Skipped)
    assert made.decision.reason is Reason.MARKET_UNKNOWN


def test_a_trade_does_not_wait_longer_than_it_may() -> None:
    """K11, I26: a market nobody can tell us about is refused, by name, and holds nobody up."""
    store = a_store()
    Town(poller=[(0, a_baseline()), (1_000, at(900))], fetched=Fetched(takes_ms=60_000)).run(store)
    (made,) = decisions(store)
    assert isinstance(made.decision, Skipped)
    assert made.decision.reason is Reason.MARKET_UNKNOWN
    assert 2_500 <= made.decision.decided_at - START_MS <= 2_550


def test_trades_of_one_token_keep_their_order_while_they_wait() -> None:
    """I21: a sell that overtook its buy would find nothing to sell."""
    buy, sell = at(900, tx="0x" + "01" * 32), at(950, tx="0x" + "02" * 32, side=Side.SELL)
    elsewhere = at(960, tx="0x" + "03" * 32, token=NO)
    fetched = Fetched(takes_ms=400)
    fetched.ready.add(NO.id)
    store = a_store()
    Town(poller=[(0, a_baseline()), (1_000, buy), (1_001, sell), (1_002, elsewhere)], fetched=fetched).run(store)
    assert [each.decision.signal.events[0] for each in decisions(store)] == [
        elsewhere.event_id,
        buy.event_id,
        sell.event_id,
    ]


def test_a_trade_that_comes_too_late_is_recorded_as_expired_once() -> None:
    """F33, I22: never copied, never lost; and nothing is fetched for it."""
    late = at(0)
    store = a_store()
    town = Town(poller=[(0, a_baseline()), (301_000, late), (302_000, late)])
    town.run(store, ms=310_000)
    (made,) = decisions(store)
    assert isinstance(made.decision, Expired)
    assert town.fetched.fetches == 0


def test_a_leader_named_while_we_run_is_followed_in_the_next_cycle() -> None:
    """S0.16, I27: without a restart; and one that is named no more is let go."""
    both = [a_relation(leader=LEADER), a_relation(leader=OTHER)]
    theirs = at(6_900, leader=OTHER)
    store = a_store()
    town = Town(
        poller=[(0, a_baseline()), (6_000, a_baseline(leader=OTHER)), (7_000, theirs), (25_000, at(24_900))],
        changes={3_000: rules(both, "second"), 15_000: rules(both[1:], "third")},
    )
    town.run(store, ms=30_000)
    assert [each.decision.signal.leader for each in decisions(store)] == [OTHER]
    assert {LEADER, OTHER} in [set(asked) for asked in town.poller.asked]
    assert town.poller.asked[-1].keys() == {OTHER}
    assert LeaderLeft(leader=LEADER) in facts(store)


@pytest.mark.parametrize(
    ("client", "average", "copied"),
    [("asks", "0.40", 1), ("asks", "0.39", 0), ("does not", "0.40", 0), ("asks", None, 0)],
)
def test_what_a_leader_holds_already_is_bought_only_if_asked_for_and_not_dearer(
    client: str, average: str | None, copied: int
) -> None:
    """C26, S0.20: off by default; the best ask is 0.40."""
    held = LeaderPosition(token=YES, shares=shares(100), average=None if average is None else price(average))
    relation = msgspec.structs.replace(a_relation(leader=LEADER), copy_existing=client == "asks")
    store = a_store()
    Town(relations=[relation], poller=[(0, a_baseline(positions=(held,)))]).run(store)
    made = decisions(store)
    assert sum(isinstance(each.decision, Approved) for each in made) == copied
    assert len(made) == (client == "asks" and average is not None)
    assert all(each.decision.signal.is_existing for each in made)


def test_what_the_venue_says_a_leader_holds_is_the_base_of_an_exit() -> None:
    """E5, S0.14: a leader who held before we looked sells half, so half of ours goes."""
    held = LeaderPositions(
        leader=LEADER,
        seen_at=TimeMs(START_MS),
        positions=(LeaderPosition(token=YES, shares=shares(400), average=None),),
    )
    store = a_store()
    buy, sell = at(900, tx="0x" + "01" * 32), at(2_900, tx="0x" + "02" * 32, side=Side.SELL, size=200)
    Town(poller=[(0, a_baseline()), (1_000, buy), (2_500, held), (3_000, sell)]).run(store)
    bought, sold = (fact.shares for fact in facts(store) if isinstance(fact, FillBooked))
    assert int(sold) * -2 == pytest.approx(int(bought), abs=20_000)


def test_a_result_settles_the_position_when_it_is_known() -> None:
    """S3.34: the position waits through the run, and the next one."""
    store = a_store()
    Town(poller=[(0, a_baseline()), (1_000, at(900))]).run(store)
    assert not [fact for fact in facts(store) if isinstance(fact, Settled)]
    later = Town(poller=[(2_000, MarketEnded(market=MARKET))])
    later.results.payouts[YES.id] = Payout(per_share=price(1), resolved_at=None)
    live = later.run(store)
    (settled,) = (fact for fact in facts(store) if isinstance(fact, Settled))
    assert int(settled.payout) == int(settled.shares)
    assert live.pipeline.tokens_held() == []
    assert [len(held) for held in later.held] == [1, 0]


def test_an_order_that_was_on_its_way_when_the_desk_died_is_ended_and_its_money_free() -> None:
    """F9, I13, I25: on paper nobody filled it; the reserve must not stay locked for ever."""
    store = a_store()

    class Dies(Exception):
        pass

    class Outside:
        async def new_rules(self) -> None:
            return None

        def passed(self, run: object) -> None:
            if decisions(store):
                raise Dies

    town = Town(poller=[(0, a_baseline()), (1_000, at(900))])
    town.outside = Outside()  # type: ignore[assignment]
    with pytest.raises(Dies):
        town.run(store)
    assert not [fact for fact in facts(store) if isinstance(fact, OrderEnded)]
    live = Town().run(store)
    (ended,) = (fact for fact in facts(store) if isinstance(fact, OrderEnded))
    assert ended.ending is Ending.UNFILLED
    (desk,) = live.pipeline.desks.values()
    assert int(desk.portfolio.reserved) == 0
    assert desk.portfolio.free == desk.portfolio.bankroll
    desk.portfolio.check()


def test_a_run_that_is_stopped_waits_for_orders_on_their_way() -> None:
    """F4: the order placed 100 ms before the end is filled, and the run is finished in the ledger."""
    store = a_store()
    Town(poller=[(0, a_baseline()), (1_000, at(900))]).run(store, ms=1_100)
    assert [type(fact) for fact in facts(store)[-3:]] == [FillBooked, OrderEnded, RunFinished]


def test_a_dead_source_ends_the_run_loudly() -> None:
    """F8: a desk whose feed has ended must not look alive."""
    town = Town(poller=[(0, a_baseline())])

    class Ends(Scripted):
        async def run(self, inbox: object) -> None:
            await asyncio.Event().wait() if self.name == "poller" else None

    town.stream = Ends("stream")
    with pytest.raises(Broken, match="a task that has to go on"):
        town.run(a_store())


def test_every_client_gets_a_decision_of_its_own_at_no_further_request() -> None:
    """S0.4, S0.19, L4: 200 clients of one leader: the book is fetched once."""
    relations = [a_relation(leader=LEADER, client=ClientId(f"c{n}"), account=f"c{n}") for n in range(200)]
    store = a_store()
    town = Town(relations=relations, poller=[(0, a_baseline()), (1_000, at(900))])
    town.run(store)
    assert len({each.decision.signal.client for each in decisions(store)}) == 200
    assert town.fetched.fetches == 1
    assert len(town.poller.asked[-1]) == 1


def test_an_account_that_joins_is_not_given_what_happened_before() -> None:
    """S0.16, S0.20: it needs no baseline of its own, and the accounts that were there notice nothing."""
    mine, theirs = a_relation(leader=LEADER), a_relation(leader=LEADER, client=ClientId("b"), account=AccountId("b"))
    before, after = at(2_000, tx="0x" + "01" * 32), at(8_000, tx="0x" + "02" * 32, size=90)
    store = a_store()
    town = Town(
        poller=[(0, a_baseline()), (6_000, before), (9_000, after)],
        changes={3_000: rules([mine, theirs], "second")},
    )
    town.run(store)
    assert [(each.decision.account, each.decision.signal.events[0]) for each in decisions(store)] == [
        ("desk", before.event_id),
        ("desk", after.event_id),
        ("b", after.event_id),
    ]
    assert all(asked[LEADER] is not None for asked in town.poller.asked[2:])


@pytest.mark.parametrize("settled", ["anew", "twice", "unseen"])
def test_a_trade_that_comes_again_under_another_hash_waits_until_it_is_known_what_it_is(settled: str) -> None:
    """F31, I1: settled anew it is copied once; two equal trades are two; what nobody can tell is too old by then."""
    first, again = at(900, tx="0x" + "01" * 32), at(3_900, tx="0x" + "02" * 32)
    town = Town(poller=[(0, a_baseline())], stream=[(1_000, first), (4_000, again), (4_010, again), (50_000, again)])
    late, once = TimeMs(START_MS + 6_000), TimeMs(START_MS + 2_000)
    town.shown = {first.content_id: once} if settled == "anew" else {}
    town.shown_since = {
        "anew": {again.content_id: late},
        "twice": {first.content_id: late, again.content_id: late},
        "unseen": {},
    }[settled]
    store = a_store()
    town.run(store, ms=60_000)
    made = [(each.decision.signal.events[0], type(each.decision)) for each in decisions(store)]
    assert made[0] == (first.event_id, Approved)
    expected = {"anew": [], "twice": [(again.event_id, Approved)], "unseen": [(again.event_id, Skipped)]}
    assert made[1:] == expected[settled]
    replaced = [fact for fact in facts(store) if isinstance(fact, TradeReplaced)]
    assert [(fact.earlier, fact.later) for fact in replaced] == (
        [(first.event_id, again.event_id)] if settled == "anew" else []
    )


def test_a_full_inbox_turns_away_buys_and_never_an_exit() -> None:
    """C18, S0.31, S4.17, I26: what is turned away is told, so that its feed shows it again."""

    async def fill() -> BoundedInbox:
        inbox = BoundedInbox(VirtualClock(), room=2, exit_room=4)
        refused = RowRefused(reason="bad_json", file="rtds", line=1, found="x", allowed="JSON")
        sell = at(0, side=Side.SELL)
        said = [inbox.put(each) for each in (at(0), at(1), at(2), refused, sell, sell, sell)]
        assert said == [True, True, False, True, True, True, False]
        return inbox

    inbox = run_virtual(fill())
    assert (len(inbox), inbox.shed) == (4, 3)
