"""The shape of the settings: every key, its type, bounds and default. Money is in dollars, times carry their unit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from copydesk.domain.errors import BadInput
from copydesk.domain.limits import BelowMinimum
from copydesk.domain.venue_addresses import VENUE_URLS, checked_url
from copydesk.settings.amount_settings import AmountSettings
from copydesk.settings.cap_settings import CapSettings
from copydesk.settings.exit_settings import ExitSettings
from copydesk.settings.fields import Bps, Part, PriceOnGrid
from copydesk.settings.gate_settings import GateSettings
from copydesk.settings.relation_settings import AccountLayer, AccountSettings, LeaderSettings
from copydesk.settings.slip_settings import SlipBands
from copydesk.settings.stop_settings import StopSettings


class PaceSettings(Part):
    """How time is cut: the window whose trades are combined, and how long after its end we see them.

    Live, each leader's trades are asked for every `poll_ms` and holdings every `holdings_ms`; a decision waits for its
    market and book at most `prepare_max_ms`. `clock_speed` lets time run faster, for a trial against a local venue.
    """

    scan_window_ms: Annotated[int, Field(ge=1)] = 10_000
    """Trades of one leader, token and side within this window are one signal (S0.18)."""
    detection_lag_ms: Annotated[int, Field(ge=0)] = 5_000
    """In a replay: how long after the end of its window a trade is seen (S0.3)."""
    poll_ms: Annotated[int, Field(ge=500, le=60_000)] = 2_000
    """Live: how often each leader's trades are asked for (S2.8, C11)."""
    holdings_ms: Annotated[int, Field(ge=1_000, le=3_600_000)] = 10_000
    """Live: how often what each leader holds is asked for (S0.14)."""
    prepare_max_ms: Annotated[int, Field(ge=100, le=60_000)] = 1_500
    """Live: how long a decision waits for its market and book."""
    clock_speed: Annotated[int, Field(ge=1)] = 1
    """How fast time runs in a trial against a local market."""


class PaperSettings(Part):
    """The paper venue's model of the real one; see docs/paper.md."""

    latency_ms: Annotated[int, Field(ge=0)] = 500
    """How long an order takes to arrive on paper (S0.45)."""
    depth_bps: Bps = 2_500
    """How much of a modelled book's depth is there for us."""


class VenueSettings(Part):
    """The addresses of the venue's faces: its own, or one on this machine, where a local market can stand in (T26)."""

    gamma: str = VENUE_URLS["gamma"]
    """Where markets are described (T26)."""
    data: str = VENUE_URLS["data"]
    """Where trades and positions are listed (T26)."""
    clob: str = VENUE_URLS["clob"]
    """Where books and prices are (T26)."""
    ws_market: str = VENUE_URLS["ws_market"]
    """The stream of books (T26)."""
    ws_user: str = VENUE_URLS["ws_user"]
    """The stream of one's own orders (T26)."""
    rtds: str = VENUE_URLS["rtds"]
    """The stream of everybody's trades (T26)."""
    geoblock: str = VENUE_URLS["geoblock"]
    """Where the venue says whether one may trade from here (T26)."""

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
    """From which level on the log speaks (S1.35)."""
    file: Path | None = None
    """Where the log is kept as JSON lines; off by default (S4.16, S4.29)."""


class Settings(BaseSettings):
    """Everything a run is bound by. Made from one merged tree; the layers of that tree are `layers.py`'s."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    preset: str = "balanced"
    """The named set of settings to start from (C20)."""
    mode_ceiling: Literal["paper"] = "paper"
    """What no lower layer can exceed (S2.29, C29)."""
    mode: Literal["dry_run", "paper"] = "paper"
    """Simulated fills, or decisions only (S2.2, S4.14)."""
    account: AccountSettings = AccountSettings()
    leaders: tuple[LeaderSettings, ...] = ()
    """Whom to copy; in a replay, none means everybody (S0.16, S2.1, E9)."""
    accounts: tuple[AccountLayer, ...] = ()
    """Several accounts instead of the one of `account`, which they inherit from (E9, S0.21)."""
    gates: GateSettings = GateSettings()
    amount: AmountSettings = AmountSettings()
    caps: CapSettings = CapSettings()
    exits: ExitSettings = ExitSettings()
    stops: StopSettings = StopSettings()
    slip_max_bps: Bps = 400
    """How much above the leader's price an entry may pay (S4.12, E18)."""
    exit_slip_max_bps: Bps = 1_000
    """How much below the leader's price an exit may sell (E18)."""
    slip_max_usdc: PriceOnGrid | None = None
    """How much above the leader's price an entry may pay, in dollars a share; the tighter holds (E18)."""
    exit_slip_max_usdc: PriceOnGrid | None = None
    """How much below the leader's price an exit may sell, in dollars a share; the tighter holds (E18)."""
    touch_slip_max_bps: Bps | None = None
    """How much above the best ask of now an entry may pay (K25)."""
    slip_bands: SlipBands = ()
    """Slips of their own for leaders' prices up to `price_to`, in rising order (E18)."""
    below_minimum: BelowMinimum = BelowMinimum.RAISE
    """What becomes of a copy below the market's or the account's minimum (E14, K9)."""
    put_aside_max_s: Annotated[int, Field(ge=60, le=31_536_000)] = 86_400
    """With `below_minimum: accumulate`, for how long what is put aside waits until it is enough for an order (K23)."""
    sell_beyond_holding: bool = False
    """For audits: mirror sales of what was never bought."""
    halted: bool = False
    """No entries; exits go on (S2.37, C28)."""
    halt_file: Path = Path("copydesk.halt")
    """While this file exists a live desk makes no entries (S2.37); a name alone is looked for beside the ledger."""
    errors_max: Annotated[int, Field(ge=1, le=100)] = 5
    """So many signals that our own code fails over, in a row or within the window, halt an account until a person
    resumes (S4.18, C28)."""
    errors_window_s: Annotated[int, Field(ge=1)] = 600
    """How long failures count together that are not in a row (S4.18)."""
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
