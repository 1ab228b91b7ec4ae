"""A private key in a file, sealed with a passphrase: scrypt makes the key that AES-256-GCM seals it with (S0.5).

What is not secret stands in the file as text, and is sealed with it: who changes the address or the cost is found out.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec
from coincurve import PrivateKey
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from copydesk.adapters.polymarket.orders.hashing import unhex
from copydesk.adapters.polymarket.orders.signing import address_of
from copydesk.domain.errors import BadInput, Unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.domain.secret import Secret

FORMAT, VERSION = "copydesk-key", 1
OWNER_ONLY, OTHERS = 0o600, 0o077
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
COST, COST_MAX = 1 << 17, 1 << 20
"""scrypt's N: 128 MiB and some tenths of a second for each guess."""
BLOCK, LANES = 8, 1


class KeyFile(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed key as it is written; `salt`, `nonce` and `sealed` are hex."""

    format: str
    version: int
    address: str
    cost: int
    salt: str
    nonce: str
    sealed: str


def new_key_file(path: Path, passphrase: Secret, key: PrivateKey | None = None, cost: int = COST) -> str:
    """Seal `key`, or one made here that nobody has seen, into a new file for its owner only; returns its address.

    Raises `BadInput` if there is a file already: a key that is written over is lost.
    """
    key = key or PrivateKey()
    address, salt, nonce = address_of(key), os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    told = _told(address, cost)
    sealed = AESGCM(_stretched(passphrase, salt, cost)).encrypt(nonce, key.secret, told)
    document = KeyFile(
        format=FORMAT,
        version=VERSION,
        address=address,
        cost=cost,
        salt=salt.hex(),
        nonce=nonce.hex(),
        sealed=sealed.hex(),
    )
    _write(path, msgspec.json.format(msgspec.json.encode(document)) + b"\n")
    return address


def open_key_file(path: Path, passphrase: Secret) -> PrivateKey:
    """The key in a file. Raises `Unreadable` for what is no key file or was changed, `BadInput` for a wrong passphrase.

    A file that others may read is refused: its passphrase is all that would protect it.
    """
    document = _read(path)
    try:
        box = AESGCM(_stretched(passphrase, unhex(document.salt), document.cost))
        raw = box.decrypt(unhex(document.nonce), unhex(document.sealed), _told(document.address, document.cost))
        return PrivateKey(raw)
    except InvalidTag as wrong:
        raise BadInput(
            f"passphrase of {path}",
            found="one that does not open it",
            allowed="the passphrase it was sealed with",
            remedy="if the passphrase is right, the file was changed: take it from a backup",
        ) from wrong
    except ValueError as wrong:
        raise Unreadable(str(path), f"it is a damaged key file: {wrong}") from wrong


def _read(path: Path) -> KeyFile:
    try:
        mode = path.stat().st_mode & OTHERS
        raw = path.read_bytes()
    except OSError as wrong:
        raise Unreadable(str(path), wrong.strerror or str(wrong)) from wrong
    if mode:
        raise BadInput(
            f"key file {path}", found="a file others may read", allowed="its owner only", remedy=f"chmod 600 {path}"
        )
    try:
        document = msgspec.json.decode(raw, type=KeyFile)
    except msgspec.MsgspecError as wrong:
        raise Unreadable(str(path), f"it is no key file: {wrong}") from wrong
    if document.format != FORMAT or document.version > VERSION:
        raise Unreadable(
            str(path), f"it is {document.format} {document.version}, this release reads {FORMAT} {VERSION}"
        )
    if not 1 < document.cost <= COST_MAX:
        raise Unreadable(str(path), f"its cost is {document.cost}, at most {COST_MAX} is taken")
    return document


def _write(path: Path, raw: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError as wrong:
        raise BadInput(
            f"key file {path}", found="a file", allowed="a new name", remedy="move the old one away, or name another"
        ) from wrong
    except OSError as wrong:
        raise Unreadable(str(path), wrong.strerror or str(wrong)) from wrong
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _stretched(passphrase: Secret, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, n=cost, r=BLOCK, p=LANES).derive(passphrase.reveal().encode())


def _told(address: str, cost: int) -> bytes:
    """What is sealed with the key though it is not secret."""
    return f"{FORMAT} {VERSION} {address} {cost}".encode()
