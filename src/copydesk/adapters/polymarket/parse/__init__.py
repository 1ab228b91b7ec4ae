"""Pure functions from one decoded record of the venue to our words, or to a refusal with a name."""
