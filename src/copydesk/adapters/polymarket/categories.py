"""A careful guess at the category of a market, and what the venue charges in each (C32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copydesk.domain.category import UNKNOWN, Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_C = Category
SPORTS: Final = frozenset(
    {
        *(_C.SOCCER, _C.AMERICAN_FOOTBALL, _C.BASKETBALL, _C.BASEBALL, _C.HOCKEY, _C.TENNIS, _C.COMBAT),
        *(_C.MOTORSPORT, _C.CRICKET, _C.GOLF, _C.ESPORTS, _C.SPORTS_OTHER),
    }
)
_UNKNOWN_FEE_BPS = 500
_FEES_BPS: Final[Mapping[str, int]] = {
    **dict.fromkeys((_C.CRYPTO_UPDOWN, _C.CRYPTO), 700),
    **dict.fromkeys(SPORTS, 500),
    **dict.fromkeys((_C.FINANCE, _C.POLITICS_US, _C.POLITICS_WORLD, _C.ELECTIONS, _C.MENTIONS, _C.TECH), 400),
    **dict.fromkeys((_C.ECONOMICS, _C.CULTURE, _C.WEATHER, _C.SCIENCE), 500),
    _C.GEOPOLITICS: 0,
}
TAKER_DELAYS_MS: Final = (
    *((category.value, 3_000) for category in Category if category in SPORTS),
    *((category.value, 250) for category in (_C.CRYPTO_UPDOWN, _C.CRYPTO)),
)
"""How long the venue may hold a taker order back, by category: the longest seen (docs/paper.md)."""


def taker_fee_bps(category: str) -> int:
    """The venue's taker rate for a category today; for an unknown one the rate most categories have."""
    return _FEES_BPS.get(category, _UNKNOWN_FEE_BPS)


def category_of(*, tags: Iterable[str] = (), slug: str = "", event_slug: str = "", title: str = "") -> str:
    """The category of a market, or "unknown" where neither tags, slug nor title say it plainly.

    A slug is the surest: the venue builds those of games and price windows by rule. Then the most special tag, then
    words that mean one thing only. Tags and words may be in any case.
    """
    return str(
        _by_slug(slug.lower())
        or _by_slug(event_slug.lower())
        or _by_tags({tag.lower().replace(" ", "-") for tag in tags})
        or _by_words(title or slug.replace("-", " "))
        or UNKNOWN
    )


def _by_slug(slug: str) -> str:
    if "-updown-" in slug or "-up-or-down-" in slug:
        coin = slug.partition("-up")[0]
        return _C.CRYPTO_UPDOWN if coin in _COINS else _C.FINANCE if coin in _STOCKS else ""
    first, _, rest = slug.partition("-")
    league = _LEAGUES.get(first, "")
    return league if league and _has_date(rest) else ""


def _has_date(slug: str) -> bool:
    """Whether a slug carries a day, as those of games do: -2026-04-05 at its end or before a suffix."""
    parts = slug.split("-")
    return any(
        len(year) == len("2026") and year.isdigit() and month.isdigit() and day.isdigit()
        for year, month, day in zip(parts, parts[1:], parts[2:], strict=False)
    )


def _by_tags(tags: set[str]) -> str:
    for category, names in _TAGS:
        if not names.isdisjoint(tags):
            return category
    return ""


def _by_words(title: str) -> str:
    words = f" {' '.join(''.join(c if c.isalnum() else ' ' for c in title.lower()).split())} "
    for category, phrases in _PHRASES:
        if any(phrase in words for phrase in phrases):
            return category
    return ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COINS: Final = _words("btc eth sol xrp doge bnb hype bitcoin ethereum solana dogecoin hyperliquid ada cardano ltc")
_STOCKS: Final = _words("spx spx-opens googl aapl msft nvda tsla amzn meta ndx qqq spy nasdaq dji")


def _leagues(**names: str) -> dict[str, str]:
    return {name: Category[category.upper()].value for category, listed in names.items() for name in listed.split()}


_LEAGUES: Final[Mapping[str, str]] = _leagues(
    soccer="epl lal elc mls arg cde mex bra ere spl sea tur es2 caf por scop fl1 fif fifwc bun efa rus ucl fr2 nor"
    " uef uel col col1 bl2 jap cdr cze1 rou1 cof egy1 ja2 aus lib kor den dfb sud per1 con acn chi1 chi ucol efl"
    " itsb itc nwsl uecl",
    american_football="nfl cfb ufl",
    basketball="nba cbb wnba cwbb eurobasket euroleague bknbl bkcba bkkbl bkfr1 bkligend bkarg bkseriea",
    baseball="mlb kbo npb",
    hockey="nhl khl ahl shl",
    tennis="atp wta wimbledon usopen",
    combat="ufc boxing zuffa",
    motorsport="f1 nascar motogp indycar",
    cricket="crint craus crind crban crsou cruae crnew crpak cripl ipl cricipl",
    golf="pga liv",
    esports="cs2 lol dota2 val csgo mlbb ow sc2 rl codmw r6siege hok pubg",
    sports_other="rusrp rueuchamp rutopft rusixnat ruurc ruprem darts chess",
)

# The first line that has one of a market's tags decides: games before leagues of opinion, places before politics.
_TAGS: Final = tuple(
    (category.value, _words(names))
    for category, names in (
        (_C.CRYPTO_UPDOWN, "up-or-down"),
        (_C.ESPORTS, "esports counter-strike-2 league-of-legends dota-2 valorant cs2"),
        (_C.SOCCER, "soccer epl premier-league champions-league fifa-world-cup 2026-fifa-world-cup la-liga uefa mls"),
        (_C.AMERICAN_FOOTBALL, "nfl cfb ncaa-football super-bowl"),
        (_C.BASKETBALL, "nba basketball ncaa-basketball wnba cbb"),
        (_C.BASEBALL, "mlb baseball kbo"),
        (_C.HOCKEY, "nhl hockey"),
        (_C.TENNIS, "tennis atp wta"),
        (_C.COMBAT, "ufc mma boxing"),
        (_C.MOTORSPORT, "f1 formula-1 nascar motogp"),
        (_C.CRICKET, "cricket ipl"),
        (_C.GOLF, "golf pga"),
        (_C.MENTIONS, "mention-markets mentions"),
        (_C.SPORTS_OTHER, "sports olympics chess rugby darts cycling"),
        (_C.WEATHER, "weather temperature hurricanes climate-weather"),
        (_C.CRYPTO, "crypto crypto-prices bitcoin ethereum solana xrp ripple defi airdrops memecoins"),
        (_C.ECONOMICS, "fed fed-rates fomc inflation jobs-report economic-policy gdp macro-indicators jerome-powell"),
        (_C.FINANCE, "finance stocks equities commodities oil nymex-crude-oil-futures earnings ipos indicies indices"),
        (
            _C.ELECTIONS,
            "elections global-elections world-elections us-election usa-election us-presidential-election primaries"
            " midterms nepal-election thailand-election portugal-election macro-election-2 mayoral-elections",
        ),
        (
            _C.GEOPOLITICS,
            "geopolitics middle-east ukraine iran israel gaza hamas hezbollah houthis military-strikes military-action"
            " ceasefire foreign-policy diplomacy-ceasefire war nato nuclear strait-of-hormuz hormuz ukraine-map",
        ),
        (
            _C.POLITICS_US,
            "us-politics trump-presidency trump congress us-government courts biden trump-100-days uscourts",
        ),
        (_C.TECH, "tech ai big-tech openai google apple grok deepseek"),
        (_C.SCIENCE, "science space health pandemics"),
        (_C.CULTURE, "culture pop-culture awards movies music celebrities creators twitter elon-musk tv"),
        (_C.ECONOMICS, "economy tariffs trade-war taxes business"),
        (_C.POLITICS_WORLD, "world politics world-affairs global-politics international-relations next-pope"),
    )
)

_PHRASES: Final = tuple(
    (category.value, tuple(f" {phrase} " for phrase in phrases.split("|")))
    for category, phrases in (
        (
            _C.CRYPTO_UPDOWN,
            "bitcoin up or down|ethereum up or down|solana up or down|xrp up or down|dogecoin up or down",
        ),
        (_C.MENTIONS, "say|mention|be said|be mentioned"),
        (_C.WEATHER, "highest temperature|lowest temperature|hurricane|inches of snow|inches of rain|hottest year"),
        (_C.CRYPTO, "bitcoin|ethereum|solana|dogecoin|xrp|airdrop|fdv|stablecoin|hyperliquid|crypto"),
        (
            _C.ECONOMICS,
            "fed rates|fed decrease|fed increase|interest rates|repo rate|inflation|cpi|gdp|unemployment rate",
        ),
        (
            _C.FINANCE,
            "s p 500|nasdaq|treasury yield|crude oil|market cap|close above|close at|earnings|largest company",
        ),
        (_C.SOCCER, "premier league|champions league|la liga|serie a|bundesliga|fa cup|world cup|ballon d or"),
        (_C.AMERICAN_FOOTBALL, "super bowl|nfl"),
        (_C.BASKETBALL, "nba|wnba|ncaa tournament"),
        (_C.BASEBALL, "world series|mlb"),
        (_C.HOCKEY, "stanley cup|nhl"),
        (_C.COMBAT, "ufc"),
        (_C.MOTORSPORT, "formula 1|grand prix|drivers champion|f1"),
        (_C.ESPORTS, "counter strike|league of legends|dota 2|valorant|esports"),
        (_C.TENNIS, "wimbledon|roland garros|australian open|grand slam"),
        (_C.GOLF, "pga tour|masters tournament|liv golf|pebble beach"),
        (
            _C.GEOPOLITICS,
            "ceasefire|invade|invasion|hezbollah|hamas|nuclear weapon|military action|missile|airstrike|khamenei",
        ),
        (
            _C.ELECTIONS,
            "election|presidential nomination|win the presidency|next president of|next prime minister|popular vote"
            "|electoral|primary winner|mayoral",
        ),
        (
            _C.CULTURE,
            "oscar|grammy|box office|rotten tomatoes|album|spotify|taylor swift|eurovision|tweets|netflix|emmy|awards",
        ),
        (_C.TECH, "openai|gpt 5|gpt 6|grok|gemini|ai model|deepseek"),
        (
            _C.POLITICS_US,
            "government shutdown|supreme court|impeach|trump nominate|senate confirm|executive order|approval rating",
        ),
    )
)
