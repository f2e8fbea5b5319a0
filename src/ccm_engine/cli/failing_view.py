"""The failing resources, control by control, each with its reason, and below them the way to mend it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ccm_engine.cli.control_table import worst_first
from ccm_engine.cli.look import SEVERITY, Symbols, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.cli.places import Places
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.score import ControlFace
from ccm_engine.reports.scan_report import ScanReport

MOST_RESOURCES, MOST_CONTROLS = 10, 12
_SIDE_BY_SIDE = 76
"""From this width on, a resource and its reason share a line."""


class FailingView:
    """What fails, worst control first."""

    def __init__(self, report: ScanReport) -> None:
        self.report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it; nothing when nothing fails."""
        symbols = symbols_for(options)
        by_control = _shown(self.report.findings)
        places = Places(self.report.account_names, [one for shown in by_control.values() for one in shown.first])
        faces = [one.face for one in worst_first(self.report.scorecard) if one.face.id in by_control]
        for face in faces[:MOST_CONTROLS]:
            yield Text()
            yield _title(face, symbols)
            shown = by_control[face.id]
            resources = _resources(shown.first, places, wide=options.max_width >= _SIDE_BY_SIDE)
            yield Padding(resources, (0, 0, 0, 2))
            if shown.count > MOST_RESOURCES:
                more = f"{symbols.more} and {shown.count - MOST_RESOURCES} more: ccm findings -c {face.id}"
                yield Padding(Text(more, style="dim"), (0, 0, 0, 2))
            yield from _fix(self.report.remedies.get(face.id, ""))
        if len(faces) > MOST_CONTROLS:
            yield Text()
            yield Text(f"{symbols.more} and {len(faces) - MOST_CONTROLS} more controls fail: ccm findings", style="dim")


@dataclass
class _Shown:
    """What fails one control: how many resources, and the first of them in order."""

    count: int = 0
    first: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        self.count += 1
        self.first.append(finding)
        self.first.sort(key=lambda one: (one.account_id, one.region, one.resource_id))
        del self.first[MOST_RESOURCES:]


def _shown(findings: Iterable[Finding]) -> dict[str, _Shown]:
    by_control: dict[str, _Shown] = {}
    for finding in findings:
        if finding.status is Status.FAIL:
            by_control.setdefault(finding.control_id, _Shown()).add(finding)
    return by_control


def _title(face: ControlFace, symbols: Symbols) -> Text:
    return Text.assemble(
        (f"{symbols.mark[Status.FAIL]} {plain(face.title)}", "bold"),
        "  ",
        (face.severity.value, SEVERITY[face.severity]),
    )


def _resources(findings: Sequence[Finding], places: Places, *, wide: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", max_width=30 if wide else None)
    if wide:
        if places.differ:
            table.add_column(overflow="fold")
        table.add_column(overflow="fold")
    for finding in findings:
        name, where, reason = Text(plain(finding.resource_id)), places.of(finding), Text(plain(finding.reason))
        if wide:
            table.add_row(name, *([Text(where, style="dim")] if places.differ else []), reason)
        else:
            beside = f"  {where}" if where else ""
            table.add_row(Text.assemble(name, (beside, "dim")))
            table.add_row(Padding(reason, (0, 0, 0, 2)))
    return table


def _fix(remedy: str) -> Iterator[Padding]:
    if remedy:
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True, overflow="crop")
        table.add_column()
        table.add_row(Text("fix:", style="bold green"), Text(plain(remedy)))
        yield Padding(table, (0, 0, 0, 2))
