"""The frames of the activity feed: camel case, numbers as numbers, the envelope in ms and the payload in seconds."""

from fakemarket.faces.streams.numbers import address_text, plain_number
from fakemarket.world.accounts import Profile
from fakemarket.world.tokens import Market
from fakemarket.world.trades import Fill


def activity_frame(kind: str, at_ms: int, payload: dict[str, object]) -> dict[str, object]:
    """Give the frame without its connection id, which each session puts in front."""
    return {"payload": payload, "timestamp": at_ms, "topic": "activity", "type": kind}


def activity_payload(fill: Fill, market: Market, event_slug: str, profile: Profile | None) -> dict[str, object]:
    return {
        "asset": fill.token,
        "bio": "" if profile is None else profile.bio,
        "conditionId": market.condition,
        "eventSlug": event_slug,
        "icon": "",
        "name": "" if profile is None else profile.name,
        "outcome": market.outcome(fill.token),
        "outcomeIndex": market.index(fill.token),
        "price": plain_number(fill.price_micros),
        "profileImage": "" if profile is None else profile.image,
        "proxyWallet": address_text(fill.wallet),
        "pseudonym": "" if profile is None else profile.pseudonym,
        "side": fill.side,
        "size": plain_number(fill.size),
        "slug": market.slug,
        "timestamp": fill.timestamp_s,
        "title": market.question,
        "transactionHash": fill.transaction_hash,
    }
