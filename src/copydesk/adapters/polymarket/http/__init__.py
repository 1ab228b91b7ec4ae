"""Asking the venue over HTTP: where, how often, in which order, and what goes wrong."""
