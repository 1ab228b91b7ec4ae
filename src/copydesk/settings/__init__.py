"""Settings: parsed once, checked, frozen, each value with its origin."""
