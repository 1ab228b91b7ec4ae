"""Filters of logs: addresses, and topics by place where a list means any of them and null means anything."""

from collections.abc import Mapping
from dataclasses import dataclass

from fakemarket.faces.rpc.errors import RpcError
from fakemarket.world.chain.logs import Log

INVALID = -32602


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which logs are wanted; an empty set lets everything through."""

    addresses: frozenset[str]
    topics: tuple[frozenset[str], ...]

    def takes(self, log: Log) -> bool:
        if self.addresses and log.address not in self.addresses:
            return False
        if len(self.topics) > len(log.topics):
            return False
        return all(not wanted or topic in wanted for wanted, topic in zip(self.topics, log.topics, strict=False))


def read_filter(given: Mapping[str, object]) -> LogFilter:
    """Read a filter; raises RpcError for anything that is none."""
    topics = given.get("topics") or []
    if not isinstance(topics, list):
        raise RpcError("invalid argument 0: topics must be an array", INVALID)
    return LogFilter(_any_of(given.get("address")), tuple(_any_of(topic) for topic in topics))


def _any_of(given: object) -> frozenset[str]:
    if given is None:
        return frozenset()
    items = given if isinstance(given, list) else [given]
    if not all(isinstance(item, str) and item.startswith("0x") for item in items):
        raise RpcError("invalid argument 0: hex string expected", INVALID)
    return frozenset(str(item).lower() for item in items)
