"""Log-in of the order interface: credentials by a signed message, and the HMAC of every private request."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from fakemarket.world.accounts import Account, ApiKey
from fakemarket.world.exchange import Exchange
from fakemarket.world.hashing import login_digest, unhex
from fakemarket.world.orders import Refused
from fakemarket.world.signing import recover

UNAUTHORIZED = "Unauthorized/Invalid api key"
BAD_LOGIN = "Invalid L1 Request headers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: the credentials and the wallets their key may act for."""

    key: ApiKey
    accounts: tuple[Account, ...]

    def account(self, signature_type: int) -> Account | None:
        return next((a for a in self.accounts if a.signature_type == signature_type), None)


class Keyring:
    """All credentials of the order interface."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._keys: dict[str, ApiKey] = {}
        self._made: dict[tuple[str, int], str] = {}
        self._generation = 0

    def create(self, address: str, nonce: int) -> ApiKey:
        """Make credentials; raises Refused if the address has some for this nonce."""
        place = (address.lower(), nonce)
        if place in self._made:
            raise Refused(400, "Could not create api key")
        draw = f"{self._exchange.plan.seed} key {place} {self._generation}".encode()
        text = hashlib.sha256(draw + b" id").hexdigest()
        key = ApiKey(
            key=f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}",
            secret=base64.urlsafe_b64encode(hashlib.sha256(draw + b" secret").digest()).decode(),
            passphrase=hashlib.sha256(draw + b" passphrase").hexdigest(),
            address=place[0],
            nonce=nonce,
        )
        self._keys[key.key] = key
        self._made[place] = key.key
        for account in self._exchange.accounts.by_eoa(place[0]):
            account.keys.append(key)
        return key

    def derive(self, address: str, nonce: int) -> ApiKey | None:
        return self._keys.get(self._made.get((address.lower(), nonce), ""))

    def delete(self, key: ApiKey) -> None:
        self._generation += 1
        self._keys.pop(key.key, None)
        self._made.pop((key.address, key.nonce), None)
        for account in self._exchange.accounts.by_eoa(key.address):
            account.keys = [other for other in account.keys if other.key != key.key]

    def of_address(self, address: str) -> list[ApiKey]:
        return [key for key in self._keys.values() if key.address == address.lower()]

    def check_user_frame(self, api_key: str, secret: str, passphrase: str) -> ApiKey | None:
        """Give the key of a user-channel log-in, or None."""
        key = self._keys.get(api_key)
        if key is None:
            return None
        return key if _same(key.secret, secret) and _same(key.passphrase, passphrase) else None

    def login(self, headers: Mapping[str, str], skew_max_s: int) -> tuple[str, int]:
        """Check the headers of a key-signed request; give address and nonce, or raise Refused."""
        try:
            address, timestamp = headers["POLY_ADDRESS"].lower(), headers["POLY_TIMESTAMP"]
            nonce = int(headers.get("POLY_NONCE", "0"))
            signature = unhex(headers["POLY_SIGNATURE"])
            late = not self._is_fresh(timestamp, skew_max_s)
            digest = login_digest(address, timestamp, nonce, self._exchange.plan.chain_id)
        except (KeyError, ValueError, OverflowError) as error:
            raise Refused(401, BAD_LOGIN) from error
        if late or recover(digest, signature) != address:
            raise Refused(401, BAD_LOGIN)
        return address, nonce

    def caller(self, headers: Mapping[str, str], method: str, path: str, body: str, skew_max_s: int) -> Caller:
        """Check the headers of a private request; raises Refused."""
        key = self._keys.get(headers.get("POLY_API_KEY", ""))
        timestamp = headers.get("POLY_TIMESTAMP", "")
        if key is None or not _same(key.passphrase, headers.get("POLY_PASSPHRASE", "")):
            raise Refused(401, UNAUTHORIZED)
        wanted = sign(key.secret, timestamp + method + path + body)
        is_signed = _same(wanted, headers.get("POLY_SIGNATURE", ""))
        is_holder = headers.get("POLY_ADDRESS", "").lower() == key.address
        if not (is_signed and is_holder and self._is_fresh(timestamp, skew_max_s)):
            raise Refused(401, UNAUTHORIZED)
        return Caller(key=key, accounts=self._exchange.accounts.by_eoa(key.address))

    def _is_fresh(self, timestamp: str, skew_max_s: int) -> bool:
        """Take market time and the client's own watch, which differ when the market runs fast."""
        if not timestamp.isdigit():
            return False
        clock = self._exchange.clock
        return min(abs(int(timestamp) - now_s) for now_s in (clock.now_s(), clock.wall_s())) <= skew_max_s


def sign(secret: str, message: str) -> str:
    """Give the HMAC the venue asks for, in URL-safe base 64."""
    key = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
    return base64.urlsafe_b64encode(hmac.new(key, message.encode(), hashlib.sha256).digest()).decode()


def _same(first: str, second: str) -> bool:
    return hmac.compare_digest(first.encode(), second.encode())
