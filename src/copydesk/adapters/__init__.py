"""The plugs: everything outside that a port can be joined to."""
