"""`copydesk positions`: what is held, what it cost, and what was earned on it so far."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from copydesk.serve.cli import options

if TYPE_CHECKING:
    from rich.console import RenderableType

    from copydesk.domain.exits import Leaving
    from copydesk.domain.ids import AccountId, Wallet
    from copydesk.domain.position import Position
    from copydesk.flow.portfolio.fold import Portfolio
    from copydesk.serve.cli.recount import Recount

OfLeader = Annotated[
    str | None,
    typer.Option("--leader", metavar="WALLET", help="Only after this leader: the wallet, or how it begins.",
                 show_default=False),
]  # fmt: skip
Settled = Annotated[bool, options.switch("--settled", "Also those whose market has resolved or that were sold.")]


class Asked(NamedTuple):
    """Which positions are asked for: also those that are over, and after which leader, None for any."""

    is_all: bool
    leader: Wallet | None

    def of(self, portfolio: Portfolio) -> list[Position]:
        """Those of one account."""
        from copydesk.serve.cli.recount import held

        return [each for each in held(portfolio, is_all=self.is_all) if self.leader in {None, each.leader}]


def positions(
    ledger: options.Ledger = None,
    settled: Settled = False,
    leader: OfLeader = None,
    as_json: options.Json = False,
    no_color: options.NoColor = False,
) -> None:
    """List what is held, at cost. A ledger holds no prices of now."""
    from copydesk.serve.cli.leading import wallet_of
    from copydesk.serve.cli.recount import recount
    from copydesk.wiring.opening import open_ledger

    path = options.ledger_named(ledger)
    with closing(open_ledger(path)) as store:
        asked = Asked(settled, None if leader is None else wallet_of(store, leader))
        counted = recount(store.entries())
    if as_json:
        from copydesk.serve.cli.screen import write_document

        write_document(_document(counted, str(path), asked))
    else:
        _show(counted, asked, is_colourless=no_color)


def _document(counted: Recount, file: str, asked: Asked) -> dict[str, object]:
    from copydesk.run.report import dollars

    accounts = {
        account: {
            name: dollars(getattr(portfolio, name))
            for name in ("free", "reserved", "deployed", "bankroll", "deposited")
        }
        for account, portfolio in sorted(counted.portfolios.items())
    }
    rows = [
        _row(account, position, portfolio.leaving.get((position.leader, position.token)))
        for account, portfolio in sorted(counted.portfolios.items())
        for position in asked.of(portfolio)
    ]
    as_of = counted.last.recorded_at if counted.last else None
    return {"mode": "paper", "ledger_file": file, "as_of": as_of, "accounts": accounts, "positions": rows}


def _row(account: AccountId, position: Position, leaving: Leaving | None) -> dict[str, object]:
    from copydesk.domain.money import Usdc
    from copydesk.run.report import dollars

    return {
        "account": account,
        "leader": position.leader,
        "market": position.market,
        "title": position.title,
        "token": position.token,
        "outcome": position.outcome,
        "category": position.category,
        "is_open": position.is_open,
        "shares": dollars(Usdc(int(position.shares))),
        "cost": dollars(position.basis),
        "realised": dollars(position.realised),
        "fees": dollars(position.fees),
        "fills": position.fills,
        "selling": dollars(Usdc(int(leaving.selling))) if leaving else "0",
        "owed": dollars(Usdc(int(leaving.owed))) if leaving else "0",
        "is_dust": leaving.is_dust if leaving else False,
    }


def way_out(leaving: Leaving | None) -> str:
    """What stands of an exit: shares being sold, shares an exit did not sell, or too few to sell (E28, K6)."""
    from copydesk.serve.cli import format as shown

    if leaving is None:
        return ""
    if leaving.is_dust:
        return "dust"
    selling, owed = int(leaving.selling), int(leaving.owed)
    words = [f"selling {shown.shares(selling)}" if selling else "", f"not sold {shown.shares(owed)}" if owed else ""]
    return ", ".join(word for word in words if word)


def _show(counted: Recount, asked: Asked, *, is_colourless: bool) -> None:
    from rich.text import Text

    from copydesk.serve.cli import format as shown
    from copydesk.serve.cli.report_view import mode_line
    from copydesk.serve.cli.screen import draw, money, table

    as_of = f"as of {shown.moment(counted.last.recorded_at)} UTC" if counted.last else "the ledger is empty"
    parts: list[RenderableType] = [mode_line("positions", f"at cost, {as_of}")]
    for account, portfolio in sorted(counted.portfolios.items()):
        cash = f"free {shown.dollars(int(portfolio.free))} · reserved {shown.dollars(int(portfolio.reserved))}"
        deployed = f"in positions {shown.dollars(int(portfolio.deployed))}"
        parts.append(Text.assemble((f"{account}  ", "head"), (f"{cash} · {deployed}", "muted")))
        names = ("Outcome", "Market", "Leader", "Shares", "Avg", "Cost", "Fees", "Realised", "Exit")
        grid = table(*names, numbers=range(3, 8))
        for each in asked.of(portfolio):
            average = int(each.basis) * shown.MICROS // int(each.shares) if each.shares else None
            grid.add_row(
                Text(shown.line(each.outcome) or shown.short(each.token), style="head"),
                shown.line(each.title) or shown.short(each.market),
                shown.short(each.leader),
                shown.shares(int(each.shares)),
                shown.UNKNOWN if average is None else shown.price(average),
                shown.dollars(int(each.basis)),
                shown.dollars(int(each.fees)),
                money(int(each.realised)),
                way_out(portfolio.leaving.get((each.leader, each.token))),
            )
        parts.append(grid if grid.row_count else "Nothing is held.")
    draw(parts, is_colourless=is_colourless)
