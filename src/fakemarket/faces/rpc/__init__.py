"""The chain's nodes over JSON-RPC: HTTP and websocket, each node on a port of its own."""

from fakemarket.faces.rpc.server import application

__all__ = ["application"]
