"""Ledger stores: where sealed entries are kept, in a SQLite file or in memory."""
