"""Orders as the venue takes them: exact amounts, EIP-712 hashes, signatures of every wallet kind, bodies and log-in."""
