"""The quick look at a frame never drops what a full reading would show."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from copydesk.adapters.polymarket.live.stream.sieve import Sieve
from copydesk.adapters.polymarket.parse.documents import rows_in
from copydesk.adapters.polymarket.parse.frames import frame_event
from copydesk.adapters.polymarket.parse.refusals import Refused
from copydesk.adapters.polymarket.records.decoding import decoded
from copydesk.domain.ids import Wallet

LEADER, OTHER = "0x" + "aB" * 20, "0x" + "Cd" * 20
FOLLOWED = Wallet(LEADER.lower())
PAYLOAD: dict[str, object] = {
    "asset": "7" * 77,
    "conditionId": "0x" + "1d" * 32,
    "name": "Ferr",
    "outcome": "No",
    "price": 0.41,
    "proxyWallet": OTHER,
    "side": "BUY",
    "size": 1.6384,
    "slug": "will-the-ferry-run",
    "timestamp": 1_795_132_800,
    "title": "Will the ferry run?",
    "transactionHash": "0x" + "b6" * 32,
}


def a_frame(**payload: object) -> dict[str, object]:
    return {"connection_id": "c", "payload": PAYLOAD | payload, "topic": "activity", "type": "trades"}


def as_sent(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def a_sieve() -> Sieve:
    sieve = Sieve()
    sieve.follow([FOLLOWED])
    return sieve


def shows_the_leader(frame: bytes) -> bool:
    """What the full reading finds."""
    value = decoded(frame)
    if isinstance(value, Refused):
        return False
    return any(map(is_the_leaders, rows_in(value)))


def is_the_leaders(row: object) -> bool:
    try:
        return frame_event(row).leader == FOLLOWED
    except Refused:
        return False


def test_a_frame_about_somebody_else_may_be_dropped() -> None:
    assert a_sieve().may_drop(as_sent(a_frame()))
    assert not shows_the_leader(as_sent(a_frame()))


def test_a_leaders_frame_may_not_in_whatever_case() -> None:
    for wallet in (LEADER, LEADER.lower(), LEADER.upper(), "0x" + LEADER[2:].upper()):
        frame = as_sent(a_frame(proxyWallet=wallet))
        assert not a_sieve().may_drop(frame)
        assert shows_the_leader(frame)


def test_words_with_quotes_and_accents_change_nothing() -> None:
    """Most escapes are of quotes in a title: they are no reason to read the frame."""
    assert a_sieve().may_drop(as_sent(a_frame(title='Will "Ünïcode" win?', name="a\\b\nc")))


def test_nobody_followed_is_everything_dropped() -> None:
    assert Sieve().may_drop(as_sent(a_frame(proxyWallet=LEADER)))


def test_what_names_no_wallet_has_to_be_read() -> None:
    for frame in (b"", b"PONG", b"{}", b'{"abcdefghi":"0x' + b"a" * 40 + b'"}', as_sent({"topic": "comments"})):
        assert not a_sieve().may_drop(frame)


def escaped(text: str, at: int) -> str:
    return f"{text[:at]}\\u{ord(text[at]):04x}{text[at + 1 :]}"


def test_a_key_or_value_in_disguise_has_to_be_read() -> None:
    """JSON may write the same thing in many ways; the last of two equal keys counts."""
    plain = as_sent(a_frame()).decode()
    key, value = '"proxyWallet"', f'"{LEADER}"'
    disguises = [f"{escaped(key, at)}:{value}" for at in range(1, 12)]
    disguises += [f"{key}:{escaped(value, at)}" for at in range(1, 43)]
    disguises += [f"{key} :{value}", f"{key}:\t{value}", f"{key}:{value}"]
    for disguise in disguises:
        for before, after in (("", ""), (f'{key}:"{OTHER}",', "")):
            frame = plain.replace(f'{key}:"{OTHER}"', f"{before}{disguise}{after}").encode()
            assert shows_the_leader(frame), frame
            assert not a_sieve().may_drop(frame), frame


WORDS = st.one_of(
    st.sampled_from(["proxyWallet", '"proxyWallet"', f'"proxyWallet":"{OTHER}"', LEADER, "\\u00", "é", '"', "\\"]),
    st.text(max_size=12),
)
WALLETS = st.one_of(
    st.sampled_from([LEADER, OTHER, LEADER.lower(), LEADER.upper(), LEADER + "0", LEADER[:-1], "", None, 7]), WORDS
)
PAYLOADS = st.builds(
    lambda wallet, words, order: dict(
        sorted((PAYLOAD | words | {"proxyWallet": wallet}).items(), key=lambda item: order.random())
    ),
    WALLETS,
    st.dictionaries(st.sampled_from(["name", "title", "slug", "bio", "proxywallet", "meta"]), WORDS),
    st.randoms(use_true_random=False),
)
FRAMES = st.builds(lambda payload: a_frame() | {"payload": payload}, PAYLOADS)
DOCUMENTS: Any = st.one_of(FRAMES, st.lists(FRAMES, max_size=3), FRAMES.map(lambda one: {"data": [one]}))


SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (" ,", " :")])
WRITTEN = st.builds(
    lambda document, separators, is_ascii: json.dumps(document, separators=separators, ensure_ascii=is_ascii),
    DOCUMENTS,
    SEPARATORS,
    st.booleans(),
)
CUT = st.builds(lambda text, length: text[:length], WRITTEN, st.integers(min_value=0, max_value=900))


@given(st.one_of(WRITTEN, CUT))
@example(json.dumps([a_frame(), a_frame(proxyWallet=LEADER)], separators=(",", ":")))
@example(json.dumps([a_frame(proxyWallet=LEADER), a_frame()], separators=(",", ":")))
def test_what_a_full_reading_shows_is_never_dropped(text: str) -> None:
    """F34, K11: for every frame, however it is written or damaged."""
    frame = text.encode(errors="replace")
    if shows_the_leader(frame):
        assert not a_sieve().may_drop(frame)


@given(FRAMES)
def test_a_frame_that_is_dropped_is_of_somebody_else(document: dict[str, Any]) -> None:
    frame = json.dumps(document, separators=(",", ":")).encode()
    if a_sieve().may_drop(frame):
        who = document["payload"]["proxyWallet"]
        assert not (isinstance(who, str) and who.lower() == FOLLOWED)
