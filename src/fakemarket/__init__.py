"""A local Polymarket on real HTTP and websockets: real matching, real signatures, settlement that can fail."""
