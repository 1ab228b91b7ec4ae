"""The collateral behind the outcome tokens, the fees taken, and what came in and went out."""

from fakemarket.world.catalog import Catalog


class Vault:
    """One pot for each market, or for each neg-risk event whose markets share it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.pots: dict[str, int] = {}
        self.fees = 0
        self.brought = 0

    def put(self, condition: str, cash: int) -> None:
        pot = self._catalog.markets[condition].backing
        self.pots[pot] = self.pots.get(pot, 0) + cash

    def total(self) -> int:
        return sum(self.pots.values())
