"""The control face: what only whoever runs the fake market may see and do."""

from fakemarket.faces.control.routes import application

__all__ = ["application"]
