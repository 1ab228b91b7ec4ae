"""The venue: everything that knows Polymarket's own names, shapes and figures."""
