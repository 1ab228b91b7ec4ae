"""The Data API: what was traded, held and earned, as the public sees it."""

from fakemarket.faces.data.routes import application

__all__ = ["application"]
