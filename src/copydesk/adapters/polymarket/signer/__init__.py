"""The signer: the one process that holds a key. It signs orders and log-in for its own wallet, within its own caps."""
