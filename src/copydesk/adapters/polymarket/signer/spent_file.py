"""What was signed for today, in a file: a signer that is started again has not forgotten what it spent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from copydesk.adapters.polymarket.signer.policy import Spent
from copydesk.domain.errors import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

OWNER_ONLY = 0o600
NOTHING = Spent(0, 0)


class SpentFile:
    """The sum of a day beside a key file, replaced as a whole and durable before the signature it is for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Spent:
        """What it says; nothing was spent where there is no file. Raises `Unreadable` for a damaged one."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Spent)
        except FileNotFoundError:
            return NOTHING
        except (OSError, msgspec.MsgspecError) as wrong:
            raise Unreadable(str(self._path), f"{wrong}; a signer does not begin without knowing it") from wrong

    def keep(self, spent: Spent) -> None:
        """Replace what it says. Raises `Unreadable` if it cannot be written: nothing is signed then."""
        new = self._path.with_name(f"{self._path.name}.new")
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(spent))
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as wrong:
            raise Unreadable(str(self._path), wrong.strerror or str(wrong)) from wrong
