"""The state of the market without any HTTP: accounts, books, matching, settlement and what happened."""
