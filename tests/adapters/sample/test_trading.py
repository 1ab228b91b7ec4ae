"""Prices of the sample world are fair although every end is fixed beforehand."""

from collections import Counter
from random import Random

import msgspec

from copydesk.adapters.sample.markets import SampleMarkets
from copydesk.adapters.sample.trading import LiveMarket

WALKS, MOVES = 4_000, 400


def test_a_price_is_the_chance_of_a_win_wherever_the_walk_has_led() -> None:
    """Of all walks that stand between 20 and 40 cents, so many end with a win as their prices say; and so on."""
    bits = Random(1).getrandbits
    market = SampleMarkets(7).numbered(0)
    won: Counter[int] = Counter()
    cents: Counter[int] = Counter()
    walks: Counter[int] = Counter()
    for number in range(WALKS):
        winner = 0 if number % 100 < 40 else 1
        live = LiveMarket(msgspec.structs.replace(market, winner=winner, opening_cents=40))
        for _ in range(MOVES):
            live.move(bits(16))
        fifth = live.cents // 20
        walks[fifth] += 1
        cents[fifth] += live.cents
        won[fifth] += 100 * (winner == 0)
    often = {fifth: count for fifth, count in walks.items() if count > 300}
    assert len(often) >= 4
    for fifth, count in often.items():
        assert abs(won[fifth] - cents[fifth]) < 4 * count, f"{won[fifth] // count} of 100 at {cents[fifth] // count}"
