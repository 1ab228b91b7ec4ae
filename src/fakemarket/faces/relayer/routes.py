"""The relayer over HTTP: is a wallet deployed, what is its nonce, carry this out, how far is it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from aiohttp import web

from fakemarket.faces.quota import Quota
from fakemarket.faces.relayer.calls import Call, CallError, carry_out
from fakemarket.faces.relayer.envelopes import Envelope, EnvelopeError, read_envelope
from fakemarket.world.accounts import Account
from fakemarket.world.exchange import Exchange
from fakemarket.world.signing import recover

STEPS: Final = ((500, "STATE_EXECUTED"), (2_500, "STATE_MINED"), (5_000, "STATE_CONFIRMED"))
OPEN_STATES: Final = frozenset({"STATE_NEW", "STATE_EXECUTED"})
KEY_HEADERS: Final = ("RELAYER_API_KEY", "POLY_BUILDER_API_KEY")
SUBMITS_PER_MINUTE: Final = 25
MINUTE_MS: Final = 60_000
WALLET_KINDS: Final = {"WALLET": 3, "WALLET-CREATE": 3, "SAFE": 2, "SAFE-CREATE": 2, "PROXY": 1}
DEPLOYING: Final = frozenset({"WALLET-CREATE", "SAFE-CREATE"})
RELAY: Final = "0x" + "5e" * 20  # the node that would carry a proxy's transaction to the hub


class RelayerError(Exception):
    """A request the relayer refuses."""

    def __init__(self, words: str, *, status: int = 400) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


@dataclass(slots=True, kw_only=True)
class Submitted:
    """One transaction on its way."""

    id: str
    wallet: str
    calls: list[Call] = field(default_factory=list)
    state: str = "STATE_NEW"
    hash: str = ""
    error: str = ""

    def document(self) -> dict[str, object]:
        return {
            "transaction_id": self.id,
            "transactionID": self.id,
            "state": self.state,
            "transaction_hash": self.hash,
            "transactionHash": self.hash,
            "error_msg": self.error,
            "wallet": self.wallet,
        }


class RelayerFace:
    """One relayer: nonces by wallet, one transaction of a wallet at a time."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._nonces: dict[str, int] = {}
        self._submitted: dict[str, Submitted] = {}
        self._quota = Quota(exchange.clock, {"/submit": SUBMITS_PER_MINUTE}, window_ms=MINUTE_MS)

    # --- questions ---------------------------------------------------------------------------------------------------

    async def deployed(self, request: web.Request) -> web.Response:
        account = self._exchange.accounts.by_wallet(request.query.get("address", ""))
        return web.json_response({"deployed": account is not None and account.deployed})

    async def params(self, request: web.Request) -> web.Response:
        address = request.query.get("address", "").lower()
        kind = request.query.get("type", "WALLET")
        account = self._owned(address, kind)
        nonce = self._nonces.get(account.wallet, 0) if account is not None else 0
        told = RELAY if kind == "PROXY" else address
        return web.json_response({"address": told, "nonce": str(nonce)})

    async def transaction(self, request: web.Request) -> web.Response:
        found = self._submitted.get(request.match_info["id"])
        if found is None:
            return web.json_response({"error": "transaction not found"}, status=404)
        return web.json_response(found.document())

    # --- the one that acts -------------------------------------------------------------------------------------------

    async def submit(self, request: web.Request) -> web.Response:
        try:
            if not any(name in request.headers for name in KEY_HEADERS):
                raise RelayerError("invalid authorization", status=401)
            if not self._quota.admits(request.remote or "", "/submit"):
                raise RelayerError("Too Many Requests", status=429)
            return web.json_response(self._taken(_object(await request.text())).document())
        except EnvelopeError as error:
            return web.json_response({"error": str(error)}, status=400)
        except RelayerError as error:
            return web.json_response({"error": error.words}, status=error.status)

    def _taken(self, body: Mapping[str, object]) -> Submitted:
        kind = str(body.get("type"))
        if kind not in WALLET_KINDS:
            raise RelayerError(f"transactions of type {kind} are not carried out here")
        owner = str(body.get("from", "")).lower()
        account = self._owned(owner, kind)
        if account is None:
            raise RelayerError("no such wallet belongs to this address")
        if kind in DEPLOYING:
            account.deployed = True
            return self._started(account, [])
        calls = self._checked(account, read_envelope(body, account.wallet, self._exchange.plan.chain_id))
        self._nonces[account.wallet] = self._nonces.get(account.wallet, 0) + 1
        return self._started(account, calls)

    def _checked(self, account: Account, envelope: Envelope) -> list[Call]:
        """See that the wallet is free, the nonce and the deadline are right, and that the owner signed just this."""
        expected = self._nonces.get(account.wallet, 0)
        if any(one.wallet == account.wallet and one.state in OPEN_STATES for one in self._submitted.values()):
            raise RelayerError("wallet busy: active action in progress")
        if envelope.nonce != expected:
            raise RelayerError(f"batch nonce {envelope.nonce} does not match on-chain nonce {expected}")
        if envelope.deadline_s is not None and envelope.deadline_s < self._exchange.clock.now_s():
            raise RelayerError("deadline has passed")
        if envelope.wallet != account.wallet or recover(envelope.digest, envelope.signature) != account.eoa:
            raise RelayerError("invalid signature")
        return envelope.calls

    def _started(self, account: Account, calls: list[Call]) -> Submitted:
        number = len(self._submitted)
        text = hashlib.sha256(f"{self._exchange.plan.seed} relayed {number}".encode()).hexdigest()
        identity = f"{text[:8]}-{text[8:12]}-4{text[13:16]}-9{text[17:20]}-{text[20:32]}"
        taken = Submitted(id=identity, wallet=account.wallet, calls=calls)
        self._submitted[identity] = taken
        now_ms = self._exchange.clock.now_ms()
        for wait_ms, state in STEPS:
            self._exchange.clock.schedule(now_ms + wait_ms, partial(self._step, account, taken, state))
        return taken

    def _step(self, account: Account, taken: Submitted, state: str) -> None:
        if taken.state == "STATE_FAILED":
            return
        taken.state = state
        if state != "STATE_MINED":
            return
        taken.hash = self._exchange.transaction_hash()
        self._exchange.chain.carry(taken.hash)
        try:
            with self._exchange.one_transaction(taken.hash):
                for call in taken.calls:
                    carry_out(self._exchange, account, call)
        except CallError as error:
            taken.state, taken.error = "STATE_FAILED", str(error)

    def _owned(self, address: str, kind: str) -> Account | None:
        accounts = self._exchange.accounts.by_eoa(address)
        wanted = WALLET_KINDS.get(kind)
        return next((one for one in accounts if one.signature_type == wanted and one.eoa == address), None)


def _object(text: str) -> dict[str, object]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise RelayerError("the body is no JSON") from error
    if not isinstance(document, dict):
        raise RelayerError("the body must be an object")
    return document


def application(exchange: Exchange) -> web.Application:
    """Build the relayer of one exchange."""
    face = RelayerFace(exchange)
    app = web.Application()
    app.router.add_get("/deployed", face.deployed)
    app.router.add_get("/v1/account/transactions/params", face.params)
    app.router.add_get("/relay-payload", face.params)
    app.router.add_get("/v1/account/transactions/{id}", face.transaction)
    app.router.add_post("/submit", face.submit)
    return app
