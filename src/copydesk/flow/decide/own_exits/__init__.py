"""Our own exits: one file each, pure; `arbiter` lets one of them at most close a position."""
