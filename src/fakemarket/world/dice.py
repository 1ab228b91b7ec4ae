"""The seeded source of all chance in the market."""

from random import Random as Dice  # noqa: TID251 the one place where chance comes from

__all__ = ["Dice"]
