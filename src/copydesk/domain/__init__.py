"""The words of the house: money, ids, markets, signals, decisions, orders, positions, events and errors."""
