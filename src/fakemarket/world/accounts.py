"""Accounts: who owns which wallet, what it holds on chain, what is promised, and what it has allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fakemarket.world.dice import Dice
from fakemarket.world.hashing import address_of
from fakemarket.world.signing import WalletCode
from fakemarket.world.wallets import beacon_wallet, proxy_wallet, safe_wallet, uups_wallet

CASH = ""
_ADAPTERS = ("ctf_collateral_adapter", "neg_risk_ctf_collateral_adapter")
APPROVALS = frozenset(
    f"{token}:{spender}"
    for token, spenders in {
        "pusd": ("exchange", "neg_risk_exchange", "exchange_v3", "router", *_ADAPTERS),
        "ctf": ("exchange", "neg_risk_exchange", *_ADAPTERS, "auto_redeemer", "binary_module", "neg_risk_module"),
        "positions": ("exchange_v3", "router", "auto_redeemer"),
    }.items()
    for spender in spenders
)
_EOA, _PROXY, _SAFE, DEPOSIT = 0, 1, 2, 3


@dataclass(slots=True, kw_only=True)
class Profile:
    """What the public pages show of a wallet."""

    name: str
    pseudonym: str
    bio: str = ""
    image: str = ""
    x_username: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """Credentials of the order interface; `address` is the key that logged in, never the wallet."""

    key: str
    secret: str
    passphrase: str
    address: str
    nonce: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPlan:
    """What is wanted of an account that is to be opened."""

    pusd: int
    signature_type: int = DEPOSIT
    private_key: str = ""
    name: str = ""
    pseudonym: str = ""
    approved: bool = True
    tokens: Mapping[str, int] = field(default_factory=dict)
    beacon: bool = True


@dataclass(slots=True, kw_only=True)
class Account:
    """One wallet: `cash`, `tokens` are on chain, `reserved` is behind open orders, `leaving` in unsettled matches."""

    eoa: str
    private_key: str
    wallet: str
    signature_type: int
    profile: Profile
    created_ms: int
    cash: int
    tokens: dict[str, int] = field(default_factory=dict)
    allowances: set[str] = field(default_factory=set)
    keys: list[ApiKey] = field(default_factory=list)
    sessions: dict[str, int] = field(default_factory=dict)
    reserved: dict[str, int] = field(default_factory=dict)
    leaving: dict[str, int] = field(default_factory=dict)
    closed_only: bool = False
    banned: bool = False
    deployed: bool = True
    allow_listed: bool = True

    def balance(self, token: str) -> int:
        return self.tokens.get(token, 0)

    def held(self, asset: str) -> int:
        return self.tokens.get(asset, 0) if asset else self.cash

    def available(self, asset: str) -> int:
        return self.held(asset) - self.reserved.get(asset, 0) - self.leaving.get(asset, 0)

    def give(self, asset: str, amount: int) -> None:
        """Add to what is held; a negative amount takes."""
        if asset:
            self.tokens[asset] = self.tokens.get(asset, 0) + amount
        else:
            self.cash += amount

    def reserve(self, asset: str, amount: int) -> None:
        self.reserved[asset] = self.reserved.get(asset, 0) + amount

    def promise(self, asset: str, amount: int) -> None:
        self.leaving[asset] = self.leaving.get(asset, 0) + amount

    @property
    def code(self) -> WalletCode | None:
        if self.signature_type != DEPOSIT or not self.deployed:
            return None
        return WalletCode(owner=self.eoa, sessions=self.sessions)


class Accounts:
    """All accounts, found by wallet, by key or by API key."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._by_wallet: dict[str, Account] = {}
        self._by_eoa: dict[str, list[Account]] = {}

    def open(self, plan: AccountPlan, now_ms: int) -> Account:
        """Open an account; opening the same wallet again gives the one there is."""
        key = plan.private_key or "0x" + self._dice.randbytes(32).hex()
        eoa = address_of(key)
        wallet = wallet_of(eoa, plan.signature_type, beacon=plan.beacon)
        if wallet in self._by_wallet:
            return self._by_wallet[wallet]
        account = Account(
            eoa=eoa,
            private_key=key,
            wallet=wallet,
            signature_type=plan.signature_type,
            profile=Profile(name=plan.name, pseudonym=plan.pseudonym or _pseudonym(wallet)),
            created_ms=now_ms,
            cash=plan.pusd,
            tokens=dict(plan.tokens),
            allowances=set(APPROVALS) if plan.approved else set(),
        )
        self._by_wallet[wallet] = account
        self._by_eoa.setdefault(eoa, []).append(account)
        return account

    def by_wallet(self, address: str) -> Account | None:
        return self._by_wallet.get(address.lower())

    def by_eoa(self, address: str) -> tuple[Account, ...]:
        """Give the wallets that this key owns or may sign for."""
        key = address.lower()
        lent = [account for account in self._by_wallet.values() if key in account.sessions]
        return (*self._by_eoa.get(key, ()), *lent)

    def by_key(self, api_key: str) -> tuple[Account, ...]:
        return tuple(a for a in self._by_wallet.values() if any(k.key == api_key for k in a.keys))

    def all(self) -> tuple[Account, ...]:
        return tuple(self._by_wallet.values())


def wallet_of(eoa: str, signature_type: int, *, beacon: bool = True) -> str:
    """Give the wallet that a key has under a signature type."""
    if signature_type == _EOA:
        return eoa
    if signature_type == _PROXY:
        return proxy_wallet(eoa)
    if signature_type == _SAFE:
        return safe_wallet(eoa)
    return beacon_wallet(eoa) if beacon else uups_wallet(eoa)


_FIRST = ("Quick", "Grave", "Mild", "Bold", "Warm", "Stark", "Keen", "Quiet")
_SECOND = ("Fox", "Harbor", "Ledger", "Willow", "Comet", "Anchor", "Finch", "Quarry")


def _pseudonym(wallet: str) -> str:
    draw = int(wallet[2:10], 16)
    return f"{_FIRST[draw % 8]}-{_SECOND[draw // 8 % 8]}"
