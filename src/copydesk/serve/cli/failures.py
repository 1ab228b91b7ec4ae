"""How a command fails: one clear line on stderr, the exit code that says which kind, and the details in the log."""

from __future__ import annotations

import os
import sys
from io import StringIO

import typer
from typer.core import TyperGroup

from copydesk.domain.errors import BadInput, Broken, Unreadable
from copydesk.serve.cli.codes import Code, NotFound

EXPECTED: tuple[tuple[type[Exception], Code], ...] = (
    (BadInput, Code.USAGE),
    (NotFound, Code.NOT_FOUND),
    (Unreadable, Code.UNREADABLE),
)


class GuardedGroup(TyperGroup):
    """The root of all commands: whatever one raises becomes a line on stderr and an exit code, never a traceback."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except KeyboardInterrupt as stop:
            tell("interrupted")
            raise typer.Exit(Code.INTERRUPTED) from stop
        except BrokenPipeError as gone:
            _leave_the_pipe()
            raise typer.Exit(Code.DONE) from gone
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            raise typer.Exit(_said(error)) from error
        return answer


def tell(words: str) -> None:
    """One line of talk, on stderr; what would command the terminal is spelled out."""
    sys.stderr.write(f"copydesk: {words if words.isprintable() else repr(words)}\n")


def _said(error: Exception) -> Code:
    """Say what went wrong and answer with the code for it."""
    for kind, code in EXPECTED:
        if isinstance(error, kind):
            tell(str(error))
            return code
    if isinstance(error, Broken):
        tell(f"an invariant failed, nothing may go on: {error}")
    tell(_logged(error))
    return Code.FAILED


def _logged(error: Exception) -> str:
    """Write the error and its traceback to the program's log; the answer is the line to show, redacted likewise."""
    from copydesk.wiring import start_logs

    line = StringIO()
    with start_logs(terminal=line) as logs:
        logs.crashed(error)
    details = f"details in {logs.file}" if logs.file else "run it again with --debug for details"
    return f"{line.getvalue().strip()}; {details}"


def _leave_the_pipe() -> None:
    """Nobody reads stdout any more: let what is still buffered go nowhere."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = StringIO()
