"""Logs: one line an event on stderr, for people or as JSON. Nothing secret is ever an event's value."""

import contextlib
import logging
import sys
from typing import TextIO, cast

import structlog


class _Stderr:
    """Whatever sys.stderr is at the moment. That nobody can read a log any more must not end a run."""

    def write(self, text: str) -> None:
        """Write to it, if it is still there."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Flush it, if it is still there."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()


def set_up_logs(log_format: str, *, quiet: bool = False) -> None:
    """Write events of level info (quiet: warning) and above to stderr, as `console` or `json` lines."""
    level = logging.WARNING if quiet else logging.INFO
    render: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if log_format == "json"
        # Tracebacks without the values of variables: one of them may be a secret.
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _Stderr())),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    # APScheduler warns in its own words of what the schedule tells in ours.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
