"""Clocks and dice: the time of day, a stopwatch, time as it passes, and chance."""
