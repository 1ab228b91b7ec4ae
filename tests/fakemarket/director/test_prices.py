"""Fair prices: a fair game that ends at nought or one."""

from statistics import fmean

from fakemarket.director.prices import FairPrice, FairRace, Lane, dice_of
from fakemarket.world.money import ONE

HOUR_MS = 3_600_000


def a_price(seed: int, first: float = 0.3) -> FairPrice:
    return FairPrice(dice=dice_of(seed, "test"), start_ms=0, end_ms=HOUR_MS, first=first)


def test_a_price_starts_where_it_was_put_and_ends_sure() -> None:
    price = a_price(1)
    assert abs(price.at(0) - 300_000) <= 1
    end = price.at(HOUR_MS)
    assert price.is_over
    assert end == (998_000 if price.ends_yes else 2_000)
    assert price.at(2 * HOUR_MS) == end


def test_a_price_is_a_fair_game() -> None:
    """Of many markets at 0.30 three in ten end Yes, and half-way the mean is still 0.30."""
    prices = [a_price(seed) for seed in range(4_000)]
    halfway = fmean(price.at(HOUR_MS // 2) for price in prices)
    ended = fmean(float(price.at(HOUR_MS) > ONE // 2) for price in prices)
    assert abs(halfway / ONE - 0.3) < 0.015
    assert abs(ended - 0.3) < 0.025


def test_a_seed_repeats_a_price_and_another_one_does_not() -> None:
    walks = [[price.at(minute * 60_000) for minute in range(60)] for price in (a_price(5), a_price(5), a_price(6))]
    assert walks[0] == walks[1] != walks[2]


def test_good_news_pushes_a_price_up() -> None:
    price = a_price(3)
    before = price.at(1_000)
    price.nudge(0.5)
    assert price.at(1_000) > before


def test_of_a_race_exactly_one_wins_and_the_chances_add_up() -> None:
    race = FairRace(dice=dice_of(2, "race"), start_ms=0, end_ms=HOUR_MS, runners=4)
    lanes = [Lane(race, runner) for runner in range(4)]
    for minute in range(0, 60, 5):
        assert abs(sum(lane.at(minute * 60_000) for lane in lanes) - ONE) < 4 * 2_000 + 4
    assert [lane.at(HOUR_MS) > ONE // 2 for lane in lanes].count(True) == 1
    assert [lane.ends_yes for lane in lanes].count(True) == 1


def test_each_actor_has_dice_of_its_own() -> None:
    assert dice_of(7, "a").random() != dice_of(7, "b").random()
    assert dice_of(7, "a").random() == dice_of(7, "a").random()
