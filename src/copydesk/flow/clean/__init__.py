"""Stage 2: leader trades become signals, each event once, grouped, in time, one for each client."""
