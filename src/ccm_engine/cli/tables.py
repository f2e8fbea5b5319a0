"""Lists as tables."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ccm_engine.app.views import HistoryLine
from ccm_engine.cli.look import SEVERITY, STATUS, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.core.known import Known
from ccm_engine.core.vocabulary import GLOBAL, Severity, Status

_NARROW = 90


def lean_table() -> Table:
    """Return an empty table without lines."""
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")


class StatusCell:
    """A status with its symbol."""

    def __init__(self, status: Status) -> None:
        self.status = status

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it with what the encoding has."""
        yield Text(f"{symbols_for(options).mark[self.status]} {self.status.value}", style=STATUS[self.status])


def severity_cell(severity: Severity) -> Text:
    """Return a severity in its colour."""
    return Text(severity.value, style=SEVERITY[severity])
