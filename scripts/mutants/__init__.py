"""Mutation check of `flow/decide`: every small bug one could plant there must make a fast test fail."""
