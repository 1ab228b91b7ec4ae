"""Stage 1: what the feeds say becomes one ordered stream of leader trades."""
