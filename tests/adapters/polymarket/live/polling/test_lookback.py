"""Looking back at a list whose answers are written by hand."""

from __future__ import annotations

import asyncio
import json

import pytest

from copydesk.adapters.polymarket.http.trouble import Unreachable
from copydesk.adapters.polymarket.live.polling.asking import Params
from copydesk.adapters.polymarket.live.polling.lookback import TRADES, ListReader, Look
from copydesk.adapters.polymarket.live.polling.overlap import KnownRows
from copydesk.domain.ids import TimeMs, Wallet

ANN = Wallet("0x" + "a1" * 20)
START_S = 1_795_132_800
FLOOR = TimeMs((START_S - 1_000) * 1_000)


def a_row(at_s: int, **changed: object) -> dict[str, object]:
    row: dict[str, object] = {
        "proxy_wallet": ANN,
        "side": "BUY",
        "token_id": "7132",
        "condition_id": "0x" + "9c" * 32,
        "size": 150.25,
        "price": 0.43,
        "timestamp": START_S + at_s,
        "transaction_hash": f"0x{at_s:064x}",
        "outcome": "Yes",
    }
    return row | changed


def a_page(*rows: dict[str, object], cursor: str | None = None) -> bytes:
    return json.dumps({"data": rows, "pagination": {"next_cursor": cursor}}).encode()


class Script:
    """Answers to be given in turn, and the questions that were asked."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[dict[str, str]] = []

    async def ask(self, path: str, params: Params) -> bytes:
        self.asked.append({"path": path, **dict(params)})
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def a_reader(*known_s: int, anchor_s: int | None = None, pages_max: int = 5) -> ListReader:
    """A reader that has shown rows of these seconds, and looked as far as the newest of them."""
    reader = ListReader(TRADES, ANN, KnownRows(FLOOR), pages_max)
    if known_s:
        show(reader, looked(reader, Script(a_page(*map(a_row, sorted(known_s, reverse=True))), a_page())))
        newest = max(known_s) if anchor_s is None else anchor_s
        reader.known.anchor = TimeMs((START_S + newest) * 1_000)
    reader.is_new = not known_s
    return reader


def show(reader: ListReader, look: Look) -> None:
    for each in look.found:
        reader.known.learn(each.mark, each.event.event_id, each.event.happened_at)


def looked(reader: ListReader, script: Script, *, limit: int = 1_000) -> Look:
    until = FLOOR if reader.known.anchor is None else reader.known.anchor
    return asyncio.run(reader.look(script, until, limit))


def seconds(look: Look) -> list[int]:
    return [each.event.happened_at // 1_000 - START_S for each in look.in_order()]


def test_both_roles_are_asked_for_of_one_wallet() -> None:
    """K14, traps 1 and 4."""
    script = Script(a_page(a_row(2), a_row(1)))
    looked(a_reader(1), script, limit=50)
    assert script.asked == [{"path": "/v2/trades", "user": ANN, "taker_only": "false", "limit": "50"}]


def test_what_is_known_is_met_and_what_is_new_is_found_oldest_first() -> None:
    """K14."""
    look = looked(a_reader(1, 2), Script(a_page(a_row(4), a_row(3), a_row(2), a_row(1))))
    assert (seconds(look), look.is_whole, look.gaps) == ([3, 4], True, 0)


def test_a_known_row_in_other_words_is_not_new() -> None:
    """K14: the leader has changed his name."""
    look = looked(a_reader(1, 2), Script(a_page(a_row(3), a_row(2, name="Ann II"), a_row(1))))
    assert seconds(look) == [3]


def test_a_row_that_comes_late_is_found_and_is_a_sign_of_a_gap() -> None:
    """F33, F38: it is older than what was known when it was left out."""
    look = looked(a_reader(1, 3), Script(a_page(a_row(3), a_row(2), a_row(1))))
    assert (seconds(look), look.gaps) == ([2], 1)


def test_rows_out_of_order_are_put_in_order() -> None:
    """F32."""
    look = looked(a_reader(1), Script(a_page(a_row(3), a_row(5), a_row(1), a_row(4))))
    assert seconds(look) == [3, 4, 5]


def test_rows_of_one_second_come_in_the_order_opposite_to_the_venues() -> None:
    rows = [a_row(5, size=size) for size in (30, 20, 10)]
    look = looked(a_reader(1), Script(a_page(*rows, a_row(1))))
    assert [int(each.event.shares) for each in look.in_order()] == [10_000_000, 20_000_000, 30_000_000]


def test_the_same_row_twice_is_found_once_even_where_the_answer_is_not_quite_json() -> None:
    """F30, F34."""
    spoilt = a_page(a_row(4), a_row(3), a_row(3), a_row(2, size="X"), a_row(1)).replace(b'"X"', b"NaN")
    look = looked(a_reader(1), Script(spoilt))
    assert seconds(look) == [3, 4]
    assert [(row.reason, row.line) for _, row in look.refused] == [("not_a_number", 4)]


def test_a_row_of_another_wallet_is_refused() -> None:
    """F39: nobody else is ever copied because the venue mixed something up."""
    look = looked(a_reader(1), Script(a_page(a_row(2, proxy_wallet="0x" + "b2" * 20), a_row(1))))
    assert (seconds(look), [row.reason for _, row in look.refused]) == ([], ["foreign_wallet"])


def test_a_small_page_that_does_not_meet_what_is_known_is_asked_for_again_in_large() -> None:
    """F36."""
    script = Script(
        a_page(a_row(9), a_row(8), cursor="b"), a_page(a_row(9), a_row(8), a_row(7), cursor="c"), a_page(a_row(1))
    )
    look = looked(a_reader(1), script, limit=2)
    assert seconds(look) == [7, 8, 9]
    assert [(asked["limit"], asked.get("cursor")) for asked in script.asked] == [
        ("2", None),
        ("1000", None),
        ("1000", "c"),
    ]


def test_a_list_that_ends_before_what_is_known_is_a_gap_and_is_read_on_by_time() -> None:
    """F38: an answer cut short says that nothing follows."""
    script = Script(a_page(a_row(9), a_row(8)), a_page(a_row(8), a_row(7)), a_page(a_row(7), a_row(1)))
    look = looked(a_reader(1), script)
    assert (seconds(look), look.gaps, look.is_whole) == ([7, 8, 9], 1, True)
    assert [asked.get("end") for asked in script.asked] == [None, str(START_S + 8), str(START_S + 7)]


def test_a_known_row_that_is_gone_is_looked_for_once_and_not_for_ever() -> None:
    """F43: a match that was taken back leaves the list."""
    reader = a_reader(1)
    look = looked(reader, Script(a_page(a_row(3)), a_page(a_row(3))))
    assert (seconds(look), look.is_whole, look.newest) == ([3], True, TimeMs((START_S + 3) * 1_000))


@pytest.mark.parametrize("first", [a_page(), a_page(a_row(3))])
def test_the_first_list_is_always_read_on_by_time(first: bytes) -> None:
    """F38, S0.20: nothing is known that could be missed."""
    script = Script(first, a_page(a_row(3), a_row(2)), a_page(a_row(2)))
    look = looked(a_reader(), script)
    assert (seconds(look), look.gaps) == ([2, 3], 0)


def test_pages_are_bounded_and_what_may_be_missing_is_said() -> None:
    """I26."""
    script = Script(*(a_page(a_row(90 - number), cursor="more") for number in range(3)))
    look = looked(a_reader(1, pages_max=3), script)
    assert (seconds(look), look.gaps, look.is_whole) == ([88, 89, 90], 1, True)
    assert look.reached == (START_S + 88) * 1_000
    assert "3 pages of /v2/trades were not enough" in look.words


@pytest.mark.parametrize("broken", [Unreachable("no answer", was_sent=True), b'{"data": [{"a'])
def test_what_was_read_before_the_trouble_is_found_but_the_look_is_not_whole(broken: bytes | Exception) -> None:
    """I22: else nothing would ever be read between it and what is known."""
    look = looked(a_reader(1), Script(a_page(a_row(9), a_row(8), cursor="b"), broken))
    assert (seconds(look), look.is_whole) == ([8, 9], False)
    assert (look.trouble is None, len(look.refused)) == ((False, 0) if isinstance(broken, Exception) else (True, 1))
