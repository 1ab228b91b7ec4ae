"""A made-up world of markets and traders, the same for the same seed: for demos, tests and benchmarks."""
