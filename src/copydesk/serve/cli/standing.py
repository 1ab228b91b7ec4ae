"""How the desk stands: paper or live, what is held, what was decided last and why. Starts fast and draws nothing."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from copydesk.serve.cli import format as shown
from copydesk.serve.cli.state import own_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.domain.control import Command
    from copydesk.domain.decision import Decision
    from copydesk.flow.portfolio.fold import Portfolio
    from copydesk.serve.cli.recount import Glance

HELD_SHOWN = 5
MODE = "PAPER      simulated fills; no order leaves this machine"
VERDICTS = {"copied": "approved", "skipped": "skipped", "expired": "expired"}
_LABEL = 11


def show(ledger: Path | None, *, as_json: bool) -> None:
    """Write how the desk stands to stdout. Without a name it is about the desk's own ledger, if there is one."""
    if ledger is None and own_ledger().is_file():
        ledger = own_ledger()
    seen = None if ledger is None else _glance(ledger)
    if as_json:
        import msgspec

        sys.stdout.write(msgspec.json.encode(_document(seen, ledger)).decode() + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(seen, ledger)))


def _glance(ledger: Path) -> Glance:
    from copydesk.serve.cli.recount import glance
    from copydesk.wiring.opening import open_ledger

    with closing(open_ledger(ledger)) as store:
        return glance(store.rows())


def _lines(seen: Glance | None, ledger: Path | None) -> list[str]:
    if seen is None:
        none = "none named: give --ledger FILE; `copydesk up` and `copydesk replay --ledger FILE` make one"
        return [MODE, _line("Ledger", none)]
    last = f"last {shown.moment(seen.last.recorded_at)} UTC" if seen.last else "empty"
    cut, killed = seen.rest.unfinished, seen.rest.killed
    told = f"{cut} cut off: run the same replay again to finish it" if cut else "none cut off"
    told += f", {killed} killed and gone on with" if killed else ""
    lines = [
        MODE,
        _line("Ledger", f"{ledger} · {shown.count(seen.entries)} entries · {last}"),
        _line("Runs", f"{shown.count(seen.rest.runs)}, {told}"),
    ]
    lines += _waiting(seen, ledger)
    for account, portfolio in sorted(seen.rest.portfolios.items()):
        lines += [*_stopped(account, portfolio), *_holdings(account, portfolio)]
    return [*lines, *_decided(seen)]


def _waiting(seen: Glance, ledger: Path | None) -> list[str]:
    """Commands that no desk has taken over yet."""
    given = _given(seen, ledger)
    return [
        _line("Commanded", f"{each.verb}: {shown.line(each.words)} · holds from the desk's next look") for each in given
    ]


def _given(seen: Glance, ledger: Path | None) -> list[Command]:
    from copydesk.wiring.control import waiting_commands

    return [] if ledger is None else waiting_commands(ledger, seen.rest.commands)


def _stopped(account: str, portfolio: Portfolio) -> list[str]:
    """What stands in the way of the account's entries, and what lifts it."""
    from copydesk.serve.cli.control_view import cut_line, halt_line, pause_line

    controls = portfolio.controls
    return [
        *(_line("HALTED", halt_line(account, halt)) for halt in controls.halts.values()),
        *(_line("Cut off", cut_line(cut)) for cut in controls.cut_off.values()),
        *(_line("Paused", pause_line(pause)) for pause in controls.paused.values()),
    ]


def _holdings(account: str, portfolio: Portfolio) -> list[str]:
    """Cash and the dearest positions of one account."""
    from copydesk.serve.cli.recount import held

    net = int(portfolio.realised) - int(portfolio.fees)
    money = f"bankroll {shown.dollars(int(portfolio.bankroll))} at cost · free {shown.dollars(int(portfolio.free))}"
    earned = f"realised {shown.signed_dollars(net)} net of {shown.dollars(int(portfolio.fees))} fees"
    opened = held(portfolio, is_all=False)
    what = f"{shown.count(len(opened))} positions, {shown.dollars(int(portfolio.deployed))}" if opened else "nothing"
    lines = [_line("Account", f"{account} · {money} · {earned}"), _line("Holds", what)]
    for each in opened[:HELD_SHOWN]:
        name = f"{shown.line(each.outcome)}  {shown.line(each.title) or shown.short(each.market)}"
        lines.append(_line("", f"{shown.dollars(int(each.basis)):>10}  {shown.shares(int(each.shares)):>9}  {name}"))
    left = len(opened) - HELD_SHOWN
    return [*lines, _line("", f"{'':>10}  {left} more: copydesk positions")] if left > 0 else lines


def _decided(seen: Glance) -> list[str]:
    numbers = _numbers(seen)
    parts = " · ".join(f"{name} {shown.count(numbers[name])}" for name in VERDICTS)
    decision = seen.last_decision
    last = [] if decision is None else _last(decision)
    return [_line("Decisions", f"{shown.count(numbers['decisions'])} · {parts}"), *last]


def _last(decision: Decision) -> list[str]:
    """The last decision and, if it was a no, why."""
    from copydesk.serve.cli import words
    from copydesk.serve.cli.told import MARKS, market, outcome, trade, verdict

    signal = decision.signal
    lines = [
        _line("Last", f"{shown.moment(decision.decided_at)} UTC  {MARKS[verdict(decision)]}  {signal.id[:12]}"),
        _line("", f"{outcome(signal)}  {market(signal)}"),
        _line("", f"{shown.short(signal.leader)} {trade(signal)}"),
    ]
    why = words.why(decision)
    return [*lines, _line("", why)] if why else lines


def _numbers(seen: Glance) -> dict[str, int]:
    return {
        "decisions": seen.decisions.total(),
        **{name: seen.decisions[tag] for name, tag in VERDICTS.items()},
    }


def _document(seen: Glance | None, ledger: Path | None) -> dict[str, object]:
    if seen is None:
        return {"mode": "paper", "ledger_file": None}
    from copydesk.run.report import dollars, total
    from copydesk.serve.cli import words

    counted, portfolios, decision = seen.rest, seen.rest.portfolios.values(), seen.last_decision
    last = None
    if decision is not None:
        last = {"id": decision.signal.id, "decided_at": decision.decided_at, "why": words.why(decision) or None}
    return {
        "mode": "paper",
        "ledger_file": str(ledger),
        "ledger_entries": seen.entries,
        "last_recorded_at": seen.last.recorded_at if seen.last else None,
        "runs": counted.runs,
        "unfinished": counted.unfinished,
        "killed": counted.killed,
        "accounts": sorted(counted.portfolios),
        "positions_open": sum(each.positions_open for each in portfolios),
        **{
            name: dollars(total(getattr(each, name) for each in portfolios))
            for name in ("bankroll", "free", "reserved", "deployed", "fees")
        },
        "realised": dollars(total(each.realised - each.fees for each in portfolios)),
        **_numbers(seen),
        "last_decision": last,
        **_controls(seen, ledger),
    }


def _controls(seen: Glance, ledger: Path | None) -> dict[str, list[dict[str, object]]]:
    """Halts, cut-offs and pauses by account, and the commands that no desk has taken over yet."""
    import msgspec

    named = [(account, portfolio.controls) for account, portfolio in sorted(seen.rest.portfolios.items())]
    tables: dict[str, list[tuple[str, msgspec.Struct]]] = {
        "halts": [(account, each) for account, controls in named for each in controls.halts.values()],
        "cut_off": [(account, each) for account, controls in named for each in controls.cut_off.values()],
        "paused": [(account, each) for account, controls in named for each in controls.paused.values()],
    }
    told = {
        name: [{"account": account, **msgspec.structs.asdict(each)} for account, each in table]
        for name, table in tables.items()
    }
    return {**told, "commands_waiting": [msgspec.structs.asdict(each) for each in _given(seen, ledger)]}


def _line(label: str, text: str) -> str:
    return f"{label:<{_LABEL}}{text}"
