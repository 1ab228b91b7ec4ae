"""Who is meant by the leaders that the settings name: each is looked up once, and the rules of a live run follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.adapters.polymarket.http.trouble import VenueTrouble
from copydesk.adapters.polymarket.live.profiles import resolve
from copydesk.domain.errors import BadInput
from copydesk.domain.limits import AmountMode
from copydesk.domain.live_status import Followed
from copydesk.flow.desk import Rules
from copydesk.run.recall import LIVE
from copydesk.settings.limits import as_wallet, bankrolls, relations
from copydesk.settings.lower_layers import accounts, leaders_named
from copydesk.settings.micros import usdc

if TYPE_CHECKING:
    from collections.abc import Callable

    from copydesk.adapters.polymarket.http.venue_http import VenueHttp
    from copydesk.settings.layers import Loaded
    from copydesk.settings.schema import Settings


class Leaders:
    """The leaders of a desk. `told` hears of each one when it is found: which wallet, and how (K24)."""

    def __init__(self, http: VenueHttp, told: Callable[[Followed], None] | None = None) -> None:
        self._http, self._told = http, told
        self._found: dict[str, Followed] = {}
        self.followed: tuple[Followed, ...] = ()

    async def rules(self, loaded: Loaded) -> Rules:
        """The rules of a live run under these settings. Raises `BadInput` for settings that cannot be run live."""
        settings = loaded.settings
        refuse_what_is_not_live(settings)
        followed = [await self._meant(name) for name in leaders_named(settings)]
        made = relations(loaded, {each.given: each.wallet for each in followed})
        self.followed = tuple(followed)
        return Rules(
            run=LIVE,
            preset=settings.preset,
            settings_version=loaded.version,
            relations=made,
            bankroll=usdc(settings.account.bankroll_usdc),
            bankrolls=bankrolls(settings),
            scan_window_ms=settings.pace.scan_window_ms,
            detection_lag_ms=settings.pace.detection_lag_ms,
            is_halted=settings.halted,
            errors_max=settings.errors_max,
            errors_window_ms=1_000 * settings.errors_window_s,
        )

    async def _meant(self, text: str) -> Followed:
        known = self._found.get(text)
        if known is None:
            known = self._found[text] = await self._find(text)
            if self._told is not None:
                self._told(known)
        return known

    async def _find(self, text: str) -> Followed:
        """Ask the venue. An address is taken as it is where the venue does not answer; a name cannot be."""
        try:
            found = await resolve(text, self._http)
        except VenueTrouble:
            address = as_wallet(text)
            if address is None:
                raise
            return Followed(given=text, wallet=address, name="", how="the address as given; nobody answered for it")
        return Followed(given=text, wallet=found.wallet, name=found.name, how=found.how)


def refuse_what_is_not_live(settings: Settings) -> None:
    """Raise `BadInput` for settings that no live desk can have; needs no venue."""
    if any(not account.leaders for account in accounts(settings)):
        remedy = "name one with --leader or in copydesk.yaml"
        raise BadInput("leaders", found="none", allowed="at least one", remedy=remedy)
    if settings.amount.mode is AmountMode.EXACT:
        raise BadInput("amount.mode", found="exact", allowed="any other mode: exact is for audits of recorded trades")
