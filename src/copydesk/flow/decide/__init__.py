"""Stage 3: a signal becomes a decision: gates, amount, caps, exits."""
