"""The control face: levers and lists that no client of the venue sees."""

from fakemarket.director.director import Director
from fakemarket.director.scenario import BUILT_IN
from fakemarket.faces.control import application
from fakemarket.faces.geoblock import Place
from fakemarket.faces.geoblock import application as geoblock
from fakemarket.world.clock import ManualClock
from fakemarket.world.exchange import Exchange, ExchangePlan
from tests.fakemarket.town import ask

START_MS = 1_795_132_800_000


def a_director(name: str = "day") -> Director:
    director = Director(Exchange(ManualClock(START_MS), ExchangePlan(seed=7)), BUILT_IN[name])
    director.start()
    return director


def test_faults_are_listed_switched_on_and_off() -> None:
    director = a_director()
    listing, on, off, all_off = ask(
        application(director, Place()),
        "/faults",
        ("PUT", "/faults/data_lag", {"lag_ms": 5_000}),
        ("DELETE", "/faults/data_lag", None),
        ("DELETE", "/faults", None),
    )
    names = {row["id"] for row in listing.body["faults"]}
    wanted = {f"F{number}" for number in (*range(30, 51), *range(52, 58))}
    assert wanted <= names
    assert on.body == {"name": "data_lag", "on": True, "params": {"lag_ms": 5_000}}
    assert (off.body["on"], all_off.status) == (False, 200)
    assert director.exchange.faults.active("data_lag") is None


def test_an_unknown_fault_is_404_and_a_broken_body_400() -> None:
    app = application(a_director(), Place())
    unknown, broken = ask(app, ("PUT", "/faults/flood", {}), ("PUT", "/faults/data_lag", [1]))
    assert (unknown.status, broken.status) == (404, 400)
    assert "data_lag" in unknown.body["error"]


def test_the_clock_is_moved_and_what_was_due_has_happened() -> None:
    director = a_director()
    before, moved, state = ask(
        application(director, Place()), "/clock", ("POST", "/clock/advance", {"ms": 600_000}), "/state"
    )
    assert moved.body["now_ms"] - before.body["now_ms"] == 600_000
    assert state.body["leader_trades"] == len(director.record.trades) > 0
    assert ask(application(director, Place()), ("POST", "/clock/advance", {"ms": -1}))[0].status == 400


def test_the_directors_own_list_is_served_from_any_number_on() -> None:
    director = a_director()
    director.exchange.clock.advance(900_000)
    every, rest = ask(application(director, Place()), "/leaders/trades", "/leaders/trades?after=3")
    assert len(every.body["trades"]) == every.body["count"] == len(director.record.trades)
    assert rest.body["trades"] == every.body["trades"][3:]
    row = every.body["trades"][0]
    assert {"leader", "wallet", "style", "role", "transaction_hash", "log_index", "size", "status"} <= row.keys()
    assert isinstance(row["size"], str)


def test_a_step_is_acted_at_once() -> None:
    director = a_director("quiet")
    markets = director.exchange.catalog.markets.values()
    condition = next(one.condition for one in markets if one.taker_delay_ms == one.seconds_delay == 0)
    bought, odd = ask(
        application(director, Place()),
        ("POST", "/do", {"do": "buy", "who": "Northwind", "market": condition, "outcome": "Yes", "size": 20}),
        ("POST", "/do", {"do": "dance"}),
    )
    assert (bought.status, bought.body["status"]) == (200, "matched")
    assert (odd.status, "no verb" in odd.body["error"]) == (400, True)


def test_the_place_can_be_moved() -> None:
    place = Place()
    here = ask(geoblock(place), "/api/geoblock")[0]
    ask(application(a_director(), place), ("PUT", "/geoblock", {"blocked": True, "country": "US", "region": "NY"}))
    there = ask(geoblock(place), "/api/geoblock")[0]
    assert (here.body["blocked"], there.body["blocked"], there.body["country"]) == (False, True, "US")
    assert ask(application(a_director(), place), ("PUT", "/geoblock", {"planet": "X"}))[0].status == 400
