"""The six stages a leader's trade passes through, in the order the data moves."""
