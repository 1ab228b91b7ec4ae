"""Who is meant by an address, a profile's URL or a name: `resolve` says which wallet trades, and how it was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

import msgspec

from copydesk.adapters.polymarket.http.trouble import Forbidden, Refused, Unreachable
from copydesk.adapters.polymarket.live.polling.asking import Reads
from copydesk.domain.errors import BadInput
from copydesk.domain.ids import Wallet

_WHAT: Final = "leader"
_ALLOWED: Final = "a wallet's address, the URL of a profile on polymarket.com, or a name as the profile shows it"
_SITES: Final = frozenset({"polymarket.com", "www.polymarket.com"})
_ADDRESS_LENGTH: Final = 42
_HEX: Final = frozenset("0123456789abcdef")
_SHOWN_MAX: Final = 10
_PAGE: Final = 50
_PAGES_MAX: Final = 4
_NOT_FOUND: Final = 404


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """The wallet that was meant; `name` as its profile shows it, empty without one; `how` it was found, in words."""

    wallet: Wallet
    name: str
    how: str


class _Profile(msgspec.Struct, rename="camel"):
    """The parts of a profile that say who it is."""

    proxy_wallet: str | None = None
    name: str | None = None


class _Pages(msgspec.Struct, rename="camel"):
    """Whether a search has found more."""

    has_more: bool = False


class _Search(msgspec.Struct):
    """What a search has found."""

    profiles: list[_Profile] | None = None
    pagination: _Pages | None = None


_Said = TypeVar("_Said", _Profile, _Search)
_PROFILE: Final = msgspec.json.Decoder(_Profile)
_SEARCH: Final = msgspec.json.Decoder(_Search)


async def resolve(text: str, http: Reads) -> Resolved:
    """Find the wallet that `text` means. Raises `BadInput` if that is nobody or not clear, or `VenueTrouble`.

    An address that owns a trading wallet stands for that wallet: only the wallet trades in public (trap 8).
    """
    meant = _without_site(text.strip())
    if not meant:
        raise BadInput(_WHAT, found="nothing", allowed=_ALLOWED)
    address = meant.lower()
    if address.startswith("0x") and _HEX.issuperset(address[2:]):
        return await _of_address(address, http)
    return await _of_name(meant.removeprefix("@"), http)


def _without_site(text: str) -> str:
    """The address or name in a URL of the site; a text that is no URL as it is. Other sites are refused (T26)."""
    is_url = "://" in text or "/" in text
    if not is_url:
        return text
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, has_more = parts.hostname or "", bool(parts.username or parts.password or parts.port)
    except ValueError:
        raise BadInput(_WHAT, found=repr(text), allowed=_ALLOWED) from None
    if host not in _SITES or has_more or parts.scheme not in {"https", "http"}:
        raise BadInput(_WHAT, found=f"a URL of {host or 'no site'}", allowed="URLs of polymarket.com")
    steps = [unquote(step) for step in parts.path.split("/") if step]
    for number, step in enumerate(steps):
        if step.startswith("@"):
            return step
        if step == "profile" and number + 1 < len(steps):
            return steps[number + 1]
    raise BadInput(
        _WHAT, found=repr(text), allowed="https://polymarket.com/@name or https://polymarket.com/profile/0x…"
    )


async def _of_address(address: str, http: Reads) -> Resolved:
    if len(address) != _ADDRESS_LENGTH:
        found = f"0x and {len(address) - 2} hex digits"
        raise BadInput(_WHAT, found=found, allowed="0x and 40 hex digits", remedy="copy the whole address")
    try:
        profile = _decoded(_PROFILE, await http.get("gamma", "/public-profile", [("address", address)]))
    except Refused as no:
        if isinstance(no, Forbidden) or no.status != _NOT_FOUND:
            raise
        return Resolved(wallet=Wallet(address), name="", how="the address as given; it has no profile")
    wallet = _wallet_of(profile)
    if wallet is None or wallet == address:
        return Resolved(wallet=Wallet(address), name=_plain(profile.name), how="the address of a trading wallet")
    how = f"{address} owns this wallet; only the wallet trades"
    return Resolved(wallet=wallet, name=_plain(profile.name), how=how)


async def _of_name(name: str, http: Reads) -> Resolved:
    found = await _search(name, http)
    same = {wallet: shown for wallet, shown in found.items() if shown.casefold() == name.casefold()}
    if len(same) == 1:
        ((wallet, shown),) = same.items()
        return Resolved(wallet=wallet, name=shown, how=f"the one profile named {shown}")
    candidates = same or found
    if not candidates:
        raise BadInput(_WHAT, found=f"no profile named {name!r}", allowed=_ALLOWED)
    listed = _listed([f"{shown} {wallet}" for wallet, shown in candidates.items()])
    what = f"{len(same)} profiles named {name!r}: {listed}" if same else f"no profile named {name!r}, but {listed}"
    raise BadInput(_WHAT, found=what, allowed="exactly one profile of that name", remedy="give the wallet's address")


async def _search(name: str, http: Reads) -> dict[Wallet, str]:
    """The names of the wallets a search finds, in its order."""
    found: dict[Wallet, str] = {}
    for page in range(1, _PAGES_MAX + 1):
        asked = [("q", name), ("search_profiles", "true"), ("limit_per_type", str(_PAGE)), ("page", str(page))]
        answer = _decoded(_SEARCH, await http.get("gamma", "/public-search", asked))
        for profile in answer.profiles or ():
            wallet = _wallet_of(profile)
            if wallet is not None:
                found.setdefault(wallet, _plain(profile.name))
        if answer.pagination is None or not answer.pagination.has_more:
            break
    return found


def _wallet_of(profile: _Profile) -> Wallet | None:
    wallet = (profile.proxy_wallet or "").lower()
    is_address = len(wallet) == _ADDRESS_LENGTH and wallet.startswith("0x") and _HEX.issuperset(wallet[2:])
    return Wallet(wallet) if is_address else None


def _plain(name: str | None) -> str:
    """A name without what a terminal would take for more than letters: anybody may call himself anything."""
    return "".join(sign for sign in name or "" if sign.isprintable())


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN_MAX
    return ", ".join(names[:_SHOWN_MAX]) + (f" and {rest} more" if rest > 0 else "")


def _decoded(decoder: msgspec.json.Decoder[_Said], body: bytes) -> _Said:
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        raise Unreachable(f"a profile that cannot be read: {error}", was_sent=True) from None
