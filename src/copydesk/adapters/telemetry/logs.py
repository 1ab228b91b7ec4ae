"""Logs of the program: lines for a person on the terminal and JSON lines in a file, redacted both (S4.16, S4.29)."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Final, Self, TextIO

import structlog
from platformdirs import user_log_path

from copydesk.adapters.telemetry.redaction import redact
from copydesk.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

    from structlog.typing import Processor

OUR_LOGGER: Final = "copydesk"
OWNER_ONLY: Final = 0o600
LIBRARY_LEVEL_LEAST: Final = logging.INFO
MARKS: Final = {"debug": "·", "info": "·", "warning": "!", "error": "✗", "critical": "✗"}
NOT_FIELDS: Final = frozenset({"event", "level", "timestamp", "logger", "exception", "stack"})

BEFORE: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
)
"""What every event goes through, ours and the libraries'. Tracebacks are text without local variables."""


class Logs:
    """The two places the program writes its log to, open until `close`.

    `terminal_level` is for the terminal only and cannot show more than `level`, which is for both. A library is heard
    from INFO upwards, whatever the level: at DEBUG some write headers and bodies.
    """

    def __init__(self, *, level: str, file: Path | None, terminal: TextIO, terminal_level: str | None = None) -> None:
        self.file = file
        self._handlers: list[logging.Handler] = [_to_terminal(terminal, terminal_level or level)]
        if file is not None:
            self._handlers.append(_to_file(file))
        root = logging.getLogger()
        for handler in self._handlers:
            root.addHandler(handler)
        root.setLevel(max(LIBRARY_LEVEL_LEAST, _number(level)))
        logging.getLogger(OUR_LOGGER).setLevel(_number(level))
        structlog.configure(
            processors=[
                structlog.stdlib.filter_by_level,
                *BEFORE,
                structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
            ],
            wrapper_class=structlog.stdlib.BoundLogger,
            logger_factory=structlog.stdlib.LoggerFactory(),
            cache_logger_on_first_use=False,
        )

    def crashed(self, error: BaseException) -> None:
        """Write down an error nobody expected, with its traceback."""
        what = f"{type(error).__name__}: {error}"
        logger("crash").critical("failed unexpectedly", error=what, exc_info=error)

    def close(self) -> None:
        """Write what is left and be silent from here on; again changes nothing."""
        root = logging.getLogger()
        for handler in self._handlers:
            root.removeHandler(handler)
            handler.close()
        self._handlers = []
        structlog.reset_defaults()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start(*, level: str, file: Path | None, terminal: TextIO, is_quiet: bool) -> Logs:
    """Begin to log. Without `file` it is one in the user's state directory, or none if that cannot be written."""
    terminal_level = "error" if is_quiet else level
    if file is not None:
        return Logs(level=level, file=file, terminal=terminal, terminal_level=terminal_level)
    try:
        return Logs(level=level, file=default_file(), terminal=terminal, terminal_level=terminal_level)
    except BadInput:
        return Logs(level=level, file=None, terminal=terminal, terminal_level=terminal_level)


def default_file() -> Path:
    """Where the log goes if the settings name no file."""
    return user_log_path("copydesk") / "copydesk.log"


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one part of the program, below `copydesk`."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(f"{OUR_LOGGER}.{name}")
    return bound


def for_a_person(_logger: object, _method: str, event: MutableMapping[str, object]) -> str:
    """One line: a mark for the level, the event, and its fields as `name=value`. A traceback is left to the file.

    What a terminal would take as a command is spelled out.
    """
    fields = [f"{name}={_spelled(value)}" for name, value in event.items() if name not in NOT_FIELDS]
    said = str(event.get("event", ""))
    return " ".join([MARKS.get(str(event.get("level")), "·"), said if said.isprintable() else repr(said), *fields])


def _spelled(value: object) -> str:
    text = str(value)
    return text if text.isprintable() and text and " " not in text else repr(text)


def _to_terminal(terminal: TextIO, level: str) -> logging.Handler:
    handler = _Stream(terminal)
    handler.setLevel(_number(level))
    handler.setFormatter(_formatter(for_a_person))
    return handler


def _to_file(file: Path) -> logging.Handler:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
    except OSError as error:
        raise BadInput(
            f"log file {file}",
            found=error.strerror or str(error),
            allowed="a file that can be written",
            remedy="name another with --set log.file=FILE",
        ) from error
    os.fchmod(descriptor, OWNER_ONLY)
    handler = _OwnedStream(os.fdopen(descriptor, "a", encoding="utf-8"))
    handler.setFormatter(_formatter(structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=False)))
    return handler


class _Stream(logging.StreamHandler[TextIO]):
    """A handler that counts the lines it could not write instead of printing them: they are not redacted yet."""

    lost = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        self.lost += 1


class _OwnedStream(_Stream):
    """A handler that closes its stream."""

    def close(self) -> None:
        super().close()
        self.stream.close()


def _formatter(render: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=BEFORE,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, render],
    )


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]
