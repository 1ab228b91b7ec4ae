"""Recorded trades in files: opened, recognised, read row by row and given in order of time."""
