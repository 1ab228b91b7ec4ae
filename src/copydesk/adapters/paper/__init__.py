"""Plugs that stand in for the venue without money: books made from records, and venues that fill against them."""
