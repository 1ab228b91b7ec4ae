"""Frames of the venue's public activity stream (RTDS): an envelope in milliseconds around a Data API v1 row."""

from __future__ import annotations

from typing import Any

from copydesk.adapters.polymarket.parse.identity import LeaderEvent
from copydesk.adapters.polymarket.parse.known_columns import DATA_API
from copydesk.adapters.polymarket.parse.refusals import Refused, RefusedRow, shown
from copydesk.adapters.polymarket.parse.rows import MappedRows

_PAYLOAD = MappedRows(DATA_API, source="rtds")


def frame_event(frame: Any) -> LeaderEvent:
    """The trade of a frame of topic `activity`; any other topic is no trade. The payload's time counts, in seconds."""
    if type(frame) is not dict:
        raise Refused(RefusedRow.WRONG_TYPE, shown(frame))
    topic, kind, payload = frame.get("topic"), frame.get("type"), frame.get("payload")
    if topic != "activity" or kind not in ("trades", "orders_matched"):
        raise Refused(RefusedRow.NOT_A_TRADE, f"topic {shown(topic)}, type {shown(kind)}")
    if type(payload) is not dict:
        raise Refused(RefusedRow.WRONG_TYPE, f"payload {shown(payload)}")
    return _PAYLOAD.event_of(payload)
