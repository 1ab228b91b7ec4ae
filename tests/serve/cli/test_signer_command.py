"""`copydesk signer` as a process: it signs over its socket, leaks no key, opens no other socket, and ends in order."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from copydesk.adapters.polymarket.orders.order import STANDARD, OrderSide, SignatureType, SignedFields
from copydesk.adapters.polymarket.orders.verdict import order_refused
from copydesk.adapters.polymarket.signer.desk_side import RemoteSigner, SignerLost
from copydesk.adapters.polymarket.signer.key_file import open_key_file
from copydesk.adapters.polymarket.signer.policy import Denied
from copydesk.domain.secret import Secret

WORDS = "correct horse battery\n"
REPO = Path(__file__).resolve().parents[3]
PATIENCE_S = 20


def signer(folder: Path, *words: str) -> subprocess.Popen[str]:
    environment = {"PATH": os.defpath, "PYTHONPATH": str(REPO / "src"), "HOME": str(folder), "COLUMNS": "200"}
    return subprocess.Popen(
        [sys.executable, "-m", "copydesk", "signer", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder,
    )  # fmt: skip


def typed(folder: Path, *words: str, lines: str = WORDS) -> tuple[int, str, str]:
    with signer(folder, *words) as process:
        try:
            out, err = process.communicate(lines, timeout=PATIENCE_S)
        finally:
            process.kill()
    return process.returncode, out, err


@contextmanager
def running(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A signer that answers at `socket`, and the line it said."""
    with signer(folder, "run", "key", "--socket", "socket", *words) as process:
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(WORDS)
            process.stdin.flush()
            yield process, process.stdout.readline()
        finally:
            process.kill()


@pytest.mark.slow
def test_a_key_is_made_sealed_and_signs_and_is_seen_nowhere(tmp_path: Path) -> None:
    """I29, I32, T10, T13, C14: made in the signer, used over the socket, found in no output and no argument."""
    code, address, err = typed(tmp_path, "new-key", "key")
    assert (code, err) == (0, "")
    owner = address.strip()
    canary = open_key_file(tmp_path / "key", Secret(WORDS.strip())).secret
    with running(tmp_path, "--order-max", "50") as (process, said):
        assert owner in said
        order = SignedFields(1, owner, owner, 10**70, 50_000_000, 100_000_000, OrderSide.BUY, SignatureType.EOA, 1)
        answer = asyncio.run(sign(tmp_path / "socket", order))
        assert order_refused(order, answer, STANDARD) is None
        with pytest.raises(Denied, match="one order may be 50 dollars"):
            asyncio.run(sign(tmp_path / "socket", order._replace(maker_amount=50_000_001)))
        assert seen_of(process.pid) in ([], "closed to its own user")
        assert core_limit(process.pid) == "0"
        arguments = (Path("/proc") / str(process.pid) / "cmdline").read_bytes()
        process.terminate()
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert not (tmp_path / "socket").exists()
    for seen in (arguments, out.encode(), err.encode(), said.encode(), *(p.read_bytes() for p in tmp_path.iterdir())):
        assert canary not in seen
        assert canary.hex().encode() not in seen


def core_limit(pid: int) -> str:
    """How large a core file of a process may be."""
    limits = (Path("/proc") / str(pid) / "limits").read_text().splitlines()
    return next(line for line in limits if line.startswith("Max core")).split()[4]


def seen_of(pid: int) -> object:
    """The network sockets of a process; nobody but the superuser may even look at those of one that is not dumpable."""
    try:
        return sockets(pid)
    except PermissionError:
        return "closed to its own user"


async def sign(socket: Path, order: SignedFields) -> bytes:
    remote = RemoteSigner(socket)
    try:
        return (await remote.sign_order(order, STANDARD)).signature
    finally:
        await remote.close()


def sockets(pid: int) -> list[str]:
    """The network sockets of a process' own, of any family but Unix."""
    inodes = {
        os.readlink(each).removeprefix("socket:[").removesuffix("]")
        for each in (Path("/proc") / str(pid) / "fd").iterdir()
        if os.readlink(each).startswith("socket:")
    }
    tables = [Path("/proc") / str(pid) / "net" / name for name in ("tcp", "tcp6", "udp", "udp6")]
    return [line for table in tables for line in table.read_text().splitlines()[1:] if line.split()[9] in inodes]


@pytest.mark.slow
def test_a_wrong_passphrase_and_a_strange_wallet_end_it_with_the_reason(tmp_path: Path) -> None:
    """K3: before anything is signed."""
    typed(tmp_path, "new-key", "key")
    code, _, err = typed(tmp_path, "run", "key", "--socket", "socket", lines="not this one\n")
    assert (code, "does not open it" in err) == (2, True)
    code, _, err = typed(tmp_path, "run", "key", "--socket", "socket", "--wallet", "0x" + "11" * 20)
    assert (code, "none of" in err or "one of the key's own" in err) == (2, True)
    code, _, err = typed(tmp_path, "new-key", "other", lines="short\n")
    assert (code, "12 at least" in err) == (2, True)
    code, _, err = typed(tmp_path, "who", "socket")
    assert (code, "copydesk signer run" in err) == (7, True)


def test_a_signer_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    """F75: entries wait; nothing is known to be signed."""
    with pytest.raises(SignerLost, match="copydesk signer run"):
        asyncio.run(RemoteSigner(tmp_path / "none").who())
