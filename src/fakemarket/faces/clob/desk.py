"""What every handler of the order interface shares: the exchange, the log-ins, the limits and the faults."""

from dataclasses import dataclass

from aiohttp import web

from fakemarket.faces.clob.auth import Caller, Keyring
from fakemarket.faces.clob.heartbeats import Heartbeats
from fakemarket.faces.clob.limits import AddressLimits, SignerLimits, Verdict
from fakemarket.faces.clob.notices import Notices
from fakemarket.faces.clob.plan import ClobPlan
from fakemarket.world.exchange import Exchange
from fakemarket.world.orders import Refused


class TooFast(Refused):
    """A signer whose bucket is empty; the headers say when it has tokens again."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(429, "Too Many Requests")
        self.headers = verdict.headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One order interface that is being served."""

    exchange: Exchange
    keyring: Keyring
    plan: ClobPlan
    addresses: AddressLimits
    signers: SignerLimits
    heartbeats: Heartbeats
    notices: Notices

    async def caller(self, request: web.Request) -> Caller:
        """Check a private request; raises Refused."""
        body = await text_of(request)
        return self.keyring.caller(request.headers, request.method, request.path, body, self.plan.skew_max_s)

    def charge(self, caller: Caller, kind: str, cost: int) -> dict[str, str]:
        """Take tokens from the signer's bucket; give the headers, or raise TooFast."""
        verdict = self.signers.charge(caller.key.address, kind, cost)
        if not verdict.is_admitted:
            raise TooFast(verdict)
        return verdict.headers


async def text_of(request: web.Request) -> str:
    """Give the body as the bytes that were signed; what is no text was never signed."""
    try:
        return (await request.read()).decode()
    except UnicodeDecodeError as error:
        raise Refused(400, "Invalid order payload") from error
