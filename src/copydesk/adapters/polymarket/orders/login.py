"""How a request says who asks: the wallet's signature for making API credentials (L1), and their HMAC after (L2).

Source: docs/venue.md, "Log-in".
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import NamedTuple

from coincurve import PrivateKey

from copydesk.adapters.polymarket.orders.hashing import address_word, keccak, word
from copydesk.adapters.polymarket.orders.order import CHAIN_ID
from copydesk.adapters.polymarket.orders.signing import address_of, sign_digest
from copydesk.adapters.polymarket.orders.typed_data import digest, domain_separator
from copydesk.domain.errors import BadInput
from copydesk.domain.secret import Secret

SENTENCE = "This message attests that I control the given wallet"
_TYPE_HASH = keccak(b"ClobAuth(address address,string timestamp,uint256 nonce,string message)")


class Credentials(NamedTuple):
    """What the venue gave a key to sign requests with."""

    api_key: str
    secret: Secret
    passphrase: Secret


def login_digest(address: str, timestamp_s: int, nonce: int, chain_id: int = CHAIN_ID) -> bytes:
    """What the key at `address` signs to make or derive its credentials."""
    separator = domain_separator({"name": "ClobAuthDomain", "version": "1", "chainId": chain_id})
    fields = (address_word(address), keccak(str(timestamp_s).encode()), word(nonce), keccak(SENTENCE.encode()))
    return digest(separator, keccak(_TYPE_HASH + b"".join(fields)))


def login_headers(key: PrivateKey, timestamp_s: int, nonce: int = 0) -> dict[str, str]:
    """The headers of a request that makes or derives credentials (L1)."""
    address = address_of(key)
    return {
        "POLY_ADDRESS": address,
        "POLY_SIGNATURE": "0x" + sign_digest(login_digest(address, timestamp_s, nonce), key).hex(),
        "POLY_TIMESTAMP": str(timestamp_s),
        "POLY_NONCE": str(nonce),
    }


class Requester:
    """Signs the requests of one key with its credentials (L2). `address` is the key's, never the wallet's.

    Raises `BadInput` for a secret that is not URL-safe base 64.
    """

    def __init__(self, address: str, credentials: Credentials) -> None:
        self._address, self._credentials = address, credentials
        text = credentials.secret.reveal()
        try:
            self._key = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError as wrong:
            raise BadInput(
                "API secret", found="text that is not URL-safe base 64", allowed="the secret as the venue gave it"
            ) from wrong

    def headers(self, method: str, path: str, body: bytes, timestamp_s: int) -> dict[str, str]:
        """The headers of one request. `path` goes without its query; `body` must be sent byte for byte."""
        return {
            "POLY_ADDRESS": self._address,
            "POLY_API_KEY": self._credentials.api_key,
            "POLY_PASSPHRASE": self._credentials.passphrase.reveal(),
            "POLY_TIMESTAMP": str(timestamp_s),
            "POLY_SIGNATURE": self.signature(method, path, body, timestamp_s),
        }

    def signature(self, method: str, path: str, body: bytes, timestamp_s: int) -> str:
        """The HMAC over time, method, path and body."""
        message = f"{timestamp_s}{method}{path}".encode() + body
        return urlsafe_b64encode(hmac.digest(self._key, message, sha256)).decode()
