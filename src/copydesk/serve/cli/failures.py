"""How a command fails: one clear line on stderr, the exit code that says which kind, and the details in the log."""

from __future__ import annotations

import os
import sys
from io import StringIO
from typing import TYPE_CHECKING

from copydesk.domain.errors import BadInput, Broken, Unreadable
from copydesk.serve.cli.codes import Code, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

EXPECTED: tuple[tuple[type[BaseException], Code], ...] = (
    (BadInput, Code.USAGE),
    (NotFound, Code.NOT_FOUND),
    (Unreadable, Code.UNREADABLE),
)


def guarded(run: Callable[[], object]) -> None:
    """Run a command; whatever it raises becomes a line on stderr and the code the program exits with."""
    try:
        run()
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        raise SystemExit(code_of(error)) from error


def code_of(error: BaseException) -> Code:
    """Say what went wrong and answer with the code for it. Nobody reading stdout any more is not wrong."""
    if isinstance(error, BrokenPipeError):
        _leave_the_pipe()
        return Code.DONE
    if isinstance(error, KeyboardInterrupt):
        tell("interrupted")
        return Code.INTERRUPTED
    for kind, code in EXPECTED:
        if isinstance(error, kind):
            tell(str(error))
            return code
    if isinstance(error, Broken):
        tell(f"an invariant failed, nothing may go on: {error}")
    tell(_logged(error))
    return Code.FAILED


def tell(words: str) -> None:
    """One line of talk, on stderr; what would command the terminal is spelled out."""
    sys.stderr.write(f"copydesk: {words if words.isprintable() else repr(words)}\n")


def _logged(error: BaseException) -> str:
    """Write the error and its traceback to the program's log; the answer is the line to show, redacted likewise."""
    from copydesk.wiring.opening import start_logs

    line = StringIO()
    with start_logs(terminal=line) as logs:
        logs.crashed(error)
    details = f"details in {logs.file}" if logs.file else "run it again with --debug for details"
    return f"{line.getvalue().strip()}; {details}"


def _leave_the_pipe() -> None:
    """Let what is still buffered go nowhere."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = StringIO()
