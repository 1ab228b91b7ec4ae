"""Redaction: what must not be read in a log is replaced before a line is written (I29, T21).

Three rules: a `Secret` hides itself; a value whose name says it is secret is hidden whole; in any text, 64 hex digits
that follow a word like `key` are hidden. Hashes and ids are 64 hex digits, too, so a bare one is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Final

from copydesk.domain.secret import Secret

HIDDEN: Final = "(hidden)"
TOO_DEEP: Final = "(too deep to show)"
DEPTH_MAX: Final = 6
ID_DIGITS_LEAST: Final = 20

SECRET_WORDS: Final = frozenset(
    {
        *("key", "keys", "apikey", "privatekey", "secret", "secrets", "token", "tokens", "password", "passwords"),
        *("passwd", "passphrase", "mnemonic", "authorization", "cookie", "credential", "credentials"),
    }
)
"""A name that holds one of these as a word names a secret, unless the whole name is one of `PUBLIC_NAMES`."""

PUBLIC_NAMES: Final = frozenset({"token_id", "token_ids", "fill_key", "public_key", "event_key", "token_count"})
KEYISH_WORDS: Final = frozenset({"private", "priv", "signer", "seed", "pk", "sk", "salt", "hmac", "wallet"})
"""Under such a name 64 hex digits are hidden and anything else is shown."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_HEX_KEY = re.compile(r"(?:0[xX])?[0-9a-fA-F]{64}")
_NAMED_HEX = re.compile(
    r"(?i)((?:key|secret|private|seed|mnemonic|passphrase|password|signer)[^\n]{0,24}?)(?:0x)?[0-9a-f]{64}(?![0-9a-f])"
)
_NAMED_WORD = re.compile(
    r"(?i)((?:api[_-]?key|secret|passphrase|password|private[_-]?key|mnemonic|authorization|bearer)\w*"
    r"[\"']?\s*[:=]\s*(?:bearer\s+)?[\"']?)[^\s\"',;&)}]+"
)


def redact(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """A structlog processor: `event` with everything secret replaced, at any depth."""
    for name, value in event.items():
        event[name] = _shown(name, value, 0)
    return event


def redacted(text: str) -> str:
    """`text` without the keys and passwords that are named in it."""
    return _NAMED_WORD.sub(rf"\1{HIDDEN}", _NAMED_HEX.sub(rf"\1{HIDDEN}", text))


def _shown(name: str, value: object, depth: int) -> object:
    """What a log may show of `value`, which stands under `name`."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Secret):
        return str(value)
    if _is_secret(name, value):
        return HIDDEN
    if isinstance(value, int | float):
        return value
    return TOO_DEEP if depth >= DEPTH_MAX else _inside(name, value, depth + 1)


def _inside(name: str, value: object, depth: int) -> object:
    if isinstance(value, Mapping):
        return {str(key): _shown(str(key), part, depth) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown(name, part, depth) for part in value]
    text = value if isinstance(value, str) else value.hex() if isinstance(value, bytes) else repr(value)
    if _HEX_KEY.fullmatch(text) and not KEYISH_WORDS.isdisjoint(_words(name)):
        return HIDDEN
    return redacted(text)


def _is_secret(name: str, value: object) -> bool:
    if name in PUBLIC_NAMES:
        return False
    words = _words(name)
    if SECRET_WORDS.isdisjoint(words):
        return False
    return not (words[-1] == "token" and _is_token_id(value))


def _is_token_id(value: object) -> bool:
    """Whether this is the decimal id of an outcome token, which is public."""
    text = str(value) if isinstance(value, int) else value
    return isinstance(text, str) and len(text) >= ID_DIGITS_LEAST and text.isdecimal()


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]
