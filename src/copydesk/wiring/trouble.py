"""What a face may have to tell of the venue: that it did not give what it was asked for."""

from __future__ import annotations

from copydesk.adapters.polymarket.http.trouble import VenueTrouble

__all__ = ["VenueTrouble"]
