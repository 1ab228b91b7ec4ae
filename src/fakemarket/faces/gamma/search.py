"""Gamma's search and profiles: from a name to wallets, which need not be one, and from a wallet to a name."""

import re
from typing import Final

from fakemarket.faces.gamma.documents import event_document, found_profile, profile_document
from fakemarket.faces.gamma.filters import GammaError, Parameters, flag, integer
from fakemarket.world.exchange import Exchange
from fakemarket.world.tokens import Event

PER_KIND_DEFAULT: Final = 5
PER_KIND_MAX: Final = 100
ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}\Z")


def public_search(exchange: Exchange, parameters: Parameters) -> dict[str, object]:
    """Answer `/public-search`: events always, tags and profiles only when asked for; paged by number."""
    words = parameters.get("q", "").strip().lower()
    if words == "":
        raise GammaError(422, "validation error", "q is required")
    limit = min(integer(parameters, "limit_per_type", PER_KIND_DEFAULT), PER_KIND_MAX)
    start = (max(1, integer(parameters, "page", 1)) - 1) * limit
    events = [event for event in exchange.catalog.events.values() if _matches(exchange, event, parameters, words)]
    with_closed = integer(parameters, "keep_closed_markets", 0) == 1
    shown = [
        event_document(exchange, event, with_closed_markets=with_closed or event.closed)
        for event in events[start : start + limit]
    ]
    tags = [tag for tag in exchange.catalog.tags() if words in tag.label.lower()]
    people = [account for account in exchange.accounts.all() if words in account.profile.name.lower()]
    wants_tags, wants_people = flag(parameters, "search_tags"), flag(parameters, "search_profiles")
    found = [len(events), len(tags) * bool(wants_tags), len(people) * bool(wants_people)]
    tag_rows = [
        {"id": tag.id, "label": tag.label, "slug": tag.slug, "event_count": 0} for tag in tags[start : start + limit]
    ]
    profiles = [found_profile(account) for account in people[start : start + limit]]
    return {
        "events": shown,
        "tags": tag_rows if wants_tags else [],
        "profiles": profiles if wants_people else [],
        "pagination": {"hasMore": max(found) > start + limit, "totalResults": sum(found)},
    }


def _matches(exchange: Exchange, event: Event, parameters: Parameters, words: str) -> bool:
    """Say whether an event is found: by its title or a question, with the state and the tag asked for."""
    status = parameters.get("events_status", "active")
    tags = set(parameters.getall("events_tag", []))
    questions = (exchange.catalog.markets[condition].question for condition in event.conditions)
    return (
        any(words in text.lower() for text in (event.title, *questions))
        and (status not in {"active", "resolved"} or event.closed == (status == "resolved"))
        and (not tags or any(tag.slug in tags for tag in event.tags))
    )


def public_profile(exchange: Exchange, parameters: Parameters) -> dict[str, object]:
    """Answer `/public-profile`, by wallet or by the address that owns one."""
    address = parameters.get("address", "").lower()
    if not ADDRESS.match(address):
        raise GammaError(400, "validation error", "invalid address")
    account = exchange.accounts.by_wallet(address) or next(iter(exchange.accounts.by_eoa(address)), None)
    if account is None:
        raise GammaError(404, "not found error", "profile not found")
    return profile_document(account)
