"""The settings of a command that runs the desk: read with the leaders it was told to copy, and read again on change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from copydesk.settings.layers import Loaded, Tree


def chosen(flags: dict[str, str], leaders: Sequence[str], command: Tree) -> Loaded:
    """The settings; `leaders` keep what the settings say of them and all others are left out."""
    from copydesk.settings.layers import load

    loaded = load(flags, command)
    if not leaders:
        return loaded
    if any(account.leaders is not None for account in loaded.settings.accounts):
        raise BadInput(
            "--leader",
            found="accounts that name leaders of their own",
            allowed="--leader where all accounts copy the same leaders",
            remedy="name the leaders in the settings",
        )
    known = {leader.wallet.lower(): leader.model_dump(mode="json") for leader in loaded.settings.leaders}
    only = [known.get(leader.lower(), {"wallet": leader}) for leader in leaders]
    return load({**flags, "leaders": json.dumps(only)}, command)


class Reloading:
    """Gives the settings anew when one of their files has changed since it was last asked."""

    def __init__(self, read: Callable[[], Loaded], files: Sequence[Path]) -> None:
        self._read, self._files = read, files
        self._seen = self._stamps()
        self.loaded = read()
        self._version: str | None = self.loaded.version

    def __call__(self) -> Loaded | None:
        """The settings if they are others now, else None. Raises as reading them does, once for each change."""
        stamps = self._stamps()
        if stamps == self._seen:
            return None
        self._seen, before = stamps, self._version
        self._version = None
        loaded = self._read()
        self._version = loaded.version
        return None if loaded.version == before else loaded

    def _stamps(self) -> list[tuple[int, int] | None]:
        return [_stamp(path) for path in self._files]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
