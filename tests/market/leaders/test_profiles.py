"""Finding the wallet that an address, a URL or a name means, in the fake market's profiles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copydesk.adapters.polymarket.live.profiles import Resolved, resolve
from copydesk.domain.errors import BadInput
from fakemarket.world.accounts import Account
from tests.market.leaders.stage import Stage, play

NOBODY = "0x" + "00" * 19 + "aa"


def found(text: Callable[[Account], str], *also: str) -> tuple[Account, Resolved]:
    """What a text about ann resolves to, with people of these names there too."""
    answers: list[tuple[Account, Resolved]] = []

    async def act(stage: Stage) -> None:
        for name in also:
            stage.open(name)
        ann = stage.leaders[0]
        answers.append((ann, await resolve(text(ann), stage.http)))

    play(act)
    return answers[0]


def refusal(text: str, *also: str) -> str:
    with pytest.raises(BadInput) as info:
        found(lambda _: text, *also)
    return str(info.value)


@pytest.mark.parametrize(
    "text",
    [
        lambda ann: ann.wallet,
        lambda ann: f"  {ann.wallet.upper().replace('0X', '0x')}\n",
        lambda ann: ann.eoa,
        lambda ann: f"https://polymarket.com/profile/{ann.wallet}",
        lambda ann: f"https://polymarket.com/profile/{ann.wallet}?tab=positions#top",
        lambda ann: f"polymarket.com/profile/{ann.wallet}/",
        lambda _: "https://polymarket.com/@ann?via=somebody",
        lambda _: "https://www.polymarket.com/en/@ann",
        lambda _: "https://polymarket.com/profile/%40ann",
        lambda _: "@ann",
        lambda _: "ann",
        lambda _: " ANN ",
    ],
)
def test_an_address_a_url_and_a_name_mean_the_wallet_that_trades(text: Callable[[Account], str]) -> None:
    """K24, trap 8."""
    ann, resolved = found(text, "annabel", "joanne")
    assert (resolved.wallet, resolved.name) == (ann.wallet, "ann")


def test_an_owners_address_says_which_wallet_it_stands_for() -> None:
    """K24, trap 8: the account that owns a wallet does not trade itself."""
    ann, resolved = found(lambda ann: ann.eoa)
    assert resolved.wallet == ann.wallet != ann.eoa
    assert ann.eoa in resolved.how


def test_an_address_without_a_profile_is_taken_as_it_is_and_that_is_said() -> None:
    _, resolved = found(lambda _: NOBODY)
    assert (resolved.wallet, resolved.name, "no profile" in resolved.how) == (NOBODY, "", True)


def test_a_name_that_several_have_names_them_all() -> None:
    """K24: never guess whom to copy."""
    words = refusal("Ann", "ANN", "annabel")
    assert words.count("0x") == 2
    assert "2 profiles named 'Ann'" in words
    assert "annabel" not in words


def test_a_name_nobody_has_names_those_that_are_like_it() -> None:
    words = refusal("an", "annabel")
    assert "ann 0x" in words
    assert "annabel 0x" in words


def test_a_name_that_nobody_has_a_part_of_is_refused() -> None:
    assert "no profile named 'zebra'" in refusal("zebra")


def test_the_one_of_that_name_is_found_behind_many_that_are_like_it() -> None:
    _, resolved = found(lambda _: "zoe", *(f"{number} zoe" for number in range(60)), "zoe")
    assert resolved.name == "zoe"


@pytest.mark.parametrize(
    "text",
    [
        "https://polymarket.example/@ann",
        "https://polymarket.com.example.org/@ann",
        "https://polymarket.com@example.org/@ann",
        "https://ann@polymarket.com/@ann",
        "https://polymarket.com:8443/@ann",
        "ftp://polymarket.com/@ann",
        "file:///@ann",
        "https://[/@ann",
    ],
)
def test_the_url_of_another_site_is_refused(text: str) -> None:
    """T26."""
    assert "polymarket.com" in refusal(text)


@pytest.mark.parametrize("text", ["", "   ", "https://polymarket.com/event/rain", "0x12345", "0x" + "ab" * 21])
def test_what_names_nobody_is_refused_with_what_would(text: str) -> None:
    assert "allowed" in refusal(text)


def test_a_name_that_would_paint_the_terminal_is_shown_without_its_paint() -> None:
    words = refusal("x", "x\x1b[31mred", "x\u202egnol")
    assert words.isprintable()
    assert "x[31mred 0x" in words
