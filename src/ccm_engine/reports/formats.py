"""The documents there are, by name and by the suffix of the file they go to. A further one is one line here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ccm_engine.reports.csv_document import csv_document
from ccm_engine.reports.json_document import json_document
from ccm_engine.reports.junit_document import junit_document
from ccm_engine.reports.scan_report import ScanReport

Writer = Callable[[ScanReport], Iterator[str]]
"""Yields a document in pieces, so that it need not be in memory as a whole."""


@dataclass(frozen=True)
class Format:
    """A document form: its name on the command line, its files' suffix, and what writes it."""

    name: str
    suffix: str
    write: Writer


FORMATS = (
    Format("json", ".json", json_document),
    Format("csv", ".csv", csv_document),
    Format("junit", ".junit.xml", junit_document),
)


class UnknownFormatError(ValueError):
    """A file name says no form that is known; the message names those that are."""


def format_of(path: Path) -> Format:
    """Return the form that a file's suffix names; the longest suffix counts. Raises UnknownFormatError."""
    name = path.name.lower()
    fitting = [form for form in FORMATS if name.endswith(form.suffix) and name != form.suffix]
    if not fitting:
        known = ", ".join(form.suffix for form in FORMATS)
        raise UnknownFormatError(f"{path}: its suffix names no document; end it with one of {known}")
    return max(fitting, key=lambda form: len(form.suffix))
