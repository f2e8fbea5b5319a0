"""One control, told in full."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ccm_engine.cli.look import SEVERITY, STATUS, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.core.vocabulary import Severity, Status

MOST_AFFECTED = 10


class ControlView:
    """What `ccm controls show -o json` tells, for people. `told` is that object."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = told

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        told = self.told
        severity = Severity(told["severity"])
        yield Text(plain(told["title"]), style="bold")
        yield Text.assemble(
            (severity.value, SEVERITY[severity]),
            f"  {told['category']}  ",
            (told["control_id"] + ("  trial, not scored" if told["maturity"] == "trial" else ""), "dim"),
        )
        yield Text()
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True, overflow="crop")
        table.add_column(overflow="fold")
        symbols = symbols_for(options)
        table.add_row("status", _status(told, symbols.mark))
        table.add_row("why", Text(plain(" ".join(told["why"].split()))))
        table.add_row("remedy", Text(plain(told["remedy"] or "none is given")))
        table.add_row("requirements", _lines(_requirements(told["requirements"])))
        table.add_row("API calls", _lines(told["api_calls"] or ["its own: it is free-form"]))
        table.add_row("IAM actions", _lines(told["iam_actions"] or ["none is named"]))
        if told["security_hub"]:
            table.add_row("Security Hub", Text(", ".join(told["security_hub"])))
        if told["settings"]:
            table.add_row("settings", _lines(f"{name} = {value!r}" for name, value in told["settings"].items()))
        yield table
        if told["fix"]:
            yield Text()
            for line in told["fix"].splitlines():
                heading = line.startswith("## ")
                yield Text(plain(line.removeprefix("## ")), style="bold" if heading else "")


def _lines(lines: Iterable[str]) -> Text:
    return Text("\n".join(plain(line) for line in lines))


def _requirements(requirements: Iterable[Mapping[str, str]]) -> list[str]:
    """Return one line for each framework version, with the numbers of what the control helps to show."""
    found: dict[str, list[str]] = {}
    for one in requirements:
        found.setdefault(f"{one['framework_name']} {one['version']}", []).append(one["id"])
    return [f"{framework}: {', '.join(ids)}" for framework, ids in found.items()] or ["none"]


def _status(current: Mapping[str, Any], mark: Mapping[Status, str]) -> Text:
    if current["status"] is None:
        return Text("not judged yet; run ccm scan", style="dim")
    status = Status(current["status"])
    affected = current["affected_resources"]
    told = Text.assemble((f"{mark[status]} {status.value}", STATUS[status]))
    told.append(f", {len(affected)} of {current['resources_evaluated']} failing")
    for shown in affected[:MOST_AFFECTED]:
        told.append(f"\n{plain(shown)}")
    if len(affected) > MOST_AFFECTED:
        told.append(f"\nand {len(affected) - MOST_AFFECTED} more: ccm findings -c {current['control_id']}", style="dim")
    return told
