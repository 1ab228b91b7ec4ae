"""Puts a signer together: a key from its file, the account it signs for, what it spent, the socket it answers at."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from copydesk.adapters.clocks.system import SystemClock
from copydesk.adapters.polymarket.orders.hashing import unhexed_address
from copydesk.adapters.polymarket.orders.order import SignatureType
from copydesk.adapters.polymarket.orders.signing import address_of
from copydesk.adapters.polymarket.orders.wallets import wallets_of
from copydesk.adapters.polymarket.signer.desk_side import RemoteSigner
from copydesk.adapters.polymarket.signer.key_file import new_key_file, open_key_file
from copydesk.adapters.polymarket.signer.policy import Account, Policy
from copydesk.adapters.polymarket.signer.serving import Signing, close_the_process, serve
from copydesk.adapters.polymarket.signer.spent_file import SpentFile
from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from copydesk.domain.money import Usdc
    from copydesk.domain.secret import Secret


class SignerRequest(NamedTuple):
    """What to sign for: `wallet` holds the funds, None for the key's own; the caps are of one order and of one day.

    `is_session` says that the key was authorised by a deposit wallet that is another key's.
    """

    key_file: Path
    socket: Path
    wallet: str | None
    order_max: Usdc
    day_max: Usdc
    is_session: bool = False


class Ready(NamedTuple):
    """A signer that answers: the key's address, the wallet it signs for, and the kind of that wallet."""

    address: str
    wallet: str
    kind: str


def make_key(path: Path, passphrase: Secret) -> str:
    """A new key that nobody has seen, sealed into a new file; returns its address."""
    return new_key_file(path, passphrase)


def run_signer(request: SignerRequest, passphrase: Secret, told: Callable[[Ready], None]) -> None:
    """Answer until SIGTERM or SIGINT. Raises as `open_key_file`, and `BadInput` for a socket that is taken."""
    close_the_process()
    key = open_key_file(request.key_file, passphrase)
    spent = SpentFile(request.key_file.with_name(f"{request.key_file.name}.spent"))
    account = account_of(address_of(key), request)
    signing = Signing(key, account, Policy(account, spent.read(), spent.keep), SystemClock())
    asyncio.run(_run(signing, request.socket, lambda: told(Ready(account.owner, account.wallet, _kind(account)))))


def account_of(owner: str, request: SignerRequest) -> Account:
    """Which kind of wallet is signed for, by the key at `owner`.

    Raises `BadInput` for a wallet that is none of the key's, unless it is said to have a session there (K3).
    """
    wallet = request.wallet or owner
    unhexed_address(wallet)
    own = wallets_of(owner)
    kinds = {
        owner.lower(): SignatureType.EOA,
        own.proxy.lower(): SignatureType.PROXY,
        own.safe.lower(): SignatureType.SAFE,
        own.deposit.lower(): SignatureType.DEPOSIT_WALLET,
        own.deposit_uups.lower(): SignatureType.DEPOSIT_WALLET,
    }
    kind = SignatureType.DEPOSIT_WALLET if request.is_session else kinds.get(wallet.lower())
    if kind is None:
        raise BadInput(
            "wallet",
            found=wallet,
            allowed=f"one of the key's own: {owner}, {own.proxy}, {own.safe}, {own.deposit}, {own.deposit_uups}",
            remedy="take the key that owns it, or say --session if its owner authorised this one",
        )
    return Account(owner, wallet, kind, request.is_session, request.order_max, request.day_max)


def who_signs(path: Path) -> tuple[str, str]:
    """The address and the wallet of the signer at a socket. Raises `Unreadable` if there is none."""
    return asyncio.run(_who(path))


async def _who(path: Path) -> tuple[str, str]:
    remote = RemoteSigner(path)
    try:
        who = await remote.who()
    finally:
        await remote.close()
    return who.address, who.wallet


async def _run(signing: Signing, path: Path, told: Callable[[], None]) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.ensure_future(serve(signing, path, stop))
    loop.call_soon(told)
    await serving


def _kind(account: Account) -> str:
    name = account.kind.name.lower().replace("_", " ")
    return f"{name}, by a session key" if account.is_session else name
