"""The words of a script's steps, read strictly: a missing or odd one is named."""

from collections.abc import Mapping
from typing import Final, cast

from fakemarket.director.titles import TAG_IDS, tag
from fakemarket.world.money import FeeSchedule, parse_micros
from fakemarket.world.tokens import MarketPlan, Tag, Version

CENT: Final = 10_000
FIVE_SHARES: Final = 5_000_000


class ScriptError(ValueError):
    """A step that cannot be read or acted: it says which word is wrong."""


class Step:
    """One entry of a script."""

    def __init__(self, entry: Mapping[str, object]) -> None:
        if not isinstance(entry, Mapping):
            raise ScriptError(f"a step is a mapping, not {entry!r}")
        self._entry = entry

    @property
    def verb(self) -> str:
        return self.text("do")

    @property
    def at_ms(self) -> int:
        return self.micros("at", 0) // 1000

    def has(self, key: str) -> bool:
        return self._entry.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        value = self._entry.get(key, default)
        if value is None:
            raise ScriptError(f"{key} is missing in {dict(self._entry)!r}")
        return str(value)

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default).upper()
        if value not in allowed:
            raise ScriptError(f"{key} must be one of {', '.join(allowed)}, not {value}")
        return value

    def micros(self, key: str, default: int | None = None) -> int:
        """Read an amount, price or number of seconds into millionths."""
        if not self.has(key) and default is not None:
            return default
        try:
            return parse_micros(self.text(key))
        except ValueError as error:
            raise ScriptError(f"{key}: {error}") from error

    def truth(self, key: str, *, default: bool) -> bool:
        return self.text(key, str(default)).lower() == "true"

    def mapping(self, key: str) -> dict[str, object]:
        return dict(cast(Mapping[str, object], self._entry.get(key) or {}))

    def listed(self, key: str) -> list[object]:
        value = self._entry.get(key) or []
        if not isinstance(value, list):
            raise ScriptError(f"{key} must be a list")
        return value

    def levels(self, key: str) -> list[tuple[int, int]]:
        """Read pairs of price and size."""
        found = []
        for pair in self.listed(key):
            if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004
                raise ScriptError(f"{key} must be pairs of price and size")
            found.append((parse_micros(str(pair[0])), parse_micros(str(pair[1]))))
        return found


def read_market(step: Step, now_ms: int) -> MarketPlan:
    """Read a market; what is not said is a plain binary one with a cent as its tick and without fees."""
    fee_bps = int(step.text("fee_bps", "0"))
    outcomes = [str(outcome) for outcome in step.listed("outcomes")] or ["Yes", "No"]
    if len(outcomes) != 2:  # noqa: PLR2004
        raise ScriptError("a market has two outcomes")
    ends = step.has("ends_in_s")
    return MarketPlan(
        question=step.text("question"),
        outcomes=(outcomes[0], outcomes[1]),
        version=cast(Version, step.choice("version", ("V1", "V2"), "v1").lower()),
        neg_risk=step.text("neg_risk", "false").lower() == "true",
        tick=step.micros("tick", CENT),
        minimum=step.micros("minimum", FIVE_SHARES),
        fees=FeeSchedule(rate_bps=fee_bps) if fee_bps else None,
        category=step.text("category", "other"),
        tags=tuple(read_tag(str(slug)) for slug in step.listed("tags")),
        taker_delay_ms=int(step.text("taker_delay_ms", "0")),
        seconds_delay=int(step.text("seconds_delay", "0")),
        end_ms=now_ms + step.micros("ends_in_s") // 1000 if ends else None,
    )


def read_tag(slug: str) -> Tag:
    if slug in TAG_IDS:
        return tag(slug)
    return Tag(id=str(900_000 + sum(slug.encode())), slug=slug, label=slug.replace("-", " ").title())
