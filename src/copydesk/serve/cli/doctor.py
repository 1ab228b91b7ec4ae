"""`copydesk doctor` and `copydesk healthcheck`: could the desk run here, and if not, why not (S4.4, S4.20)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from copydesk.domain.errors import CopydeskError
from copydesk.domain.venue_addresses import is_on_this_machine
from copydesk.serve.cli import health, options
from copydesk.serve.cli.findings import Finding, tell
from copydesk.serve.cli.state import own_ledger

if TYPE_CHECKING:
    from copydesk.settings.layers import Loaded

Offline = Annotated[bool, options.switch("--offline", "Leave out what needs the network.")]
Venue = Annotated[bool, options.switch("--venue", "Look at the venue though no leader is named.")]


def doctor(
    ledger: options.Ledger = None,
    offline: Offline = False,
    preset: options.Preset = None,
    settings: options.Settings = None,
    as_json: options.Json = False,
) -> None:
    """Check everything the desk stands on, with the fix for what is not well. Exit code 6 if anything fails."""
    loaded, findings = _local(ledger, options.flags(preset, settings))
    if loaded is not None and not offline:
        findings += _at_the_venue(loaded)
    tell(findings, is_short=False, as_json=as_json)


def healthcheck(ledger: options.Ledger = None, venue: Venue = False, as_json: options.Json = False) -> None:
    """As doctor, but say only what is not well. The venue is looked at if there is a leader to copy."""
    from copydesk.settings.lower_layers import leaders_named

    loaded, findings = _local(ledger, {})
    if loaded is not None and (venue or leaders_named(loaded.settings)):
        findings += _at_the_venue(loaded)
    tell(findings, is_short=True, as_json=as_json)


def _local(path: Path | None, flags: dict[str, str]) -> tuple[Loaded | None, list[Finding]]:
    """The settings, None if they cannot be used, and what was found on this machine."""
    from copydesk.settings.layers import load

    findings = health.machine()
    path = path or own_ledger()
    if path != own_ledger() or path.is_file():
        findings.append(health.ledger(path))
    try:
        loaded = load(flags)
    except CopydeskError as error:
        return None, [health.bad_settings(error), *findings]
    return loaded, [*health.settings_and_leaders(loaded), *findings]


def _at_the_venue(loaded: Loaded) -> list[Finding]:
    from copydesk.serve.cli.venue_findings import findings_of
    from copydesk.wiring.probe import look_at_venue

    venue = loaded.settings.venue
    return findings_of(look_at_venue(venue), is_local=is_on_this_machine(venue.clob))
