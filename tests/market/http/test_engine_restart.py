"""The order engine restarts while somebody wants to trade (F49)."""

from __future__ import annotations

import json

from copydesk.adapters.clocks.dice import SeededDice
from copydesk.adapters.clocks.live import RunningClock
from copydesk.adapters.polymarket.http.breaker import BreakerState
from copydesk.adapters.polymarket.http.hosts import Hosts
from copydesk.adapters.polymarket.http.lanes import Lane
from copydesk.adapters.polymarket.http.trouble import Busy
from copydesk.adapters.polymarket.http.venue_http import Call, VenueHttp
from tests.fakemarket.clob.counter import Counter

RESTART_MS, POST_ONLY_MS, SPEED = 90_000, 120_000, 400


class Trader:
    """Somebody who wants to place an order every second, and notes how it went."""

    def __init__(self, counter: Counter, http: VenueHttp, clock: RunningClock) -> None:
        self._counter, self._http, self._clock = counter, http, clock
        self._began, self._told_ms = clock.elapsed_ms(), 0
        self.refused: list[int] = []

    def age_ms(self) -> int:
        """Let the venue's time catch up with ours, and give it."""
        age_ms = self._clock.elapsed_ms() - self._began
        self._counter.clock.advance(age_ms - self._told_ms)
        self._told_ms = age_ms
        return age_ms

    async def place(self) -> bool:
        account = self._counter.accounts[3]
        request = self._counter.request(account, self._counter.order(account, "BUY", 20, 5))
        body = json.dumps(request)
        headers = self._counter.headers(self._counter.keys[account.wallet], "POST", "/order", body)
        call = Call(
            face="clob",
            method="POST",
            path="/order",
            body=body.encode(),
            headers=tuple(headers.items()),
            lane=Lane.BUY,
            signer=account.wallet,
        )
        try:
            await self._http.send(call)
        except Busy as busy:
            self.refused += [busy.status] if busy.status else []
            return False
        return True

    async def trade_until_it_works(self) -> None:
        self.age_ms()
        while not await self.place():
            await self._clock.sleep(1_000)
            self.age_ms()
            await self._http.get("clob", "/time")


def test_a_restart_is_waited_out_with_few_requests_while_reads_go_on() -> None:
    """F49: 425 for 90 s, then post-only for two minutes: no storm, the host is not shut, and then it works again."""

    async def act(counter: Counter) -> None:
        clock = RunningClock(SPEED)
        http = VenueHttp(Hosts(clob=counter._base), clock, SeededDice(7))
        counter.exchange.faults.set("restart", restart_ms=RESTART_MS, post_only_ms=POST_ONLY_MS)
        trader = Trader(counter, http, clock)
        try:
            await trader.trade_until_it_works()
        finally:
            await http.close()
        assert RESTART_MS + POST_ONLY_MS <= trader.age_ms() <= RESTART_MS + POST_ONLY_MS + 40_000
        assert set(trader.refused) == {425, 503}
        assert len(trader.refused) <= 12
        assert http.requests["clob", "/time"] > 20
        assert http.state("clob") is BreakerState.CLOSED

    counter = Counter()
    counter.run(act)
