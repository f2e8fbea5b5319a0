"""Documents in files: whether they can be written is known before a scan begins, not after it."""

import contextlib
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from ccm_engine.reports.formats import Format, format_of
from ccm_engine.reports.scan_report import ScanReport


class ExportError(Exception):
    """A file cannot be written; the message is one line that names it and why."""


class Exports:
    """Files that wait for a report."""

    def __init__(self, waiting: Sequence[tuple[Path, TextIO, Format]]) -> None:
        self._waiting = waiting

    def write(self, report: ScanReport) -> list[Path]:
        """Write every file whole, or raise ExportError; return the paths. A file is replaced only when it is."""
        for path, stream, form in self._waiting:
            with _told(path):
                stream.writelines(form.write(report))
                stream.close()
                os.replace(stream.name, path.resolve())
        return [path for path, _, _ in self._waiting]


@contextmanager
def exporting(paths: Sequence[Path]) -> Iterator[Exports]:
    """Make ready to write these files, and leave nothing behind where that does not come to pass.

    Raises UnknownFormatError for a suffix that names no document, ExportError for a place that takes none.
    """
    forms = [format_of(path) for path in paths]
    with ExitStack() as stack:
        yield Exports(
            [(path, stack.enter_context(_draft(path)), form) for path, form in zip(paths, forms, strict=True)]
        )


@contextmanager
def _draft(path: Path) -> Iterator[TextIO]:
    """Open a new file beside `path`, to take its place; it is removed unless it did."""
    with _told(path):
        target = path.resolve()
        if target.is_dir():
            raise IsADirectoryError(21, "it is a directory")
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        # newline="": CSV brings its own line ends.
        stream = open(draft, "x", encoding="utf-8", newline="")  # noqa: SIM115 - closed below, whatever happens
    try:
        yield stream
    finally:
        stream.close()
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(f"--export: {path} cannot be written ({error.strerror}); name another file") from error
