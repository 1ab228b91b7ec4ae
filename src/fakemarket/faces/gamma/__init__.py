"""Gamma: the catalogue of what can be traded, and of who trades."""

from fakemarket.faces.gamma.routes import application

__all__ = ["application"]
