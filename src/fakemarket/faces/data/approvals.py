"""The indexed approvals of a wallet: which contract may move which of its tokens."""

from typing import Final

from fakemarket.world.contracts import CONTRACTS
from fakemarket.world.exchange import Exchange

PERPS_DEPOSIT: Final = "0xDCa4af75705dbB50f62437045afF9921947917d2"
PUSD_SPENDERS: Final = (
    *("exchange", "neg_risk_exchange", "ctf_collateral_adapter", "neg_risk_ctf_collateral_adapter"),
    *("router", "exchange_v3", "perps_deposit"),
)
CTF_OPERATORS: Final = (
    *("exchange", "neg_risk_exchange", "ctf_collateral_adapter", "neg_risk_ctf_collateral_adapter"),
    *("auto_redeemer", "binary_module", "neg_risk_module"),
)
POSITION_OPERATORS: Final = ("router", "exchange_v3", "auto_redeemer")
CATALOG: Final = (
    ("pusd", "pusd", "ERC20", PUSD_SPENDERS),
    ("ctf", "ctf", "ERC1155", CTF_OPERATORS),
    ("positions", "position_manager", "ERC1155", POSITION_OPERATORS),
)


def approvals_of(exchange: Exchange, wallet: str) -> dict[str, object]:
    """Write every pair of the catalogue; a row says `max` even where nothing is approved, as the venue's may."""
    account = exchange.accounts.by_wallet(wallet)
    granted = {name.lower() for name in account.allowances} if account is not None else set()
    rows = []
    for prefix, token, standard, spenders in CATALOG:
        for name in spenders:
            spender = CONTRACTS.get(name, PERPS_DEPOSIT)
            rows.append(
                {
                    "token": CONTRACTS[token],
                    "spender": spender,
                    "standard": standard,
                    "approved": f"{prefix}:{spender}".lower() in granted or f"{prefix}:{name}" in granted,
                    "amount": "max",
                }
            )
    return {"address": wallet, "chain_id": exchange.plan.chain_id, "contracts": rows}
