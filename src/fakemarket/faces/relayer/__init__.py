"""The relayer: calls of deposit wallets, signed by their owners and carried out without gas."""

from fakemarket.faces.relayer.routes import application

__all__ = ["application"]
