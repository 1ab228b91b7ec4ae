"""Copydesk: copy trading for Polymarket that explains itself."""
