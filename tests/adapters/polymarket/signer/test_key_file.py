"""A sealed key opens with its passphrase, and with nothing else; its file shows and lets nobody read it (S0.5, I29)."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from coincurve import PrivateKey

from copydesk.adapters.polymarket.orders.signing import address_of
from copydesk.adapters.polymarket.signer.key_file import KeyFile, new_key_file, open_key_file
from copydesk.domain.errors import BadInput, Unreadable
from copydesk.domain.secret import Secret

CHEAP = 1 << 4
WORDS = Secret("correct horse battery")
KEY = PrivateKey(b"\x07" * 32)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    assert new_key_file(path, WORDS, KEY, CHEAP) == address_of(KEY)
    return path


def test_a_sealed_key_opens_with_its_passphrase(sealed: Path) -> None:
    assert open_key_file(sealed, WORDS) == KEY


def test_a_new_key_is_one_nobody_has_seen(tmp_path: Path) -> None:
    addresses = {new_key_file(tmp_path / str(n), WORDS, cost=CHEAP) for n in range(3)}
    assert len(addresses) == 3


def test_the_file_holds_the_key_in_no_form_and_is_its_owners(sealed: Path) -> None:
    text = sealed.read_bytes()
    assert KEY.secret not in text
    assert KEY.secret.hex().encode() not in text
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600


def test_a_wrong_passphrase_is_told_without_either(sealed: Path) -> None:
    with pytest.raises(BadInput, match="does not open it") as refused:
        open_key_file(sealed, Secret("wrong words here"))
    assert "wrong words" not in str(refused.value)


@pytest.mark.parametrize("field", ["address", "cost", "salt", "nonce", "sealed"])
def test_a_file_that_was_changed_does_not_open(sealed: Path, field: str) -> None:
    """F75: what is in clear text is sealed too."""
    document = json.loads(sealed.read_text())
    value = document[field]
    document[field] = 1 << 5 if field == "cost" else value[:-1] + ("0" if value[-1] != "0" else "1")
    sealed.write_text(json.dumps(document))
    with pytest.raises(BadInput, match="the file was changed"):
        open_key_file(sealed, WORDS)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"version": 2}, "this release reads"),
        ({"format": "other"}, "this release reads"),
        ({"cost": 1 << 30}, "at most"),
        ({"salt": "no hex"}, "damaged"),
        ({"address": 5}, "no key file"),
    ],
)
def test_a_file_of_another_form_is_refused(sealed: Path, changed: dict[str, object], words: str) -> None:
    sealed.write_text(json.dumps(json.loads(sealed.read_text()) | changed))
    with pytest.raises(Unreadable, match=words):
        open_key_file(sealed, WORDS)


def test_a_file_others_may_read_is_refused_with_the_fix(sealed: Path) -> None:
    sealed.chmod(0o640)
    with pytest.raises(BadInput, match="chmod 600"):
        open_key_file(sealed, WORDS)


def test_a_key_is_never_written_over(sealed: Path) -> None:
    with pytest.raises(BadInput, match="move the old one away"):
        new_key_file(sealed, WORDS, cost=CHEAP)
    assert open_key_file(sealed, WORDS) == KEY


def test_every_field_of_the_file_is_known() -> None:
    assert KeyFile.__struct_fields__ == ("format", "version", "address", "cost", "salt", "nonce", "sealed")
