"""Lists as tables: the catalogue, findings, a control's history."""

from collections.abc import Mapping, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ccm_engine.app.views import HistoryLine
from ccm_engine.cli.look import SEVERITY, STATUS, Symbols, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.cli.places import Places
from ccm_engine.core.due import due
from ccm_engine.core.known import Known
from ccm_engine.core.vocabulary import Maturity, Severity, Status
from ccm_engine.engine.catalogue import AnyControl


class CatalogueView:
    """The controls, each on two lines."""

    def __init__(self, controls: Sequence[AnyControl]) -> None:
        self.controls = controls

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        table = _table("SEVERITY", "CATEGORY", "CONTROL")
        for one in self.controls:
            title = Text.assemble(plain(one.title), "\n", (one.id, "dim"))
            if one.maturity is Maturity.TRIAL:
                title.append(" (trial, not scored)", style="dim")
            table.add_row(_severity(one.severity), Text(one.category.value), title)
        yield table


class FindingsView:
    """Findings as they stand, each with its reason."""

    def __init__(
        self, findings: Sequence[Known], account_names: Mapping[str, str], due_days: Mapping[Severity, int]
    ) -> None:
        self.findings = findings
        self.due_days = due_days
        self.account_names = account_names

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        if not self.findings:
            yield Text("no such finding")
            return
        places = Places(self.account_names, [known.finding for known in self.findings])
        table = _table("STATUS", "SEVERITY", "FINDING")
        for known in self.findings:
            one = known.finding
            about = Text.assemble((plain(one.resource_id), "bold"), (f"  {places.of(one)}".rstrip(), "dim"))
            about.append(f"\n{plain(one.reason)}\n")
            about.append(f"{one.control_id}, since {known.since:%Y-%m-%d %H:%M} UTC", style="dim")
            if at := due(one, self.due_days):
                about.append(f", due {at:%Y-%m-%d}", style="dim")
            table.add_row(_status(one.status, symbols_for(options)), _severity(one.severity), about)
        yield table


class HistoryView:
    """A control's results, one line a run."""

    def __init__(self, lines: Sequence[HistoryLine]) -> None:
        self.lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        if not self.lines:
            yield Text("no run has judged it yet")
            return
        table = _table("TIME (UTC)", "STATUS", "FAILING", "JUDGED", "STARTED BY")
        for line in self.lines:
            table.add_row(
                Text(f"{line.at:%Y-%m-%d %H:%M:%S}"),
                _status(line.status, symbols_for(options)),
                Text(str(line.failed), style="red" if line.failed else "dim"),
                Text(f"{line.judged} of {line.expected}"),
                Text(plain(line.trigger)),
            )
        yield table


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for heading in headings[:-1]:
        table.add_column(heading, no_wrap=True, overflow="crop")
    table.add_column(headings[-1], overflow="fold")
    return table


def _status(status: Status, symbols: Symbols) -> Text:
    return Text(f"{symbols.mark[status]} {status.value}", style=STATUS[status])


def _severity(severity: Severity) -> Text:
    return Text(severity.value, style=SEVERITY[severity])
