"""`copydesk status`: how the desk stands, in one screen."""

from __future__ import annotations

from copydesk.serve.cli import options
from copydesk.serve.cli.standing import show


def status(ledger: options.Ledger = None, as_json: options.Json = False) -> None:
    """Say in one screen how the desk stands."""
    show(ledger, as_json=as_json)
