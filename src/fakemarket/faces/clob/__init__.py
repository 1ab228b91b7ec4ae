"""The order interface: public books and prices, log-in, orders, cancels, and what an account may read."""

from fakemarket.faces.clob.application import routes
from fakemarket.faces.clob.plan import ClobPlan

__all__ = ["ClobPlan", "routes"]
