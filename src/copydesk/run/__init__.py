"""Who turns the crank: the loops that carry trades through the flow."""
