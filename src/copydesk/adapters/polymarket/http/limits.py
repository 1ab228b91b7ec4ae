"""The table of limits: which budgets a request counts under, and how large they are."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import msgspec
import yaml

from copydesk.domain.errors import BadInput

TOP_MIN: Final = 2
"""A smaller budget could not be both spent at once and filled again."""

Count = Annotated[int, msgspec.Meta(ge=1)]
Percent = Annotated[int, msgspec.Meta(ge=1, le=100)]


class Pattern(NamedTuple):
    """A path and everything below it, with one method or, if that is empty, with any."""

    method: str
    path: str

    def covers(self, method: str, path: str) -> bool:
        """Whether a request with `method` for `path` counts under this."""
        if self.method not in {"", method} or not path.startswith(self.path):
            return False
        return len(path) == len(self.path) or path[len(self.path)] == "/"


class EndpointLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The documented windows, in seconds, of some paths together."""

    paths: tuple[str, ...]
    windows: dict[Count, Count]

    def patterns(self) -> tuple[Pattern, ...]:
        """Read `paths`: each is a path, or a method and a path."""
        return tuple(_pattern(text) for text in self.paths)


class HostLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The documented limits of one host."""

    everything: dict[Count, Count]
    endpoints: tuple[EndpointLimit, ...] = ()


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a signer of one tier may do: a second, and at once."""

    orders: tuple[Count, Count]
    cancels: tuple[Count, Count]


class Charged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which requests are charged to a signer, and to which of the signer's buckets."""

    orders: tuple[str, ...]
    cancels: tuple[str, ...]


class SignerLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The buckets of each signer."""

    tier: str
    tiers: dict[str, Tier]
    charged: Charged

    def bucket(self, method: str, path: str) -> str:
        """Name the bucket a request is charged to: `orders`, `cancels`, or empty for none."""
        kinds = (("orders", self.charged.orders), ("cancels", self.charged.cancels))
        request = f"{method} {path}"
        return next((kind for kind, requests in kinds if request in requests), "")


class LimitTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything `limits.yaml` says: documented figures, and the share of them we use."""

    share_percent: Percent
    exits_percent: Percent
    everything: dict[Count, Count]
    hosts: dict[str, HostLimits]
    signers: SignerLimits

    def ours(self, documented: int) -> int:
        """How much of a documented figure we use, rounded down."""
        return max(TOP_MIN, documented * self.share_percent // 100)

    def signer_rate(self, bucket: str) -> tuple[int, int]:
        """What we let one signer do: requests in ten seconds, and at once."""
        tier = self.signers.tiers[self.signers.tier]
        per_second, burst = tier.orders if bucket == "orders" else tier.cancels
        return self.ours(per_second * 10), self.ours(burst)


def read_limits(path: Path) -> LimitTable:
    """Read a table of limits. Raises `BadInput` naming what is wrong with it."""
    return _parsed(path.read_bytes(), str(path))


@cache
def documented_limits() -> LimitTable:
    """Give the table that comes with the program."""
    own = resources.files("copydesk.adapters.polymarket.http") / "limits.yaml"
    return _parsed(own.read_bytes(), own.name)


def _parsed(text: bytes, name: str) -> LimitTable:
    allowed = "a table of limits as in limits.yaml"
    try:
        table = msgspec.convert(yaml.safe_load(text), LimitTable)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise BadInput(name, found=str(error), allowed=allowed) from error
    if table.signers.tier not in table.signers.tiers:
        raise BadInput(f"{name}: signers.tier", found=table.signers.tier, allowed=", ".join(table.signers.tiers))
    return table


def _pattern(text: str) -> Pattern:
    method, space, path = text.rpartition(" ")
    return Pattern(method if space else "", path)
