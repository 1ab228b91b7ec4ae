"""The root of all commands: whatever one raises becomes a line on stderr and an exit code, never a traceback."""

from __future__ import annotations

import sys

import typer
from typer.core import TyperGroup

from copydesk.serve.cli.failures import code_of


class GuardedGroup(TyperGroup):
    """A group of commands that tells failures as `failures` does. With `--debug` they keep their traceback."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        try:
            answer: object = super().invoke(ctx)
            sys.stdout.flush()
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except (Exception, KeyboardInterrupt) as error:
            if ctx.params.get("debug"):
                raise
            raise typer.Exit(code_of(error)) from error
        return answer
