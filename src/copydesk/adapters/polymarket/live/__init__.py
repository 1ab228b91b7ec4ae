"""The venue as it happens: its sockets, its public activity, and what is rebuilt from them."""
