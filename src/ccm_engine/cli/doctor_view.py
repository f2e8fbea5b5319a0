"""What the doctor saw."""

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ccm_engine.app.examined import Examined, State
from ccm_engine.cli.look import STATUS, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.core.vocabulary import Status

SHOWN = 20
_AS_STATUS = {
    State.OK: Status.PASS,
    State.FAILED: Status.FAIL,
    State.WARNING: Status.ERROR,
    State.UNSET: Status.NOT_APPLICABLE,
}


class DoctorView:
    """Each thing with what was seen of it, and the mend under what needs one."""

    def __init__(self, found: Sequence[Examined]) -> None:
        self.found = found

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        symbols = symbols_for(options)
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for one in self.found:
            status = _AS_STATUS[one.state]
            name = Text(f"{symbols.mark[status]} {one.name}", style=STATUS[status])
            table.add_row(name, _told(one))
        yield table
        yield Text()
        yield _sum(self.found)


def _told(one: Examined) -> Text:
    told = Text(plain(one.told), style="dim" if one.state is State.UNSET else "")
    for detail in one.details[:SHOWN]:
        told.append(f"\n  {plain(detail)}")
    if left := len(one.details) - SHOWN:
        told.append(f"\n  and {left} more; -o json lists them" if left > 0 else "")
    if one.mend:
        told.append(f"\nmend: {plain(one.mend)}", style="bold")
    return told


def _sum(found: Sequence[Examined]) -> Text:
    wrong = sum(one.state is State.FAILED for one in found)
    doubtful = sum(one.state is State.WARNING for one in found)
    if not wrong and not doubtful:
        return Text("all is well", style="green")
    parts = [f"{wrong} will not do"] if wrong else []
    parts += [f"{doubtful} could be better"] if doubtful else []
    return Text(", ".join(parts), style="red" if wrong else "magenta")
