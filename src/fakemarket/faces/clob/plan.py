"""The settings of the order interface: limits and batch sizes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ClobPlan:
    """How strict the interface is; the defaults are what the venue documents."""

    enforces_signer_limits: bool = False  # the venue still only warns
    tier: str = "standard"
    orders_max: int = 15
    cancels_max: int = 1_000
    books_max: int = 500
    skew_max_s: int = 60
