"""Clocks: the time of day, and a stopwatch."""
