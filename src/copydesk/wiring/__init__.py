"""The only package that joins sockets and plugs."""
