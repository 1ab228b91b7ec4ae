"""The shape of the settings: every key, its type, bounds and default. Money is in dollars, times carry their unit."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from copydesk.domain.errors import BadInput
from copydesk.domain.limits import AmountMode, BelowMinimum
from copydesk.domain.venue_addresses import VENUE_URLS, checked_url
from copydesk.settings.fields import Bps, Money, Part
from copydesk.settings.gate_settings import GateSettings

_WALLET_LENGTH = 42
_HEX_ONLY = re.compile(r"0[xX][0-9a-fA-F]*")


def _not_a_cut_wallet(text: str) -> str:
    """A wallet, a profile's address or a name; what is all hex digits and yet no wallet was mistyped."""
    if _HEX_ONLY.fullmatch(text) and len(text) != _WALLET_LENGTH:
        raise PydanticCustomError("leader", "a wallet (0x and 40 hex digits), a profile's address, or a name")
    return text


LeaderText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_not_a_cut_wallet),
]


class AccountSettings(Part):
    """The account that copies."""

    id: str = "desk"
    client: str = "me"
    bankroll_usdc: Money = Decimal(1_000)


class AmountSettings(Part):
    """How much to put into one copy before the caps."""

    mode: AmountMode = AmountMode.PRO_RATA
    fixed_usdc: Money = Decimal(25)
    factor_bps: Annotated[int, Field(ge=0, le=100_000)] = 1_000
    parts: Annotated[int, Field(ge=1)] = 10


class CapSettings(Part):
    """The most that may be at stake; basis points are of the bankroll."""

    trade_min_usdc: Money = Decimal(10)
    trade_max_usdc: Money | None = Decimal(200)
    trade_bps: Bps = 300
    market_max_usdc: Money | None = None
    market_bps: Bps = 800
    leader_bps: Bps = 2_000
    total_max_usdc: Money | None = None
    total_bps: Bps = 6_000
    reserve_bps: Bps = 1_000


class LeaderSettings(Part):
    """One followed leader, and where it may be bound tighter than the account.

    `wallet` is a wallet; where the desk is live, a profile's address or a name will do. `copy_existing` also buys what
    the leader holds already when we begin to follow, at the leader's average or better.
    """

    wallet: LeaderText
    copy_existing: bool = False
    bankroll_usdc: Money | None = None
    amount: AmountSettings | None = None
    caps: CapSettings | None = None


class PaceSettings(Part):
    """How time is cut: the window whose trades are combined, and how long after its end we see them.

    Live, each leader's trades are asked for every `poll_ms` and holdings every `holdings_ms`; a decision waits for its
    market and book at most `prepare_max_ms`. `clock_speed` lets time run faster, for a trial against a local venue.
    """

    scan_window_ms: Annotated[int, Field(ge=1)] = 10_000
    detection_lag_ms: Annotated[int, Field(ge=0)] = 5_000
    poll_ms: Annotated[int, Field(ge=500, le=60_000)] = 2_000
    holdings_ms: Annotated[int, Field(ge=1_000, le=3_600_000)] = 10_000
    prepare_max_ms: Annotated[int, Field(ge=100, le=60_000)] = 1_500
    clock_speed: Annotated[int, Field(ge=1)] = 1


class PaperSettings(Part):
    """The paper venue's model of the real one; see docs/paper.md."""

    latency_ms: Annotated[int, Field(ge=0)] = 500
    depth_bps: Bps = 2_500


class VenueSettings(Part):
    """The addresses of the venue's faces: its own, or one on this machine, where a local market can stand in (T26)."""

    gamma: str = VENUE_URLS["gamma"]
    data: str = VENUE_URLS["data"]
    clob: str = VENUE_URLS["clob"]
    ws_market: str = VENUE_URLS["ws_market"]
    ws_user: str = VENUE_URLS["ws_user"]
    rtds: str = VENUE_URLS["rtds"]
    geoblock: str = VENUE_URLS["geoblock"]

    @field_validator("*")
    @classmethod
    def _is_allowed(cls, text: str, info: ValidationInfo) -> str:
        try:
            return checked_url(info.field_name or "", text)
        except BadInput as error:
            raise PydanticCustomError(
                "address", "{allowed}; {remedy}", {"allowed": error.allowed, "remedy": error.remedy}
            ) from error


class LogSettings(Part):
    """Where the program talks; the file gets JSON lines."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    file: Path | None = None


class Settings(BaseSettings):
    """Everything a run is bound by. Made from one merged tree; the layers of that tree are `layers.py`'s."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    preset: str = "balanced"
    mode_ceiling: Literal["paper"] = "paper"
    mode: Literal["dry_run", "paper"] = "paper"
    account: AccountSettings = AccountSettings()
    leaders: tuple[LeaderSettings, ...] = ()
    gates: GateSettings = GateSettings()
    amount: AmountSettings = AmountSettings()
    caps: CapSettings = CapSettings()
    slip_max_bps: Bps = 400
    exit_slip_max_bps: Bps = 1_000
    below_minimum: BelowMinimum = BelowMinimum.RAISE
    sell_beyond_holding: bool = False
    halted: bool = False
    pace: PaceSettings = PaceSettings()
    paper: PaperSettings = PaperSettings()
    venue: VenueSettings = VenueSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take nothing but what is passed in: the layers are read, with their origins, in `layers.py`."""
        return (init_settings,)
