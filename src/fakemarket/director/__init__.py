"""The director: who trades on the fake market, when and why; seeded, scripted or played back."""
