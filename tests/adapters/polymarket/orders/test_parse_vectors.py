"""Vectors that others made: all of them hold, and a changed one is seen to differ (N21, S3.26)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copydesk.adapters.polymarket.orders.parse_vectors.forms import check
from copydesk.domain.errors import BadInput

FILES = {
    "evm/orders.json": 260,
    "evm/amounts.json": 608,
    "evm/chain.json": 36,
    "evm/fills.json": 218,
    "evm/rejected_matches.json": 19,
    "vectors/Polymarket_sdk/order_and_auth_vectors.json": 6,
}


def document(folder: Path, file: str) -> Any:
    return json.loads((folder / file).read_text())


@pytest.mark.recorded
@pytest.mark.parametrize(("file", "checks"), FILES.items())
def test_every_vector_holds(recorded_data: Path, file: str, checks: int) -> None:
    found = check(document(recorded_data, file), file)
    assert found.differs == []
    assert sum(found.held.values()) == checks


def spoil_order(vectors: Any) -> None:
    vectors[0]["order"]["salt"] = "1"


def spoil_amount(vectors: Any) -> None:
    vectors[0]["polymarket-client 0.14.0"]["makerAmount"] = "1"


def spoil_chain(vectors: Any) -> None:
    vectors["wallet_derivation"][0]["safe_wallet"] = "0x" + "00" * 20


def spoil_fill(vectors: Any) -> None:
    vectors[0]["events"][0]["orderHash"] = "0x" + "00" * 32


def spoil_refusal(vectors: Any) -> None:
    vectors[0]["error"] = "InvalidSignature()"


def spoil_log_in(vectors: Any) -> None:
    vectors["hmac"]["signature"] = "="


SPOILED = (spoil_order, spoil_amount, spoil_chain, spoil_fill, spoil_refusal, spoil_log_in)


@pytest.mark.recorded
@pytest.mark.parametrize(("file", "spoil"), list(zip(FILES, SPOILED, strict=True)))
def test_a_vector_that_was_changed_differs(recorded_data: Path, file: str, spoil: Callable[[Any], None]) -> None:
    vectors = copy.deepcopy(document(recorded_data, file))
    spoil(vectors)
    assert check(vectors, file).differs


@pytest.mark.parametrize("unknown", [[], {}, [1], {"a": 1}, [{"a": 1}], "text", [{"contract": 1}]])
def test_a_file_of_no_known_form_is_refused(unknown: Any) -> None:
    with pytest.raises(BadInput, match="vector file some"):
        check(unknown, "some")
