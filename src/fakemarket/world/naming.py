"""Names from the seed: hashes of transactions and ids of trades, the same in every run."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from fakemarket.world.hashing import keccak


class Naming:
    """The part of the exchange that counts and names."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._number = 0
        self._ambient = ""

    def next_number(self) -> int:
        self._number += 1
        return self._number

    @contextmanager
    def one_transaction(self, transaction_hash: str) -> Iterator[None]:
        """Let everything that happens meanwhile be of one transaction."""
        self._ambient = transaction_hash
        try:
            yield
        finally:
            self._ambient = ""

    def transaction_hash(self) -> str:
        if self._ambient:
            return self._ambient
        return "0x" + keccak(f"{self._seed} transaction {self.next_number()}".encode()).hex()

    def trade_id(self) -> str:
        text = hashlib.sha256(f"{self._seed} trade {self.next_number()}".encode()).hexdigest()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"
