"""A secret stays hidden whatever is done to it by accident (S0.40, S1.23, T21)."""

import base64
import copy
import dataclasses
import json
import pickle
import traceback

import msgspec
import pytest

from copydesk.domain.errors import BadInput
from copydesk.domain.secret import Secret

CANARY = "c0ffee" * 10 + "c0de"


def forms_of(text: str) -> tuple[str, ...]:
    """How a leaked key may look: as it is, in capitals, as base64, as a decimal number."""
    return text, text.upper(), base64.b64encode(text.encode()).decode(), str(int(text, 16))


def shows(text: str) -> bool:
    return any(form in text for form in forms_of(CANARY))


@dataclasses.dataclass
class Login:
    """Something with a secret in it."""

    name: str
    key: Secret


class Record(msgspec.Struct):
    """Something with a secret in it."""

    key: object


def test_a_secret_prints_as_hidden_text() -> None:
    secret = Secret(CANARY)
    printed = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r:>20}",
        f"{secret:>20}",
        "%s %r" % (secret, secret),  # noqa: UP031 - the old way prints, too
        "{0} {0!r}".format(secret),  # noqa: UP032
        repr([secret]),
        repr({"key": secret}),
        repr(Login("me", secret)),
        repr(Record(key=secret)),
        str(ValueError(secret)),
    ]
    assert all("Secret(…)" in text for text in printed)
    assert not any(shows(text) for text in printed)


def test_only_reveal_gives_the_text() -> None:
    assert Secret(CANARY).reveal() == CANARY


def test_secrets_compare_by_content_and_only_with_secrets() -> None:
    assert Secret(CANARY) == Secret(CANARY)
    assert Secret(CANARY) != Secret(CANARY + "0")
    assert Secret("ключ") == Secret("ключ")
    assert Secret(CANARY) != CANARY


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_is_not_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="neither pickled"):
        pickle.dumps(Secret(CANARY), protocol)


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda secret: dataclasses.asdict(Login("me", secret))]
)
def test_a_secret_is_not_copied(duplicate) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TypeError, match="nor copied"):
        duplicate(Secret(CANARY))


@pytest.mark.parametrize(
    "encode",
    [json.dumps, msgspec.json.encode, msgspec.msgpack.encode, msgspec.to_builtins, hash, vars, list, bytes],
)
def test_a_secret_is_not_encoded_hashed_or_taken_apart(encode) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TypeError) as caught:
        encode(Secret(CANARY))
    assert not shows(str(caught.value))


def test_a_secret_inside_a_record_is_not_encoded() -> None:
    with pytest.raises(TypeError):
        msgspec.json.encode(Record(key=Secret(CANARY)))


def test_a_secret_encoded_by_a_lenient_encoder_is_hidden_text() -> None:
    assert json.loads(json.dumps({"key": Secret(CANARY)}, default=str)) == {"key": "Secret(…)"}


def test_a_secret_does_not_change() -> None:
    secret = Secret(CANARY)
    with pytest.raises(AttributeError):
        secret.text = "other"
    with pytest.raises(AttributeError):
        del secret.text  # type: ignore[attr-defined]
    assert secret.reveal() == CANARY


def test_an_empty_secret_is_refused_without_being_shown() -> None:
    with pytest.raises(BadInput, match="found nothing"):
        Secret("")


def test_a_traceback_with_local_variables_shows_no_secret() -> None:
    def crash(secret: Secret) -> None:
        raise RuntimeError(f"cannot sign with {secret}")

    with pytest.raises(RuntimeError) as caught:
        crash(Secret(CANARY))
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "secret = Secret(…)" in told
    assert not shows(told)
