"""`copydesk signer`: the process that holds the key, and the file it is sealed in."""

from __future__ import annotations

import getpass
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.domain.errors import BadInput
from copydesk.domain.money import MICROS, Usdc
from copydesk.domain.secret import Secret
from copydesk.serve.cli import options

if TYPE_CHECKING:
    from copydesk.wiring.signer import Ready

app = typer.Typer(no_args_is_help=True, help="The process that holds the key, and the file it is sealed in.")

LETTERS_LEAST = 12

KeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="The file of the sealed key.")]
Socket = Annotated[Path, typer.Option("--socket", metavar="FILE", help="Answer at this Unix socket.")]
AtSocket = Annotated[Path, typer.Argument(metavar="SOCKET", help="The signer's Unix socket.")]
Wallet = Annotated[
    str | None, typer.Option("--wallet", metavar="ADDRESS", help="The wallet with the funds.", show_default="the key's")
]
Session = Annotated[bool, options.switch("--session", "The wallet is another key's, which authorised this one.")]
OrderMax = Annotated[int, typer.Option("--order-max", metavar="USDC", min=1, help="At most so much an order.")]
DayMax = Annotated[int, typer.Option("--day-max", metavar="USDC", min=1, help="At most so much of buys a UTC day.")]


@app.command("new-key")
def new_key(key_file: KeyFile) -> None:
    """Make a key that nobody has seen and seal it with a passphrase. Its address is printed, the key never."""
    from copydesk.wiring.signer import make_key

    passphrase = _passphrase(is_new=True)
    sys.stdout.write(f"{make_key(key_file, passphrase)}\n")


@app.command()
def run(
    *,
    key_file: KeyFile,
    socket: Socket,
    wallet: Wallet = None,
    session: Session = False,
    order_max: OrderMax = 200,
    day_max: DayMax = 1_000,
) -> None:
    """Sign orders of one wallet, within caps of its own, for who asks at the socket; Ctrl-C ends it."""
    from copydesk.wiring.signer import SignerRequest, run_signer

    request = SignerRequest(key_file, socket, wallet, Usdc(order_max * MICROS), Usdc(day_max * MICROS), session)
    run_signer(request, _passphrase(is_new=False), lambda ready: _say(ready, order_max, day_max))


@app.command()
def who(socket: AtSocket) -> None:
    """Say whose key answers at a socket, and for which wallet."""
    from copydesk.wiring.signer import who_signs

    address, wallet = who_signs(socket)
    sys.stdout.write(f"key {address}\nwallet {wallet}\n")


def _say(ready: Ready, order_max: int, day_max: int) -> None:
    caps = f"${Decimal(order_max):,} an order, ${Decimal(day_max):,} of buys a day"
    sys.stdout.write(f"signing for {ready.wallet} ({ready.kind}) with {ready.address}; {caps}\n")
    sys.stdout.flush()


def _passphrase(*, is_new: bool) -> Secret:
    """From the terminal, a new one twice; from a pipe, its first line. Never from an argument or the environment."""
    if not sys.stdin.isatty():
        text = sys.stdin.readline().rstrip("\n")
    else:
        text = getpass.getpass("Passphrase: ")
        if is_new and text != getpass.getpass("Once more: "):
            raise BadInput("passphrase", found="two that differ", allowed="the same twice")
    if is_new and len(text) < LETTERS_LEAST:
        raise BadInput("passphrase", found=f"{len(text)} characters", allowed=f"{LETTERS_LEAST} at least")
    return Secret(text)
