"""Stage 5: facts become sealed, numbered entries that can be read back and proven."""
