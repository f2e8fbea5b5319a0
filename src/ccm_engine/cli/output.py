"""Writing: data to stdout, whole; words for people to stderr. Colour and line drawing only where they can be."""

import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Any, TextIO

from rich.console import Console, RenderableType

from ccm_engine.reports.json_document import json_text

SECONDS_BETWEEN_LINES = 30
"""How often a log is told how far long work is."""


class Output(StrEnum):
    """How a command prints."""

    TABLE = "table"
    JSON = "json"


class PipeClosedError(Exception):
    """Nobody reads on: the rest need not be written."""


def console_for(stream: TextIO) -> Console:
    """Return a console that takes no text for markup: most of what is shown is other people's."""
    return Console(file=stream, highlight=False, markup=False, emoji=False)


def show(*renderables: RenderableType) -> None:
    """Print to stdout as its width, colours and encoding allow. Raises PipeClosedError."""
    console = console_for(sys.stdout)
    with console.capture() as captured:
        for renderable in renderables:
            console.print(renderable)
    # Rich fills cells with blanks; at a line's end they are only in the way.
    write("".join(f"{line.rstrip(' ')}\n" for line in captured.get().splitlines()))


def write(text: str) -> None:
    """Write data to stdout as it stands. Raises PipeClosedError."""
    write_all([text])


def write_all(pieces: Iterable[str]) -> None:
    """Write data that comes in pieces to stdout as it stands. Raises PipeClosedError."""
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise PipeClosedError from error


def write_json(value: Any) -> None:
    """Write a JSON value to stdout. Raises PipeClosedError."""
    write(json_text(value))


def tell(message: str) -> None:
    """Say one line to the person, on stderr. That nobody can read it must not change what the exit code says."""
    line = plain(" ".join(message.split()))
    with suppress(OSError):
        sys.stderr.write(f"ccm: {line}\n")
        sys.stderr.flush()


def plain(text: str) -> str:
    """Return `text` with what would steer a terminal (escapes, line ends, changes of direction) made visible."""
    return "".join(f"\\u{ord(one):04x}" if unicodedata.category(one) in ("Cc", "Cf") else one for one in text)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show on stderr that work goes on; lend what tells how far it is. Elsewhere than on a terminal, now and then."""
    if not sys.stderr.isatty():
        yield _now_and_then(what)
        return
    with console_for(sys.stderr).status(what, spinner="line") as status:
        yield lambda message: status.update(f"{what}: {plain(message)}")


def _now_and_then(what: str) -> Callable[[str], None]:
    last = time.monotonic()

    def say(message: str) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            tell(f"{what}: {message}")

    return say
