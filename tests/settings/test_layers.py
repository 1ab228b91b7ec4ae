"""Settings: later layers win, each value knows its layer, and nothing unknown or out of bounds passes (S4.3, S2.18)."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.domain.errors import BadInput, Unreadable
from copydesk.domain.ids import Wallet
from copydesk.domain.leader import ThinSample
from copydesk.domain.limits import RESOLUTION_FLOOR_MS, AmountMode
from copydesk.domain.venue_addresses import VENUE_URLS
from copydesk.settings.layers import flat, load, presets
from copydesk.settings.limits import relations
from tests.builders import price, usdc

WALLET = "0x" + "1E" * 20


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No user file, no variables, an empty working folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_defaults_are_the_balanced_preset() -> None:
    """Nothing given: everything comes from the defaults."""
    loaded = load({})
    assert loaded.settings.preset == "balanced"
    assert set(loaded.origins.values()) == {"default"}


def test_each_layer_wins_over_the_one_before(nothing_set: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """flag > environment > .env > project file > user file > preset > command > default."""
    config = nothing_set / "config" / "copydesk"
    config.mkdir(parents=True)
    layers = {
        "command": ({"gates": {"price_max": "0.91"}}, "0.91"),
        "user file": (config / "copydesk.yaml", "0.92"),
        "project file": (nothing_set / "copydesk.yaml", "0.93"),
        ".env": (nothing_set / ".env", "0.94"),
        "environment": (None, "0.95"),
        "flag": (None, "0.96"),
    }
    command, flags = {}, {}
    for origin, (where, value) in layers.items():
        if isinstance(where, dict):
            command = where
        elif isinstance(where, Path) and where.name == ".env":
            where.write_text(f"COPYDESK_GATES__PRICE_MAX={value}\n")
        elif isinstance(where, Path):
            where.write_text(f"gates:\n  price_max: {value}\n")
        elif origin == "environment":
            monkeypatch.setenv("COPYDESK_GATES__PRICE_MAX", value)
        else:
            flags = {"gates.price_max": value}
        loaded = load(flags, command)
        assert relations(loaded)[0].limits.gates.price_max == price(value)
        assert loaded.origins["gates.price_max"] == origin


def test_every_preset_can_be_loaded_and_says_so() -> None:
    """C20: presets named after use."""
    assert {"balanced", "selective", "mirror", "equal", "dynamic", "custom", "exact"} <= set(presets())
    for name in presets():
        loaded = load({"preset": name})
        assert loaded.settings.preset == name
        given = presets()[name]
        assert ("preset " + name in loaded.origins.values()) == bool(given)


def test_the_figures_of_the_brief_are_the_presets() -> None:
    """S2.3-S2.7, S2.13-S2.16, S3.12-S3.14, S4.8, S4.9, S3.17, S3.20, S3.21, S0.34: figures, not moods."""
    balanced, selective, mirror = (relations(load({"preset": name}))[0].limits for name in
                                   ("balanced", "selective", "mirror"))  # fmt: skip
    assert balanced.gates.ttl_ms == 300_000
    assert balanced.gates.age_max_ms == 30_000
    assert (balanced.gates.price_min, balanced.gates.price_max) == (price("0.03"), price("0.97"))
    assert balanced.gates.positions_max == 15
    assert (balanced.caps.trade_min, balanced.caps.trade_max) == (usdc(10), usdc(200))
    assert (balanced.caps.leader_bps, balanced.amount.mode) == (2_000, AmountMode.PRO_RATA)
    assert (selective.gates.price_moved_max_bps, selective.gates.depth_min) == (400, usdc(2_000))
    assert selective.gates.spread_max == price("0.03")
    assert (selective.caps.trade_bps, selective.caps.market_bps, selective.caps.total_bps) == (300, 800, 6_000)
    assert selective.caps.reserve_bps == 1_000
    amount, record = selective.amount, selective.track_record
    assert (amount.mode, amount.kelly_damping_bps, amount.kelly_edge_max_bps) == (AmountMode.KELLY, 2_500, 1_000)
    assert (record.score_min_bps, record.trades_min, record.age_max_ms) == (5_000, 30, 900_000)
    assert (record.size_max_bps, record.thin_sample) == (50_000, ThinSample.PROBATION)
    assert not balanced.track_record.looks
    assert (mirror.amount.factor_bps, mirror.slip_max_bps) == (2_500, 50)
    assert (mirror.caps.trade_max, mirror.caps.market_max, mirror.caps.total_max) == (
        usdc(250),
        usdc(1_000),
        usdc(5_000),
    )


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"gates.prise_max": "0.9"}, "gates.prise_max .from flag.: found no such setting"),
        ({"gates.price_max": "1.0"}, "gates.price_max .from flag."),
        ({"gates.price_max": "0.1234567"}, "gates.price_max"),
        ({"gates.age_max_s": "11"}, "gates.age_max_s"),
        ({"gates.resolution_floor_s": "599"}, "gates.resolution_floor_s"),
        ({"caps.trade_bps": "10001"}, "caps.trade_bps"),
        ({"account.bankroll_usdc": "-1"}, "account.bankroll_usdc"),
        ({"mode_ceiling": "live"}, "mode_ceiling"),
        ({"preset": "wild"}, "preset: found 'wild'; allowed balanced, selective"),
        ({"leaders": "[{wallet: '0x12'}]"}, "leaders.0.wallet .* a profile's address, or a name"),
        ({"leaders": "[{wallet: ' '}]"}, "leaders.0.wallet"),
        ({"pace.poll_ms": "499"}, "pace.poll_ms"),
        ({"pace.poll_ms": "60001"}, "pace.poll_ms"),
        ({"pace.clock_speed": "0"}, "pace.clock_speed"),
    ],
)
def test_a_bad_setting_is_named_with_what_was_found_and_allowed(flags: dict[str, str], said: str) -> None:
    """T26-like care: a setting that cannot be right stops the program before it does anything."""
    with pytest.raises(BadInput, match=said):
        load(flags)


def test_nothing_but_paper_is_to_be_had() -> None:
    """S2.2: simulated fills are the default, and no setting of this version reaches beyond them."""
    settings = load({}).settings
    assert (settings.mode, settings.mode_ceiling) == ("paper", "paper")
    with pytest.raises(BadInput, match=r"mode .from flag.: found 'live'"):
        load({"mode": "live"})


def test_the_resolution_floor_can_only_be_raised() -> None:
    """S3.22, C25."""
    assert relations(load({}))[0].limits.gates.resolution_floor_ms == RESOLUTION_FLOOR_MS
    raised = load({"gates.resolution_floor_s": "3600"})
    assert relations(raised)[0].limits.gates.resolution_floor_ms == 3_600_000


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that has no effect must not look as if it had."""
    monkeypatch.setenv("COPYDESK_GATE__PRICE_MAX", "0.9")
    with pytest.raises(BadInput, match="COPYDESK_GATE__PRICE_MAX in environment"):
        load({})


def test_a_file_that_is_no_yaml_is_unreadable(nothing_set: Path) -> None:
    """One line, with the file's name."""
    (nothing_set / "copydesk.yaml").write_text("gates: [")
    with pytest.raises(Unreadable, match=r"copydesk\.yaml: not a YAML file"):
        load({})


def test_named_leaders_have_relations_of_their_own() -> None:
    """S0.16: each named leader is followed, in lower case, with the bankroll the user says it has."""
    loaded = load({"leaders": f"[{{wallet: '{WALLET}', bankroll_usdc: 5000}}]"})
    (relation,) = relations(loaded)
    assert relation.leader == Wallet(WALLET.lower())
    assert relation.limits.amount.leader_bankroll == usdc(5_000)


def test_correlated_groups_have_plain_words_and_a_lower_layer_can_only_add_to_them() -> None:
    """N17: named once, with words in any spelling."""
    named = {"caps.groups": "[{name: us, words: ['U.S.-Election', fed], bps: 900}]"}
    (group,) = relations(load(named))[0].limits.caps.groups
    assert (group.name, group.words, group.bps, group.most) == ("us", (" u s election ", " fed "), 900, None)
    with pytest.raises(BadInput, match="words with letters or digits in group us"):
        load({"caps.groups": "[{name: us, words: ['--']}]"})
    with pytest.raises(BadInput, match="each group by a name of its own"):
        load({"caps.groups": "[{name: us, words: [fed]}, {name: us, words: [oil]}]"})
    fewer = f"[{{wallet: '{WALLET}', caps: {{groups: [{{name: x, words: [fed]}}]}}}}]"
    with pytest.raises(BadInput, match=r"caps\.groups: .*at least all of"):
        relations(load(named | {"leaders": fewer}))


def test_the_caps_that_no_figure_is_given_for_are_off() -> None:
    """C24: event, category and day bind only where the settings say so."""
    caps = load({}).settings.caps
    assert (caps.event_bps, caps.event_max_usdc, caps.category_bps, caps.day_bps, caps.day_max_usdc) == (None,) * 5


def test_the_version_is_that_of_the_values_not_of_their_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    """I27: a decision names its settings; where they stood and where the program logs does not matter."""
    by_flag = load({"gates.price_max": "0.9"})
    monkeypatch.setenv("COPYDESK_GATES__PRICE_MAX", "0.90")
    assert load({}).version == by_flag.version
    assert load({"log.level": "debug"}).version == by_flag.version
    assert load({"gates.price_max": "0.91"}).version != by_flag.version


def test_every_value_has_an_origin() -> None:
    """`config show --origin` leaves nothing out."""
    loaded = load({"caps.trade_bps": "100"})
    assert set(loaded.origins) == {path for path, _ in flat(loaded.settings)}


# --- the venue -------------------------------------------------------------------------------------------------------


def test_the_venue_is_polymarket_unless_it_is_said_otherwise() -> None:
    """The addresses of the venue's faces are its own."""
    assert load({}).settings.venue.model_dump() == VENUE_URLS


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("venue.gamma", "https://gamma-api.polymarket.com.evil.example"),
        ("venue.data", "http://data-api.polymarket.com"),
        ("venue.clob", "https://gamma-api.polymarket.com"),
        ("venue.clob", "https://clob.polymarket.com:8443"),
        ("venue.clob", "https://user@clob.polymarket.com"),
        ("venue.clob", "https://evil.example/?clob.polymarket.com"),
        ("venue.rtds", "https://ws-live-data.polymarket.com"),
        ("venue.rtds", "ws://10.0.0.1:80"),
        ("venue.gamma", "file:///etc/passwd"),
        ("venue.gamma", "http://127.0.0.1:port"),
        ("venue.gamma", "http://127.0.0.1"),
        ("venue.gamma", "ws://127.0.0.1:4000"),
        ("venue.gamma", "http://someone@127.0.0.1:4000"),
        ("venue.gamma", "http://127.0.0.1.evil.example"),
        ("venue.gamma", ""),
    ],
)
def test_a_foreign_host_is_refused(path: str, url: str) -> None:
    """T26: the hosts are an allow-list in the release."""
    with pytest.raises(BadInput, match=f"{path} .from flag.: found .*; allowed (https|wss)://.*polymarket.com, or"):
        load({path: f"'{url}'"})


@pytest.mark.parametrize("host", ["127.0.0.1:4000", "localhost:4000", "[::1]:4000", "127.8.0.1:1"])
def test_a_market_on_this_machine_can_stand_in(host: str) -> None:
    """The local market is reached like the real one, without TLS."""
    venue = load({"venue.gamma": f"http://{host}/", "venue.rtds": f"ws://{host}"}).settings.venue
    assert (venue.gamma, venue.rtds, venue.clob) == (f"http://{host}", f"ws://{host}", VENUE_URLS["clob"])


def all_here(**said: str) -> dict[str, str]:
    return {f"venue.{face}": "ws://127.0.0.1:1" if url.startswith("wss") else "http://127.0.0.1:1"
            for face, url in VENUE_URLS.items()} | said  # fmt: skip


def test_only_a_market_on_this_machine_can_be_hurried() -> None:
    """A clock faster than the venue's would take every trade for old."""
    hurried = all_here(**{"pace.clock_speed": "60"})
    assert load(hurried).settings.pace.clock_speed == 60
    del hurried["venue.data"]
    with pytest.raises(BadInput, match=r"pace.clock_speed .from flag.: found 60 with the venue's own data; allowed 1"):
        load(hurried)


def test_where_the_venue_is_and_how_fast_a_trial_runs_decide_nothing() -> None:
    """I27: the version is of what decides."""
    assert load(all_here(**{"pace.clock_speed": "60"})).version == load({}).version
    assert load({"pace.poll_ms": "1000"}).version != load({}).version


# --- leaders by another name -----------------------------------------------------------------------------------------


def test_a_leader_can_be_named_by_profile_or_name_where_somebody_finds_the_wallet() -> None:
    """K24: the settings take the text as it is; whoever is live says which wallet it is."""
    loaded = load({"leaders": "[{wallet: ' https://polymarket.com/@theo '}, {wallet: kestrel, copy_existing: true}]"})
    profile, name = (leader.wallet for leader in loaded.settings.leaders)
    assert (profile, name) == ("https://polymarket.com/@theo", "kestrel")
    found = {profile: Wallet("0x" + "aa" * 20), name: Wallet("0x" + "bb" * 20)}
    assert [(each.leader, each.copy_existing) for each in relations(loaded, found)] == [
        (found[profile], False),
        (found[name], True),
    ]


def test_where_nobody_finds_the_wallet_of_a_name_it_is_refused() -> None:
    """A replay must not follow nobody without a word."""
    with pytest.raises(BadInput, match=r"found 'kestrel'; .* `copydesk up` finds the wallet .* a replay does not"):
        relations(load({"leaders": "[{wallet: kestrel}]"}))


def test_a_leader_named_twice_is_refused() -> None:
    """I1: twice the same relation would be two copies of everything."""
    loaded = load({"leaders": f"[{{wallet: '{WALLET}'}}, {{wallet: kestrel}}]"})
    with pytest.raises(BadInput, match="twice; allowed each leader once"):
        relations(loaded, {"kestrel": Wallet(WALLET.lower())})


def test_gates_and_slips_are_read_as_they_are_compared_with(nothing_set: Path) -> None:
    """E15, E18, E19, S3.18: dollars as micros, seconds as milliseconds, words case aside and whole."""
    (nothing_set / "copydesk.yaml").write_text(
        "gates: {words_denied: ['Up or Down'], events_allowed: [NBA-Finals], categories_allowed: [soccer],"
        " resolution_max_s: 3600, leader_notional_max_usdc: 500, depth_top_min_usdc: 2.5, fee_max_bps: 100}\n"
        "slip_bands: [{price_to: 0.1, slip_max_usdc: 0.01}, {price_to: 0.5, exit_slip_max_bps: 300}]\n"
        "slip_max_usdc: 0.02\n"
    )
    limits = relations(load({}))[0].limits
    gates = limits.gates
    assert (gates.words_denied, gates.events_allowed) == ((" up or down ",), ("nba-finals",))
    assert (gates.categories_allowed, gates.resolution_max_ms) == (("soccer",), 3_600_000)
    assert (gates.leader_notional_max, gates.depth_top_min) == (usdc(500), usdc("2.5"))
    assert limits.slip_max == price("0.02")
    assert [(band.price_to, band.slip_max, band.exit_slip_max_bps) for band in limits.slip_bands] == [
        (price("0.1"), price("0.01"), None),
        (price("0.5"), None, 300),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gates: {categories_allowed: [sport]}", "one of crypto_updown, crypto, soccer"),
        ("gates: {words_denied: ['--']}", "a word with a letter or digit"),
        ("slip_bands: [{price_to: 0.5}, {price_to: 0.5}]", "rises"),
        ("gates: {resolution_max_s: 600}", "600"),
    ],
)
def test_gates_that_could_never_pass_or_never_fire_are_refused(nothing_set: Path, text: str, told: str) -> None:
    """S2.18: a mistyped category would silently stop everything."""
    (nothing_set / "copydesk.yaml").write_text(text)
    with pytest.raises(BadInput, match=told):
        load({})
