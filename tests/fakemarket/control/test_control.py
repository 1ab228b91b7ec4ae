"""The control face: levers and lists that no client of the venue sees."""

import pytest

from fakemarket.director.director import Director
from fakemarket.director.scenario import BUILT_IN
from fakemarket.faces.control import application
from fakemarket.faces.data import application as data_face
from fakemarket.faces.gamma import application as gamma_face
from fakemarket.faces.geoblock import Place
from fakemarket.faces.geoblock import application as geoblock
from fakemarket.faces.tally import NAMES_MAX, REST, Tally
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


@pytest.mark.slow
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
    assert {"leader", "wallet", "style", "role", "transaction_hash", "log_index", "status", "sequence"} <= row.keys()
    assert {"token", "side", "size", "cash", "fee", "price", "timestamp_s", "matched_ms", "mined_ms"} <= row.keys()
    assert all(isinstance(row[key], str) for key in ("size", "cash", "fee", "price"))
    sequences = [other["sequence"] for other in every.body["trades"]]
    assert sequences == sorted(set(sequences))


def test_requests_are_counted_by_face_and_path_pattern_refused_ones_too() -> None:
    director = a_director("quiet")
    tally, gamma = Tally(), gamma_face(director.exchange)
    data, control = data_face(director.exchange), application(director, Place(), tally)
    for name, face in (("gamma", gamma), ("data", data), ("control", control)):
        tally.watch(name, face)
    ask(gamma, "/markets/1", "/markets/2", "/markets/keyset?limit=1", "/no/such/page")
    ask(data, "/v2/trades?user=0x1&x=1", "/v2/trades?user=0x1&x=2", "/v2/activity?user=0x1", "/v2/nothing")
    counted = ask(control, "/requests")[0].body["requests"]
    assert counted["gamma"]["GET /markets/{key}"] == 2
    assert counted["gamma"]["GET /markets/keyset"] == 1
    assert counted["gamma"]["GET /no/such/page"] == 1
    assert counted["data"] == {"GET /v2/activity": 1, "GET /v2/nothing": 1, "GET /v2/trades": 2}
    assert counted["control"] == {"GET /requests": 1}


def test_a_scanner_of_paths_does_not_fill_the_memory() -> None:
    director = a_director("quiet")
    tally, data = Tally(), data_face(director.exchange)
    tally.watch("data", data)
    ask(data, *(f"/v2/{number}" for number in range(NAMES_MAX + 20)))
    counted = tally.document()["data"]
    assert len(counted) == NAMES_MAX + 1
    assert counted[REST] == 20


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
