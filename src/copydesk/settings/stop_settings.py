"""The settings of the stops: every limit, its unit, bounds and default. docs/stops.md has them in a table."""

from __future__ import annotations

from copydesk.settings.fields import Bps, Part


class StopSettings(Part):
    """When to stop entering; exits always go on. `null` switches a stop off."""

    daily_loss_max_bps: Bps | None = 500
    """No entry for the rest of a UTC day that has lost more of its first equity (S2.10, S3.19, C23)."""
    weekly_loss_max_bps: Bps | None = 3_000
    """No entry for the rest of a UTC week that has lost more of its first equity (S2.11, C23)."""
    drawdown_max_bps: Bps | None = None
    """No entry once equity has fallen further than this from its highest (E46)."""
