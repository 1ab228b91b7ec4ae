"""The faces of the market: one package for each host of the venue that a client talks to."""
