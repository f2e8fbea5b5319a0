"""The controls of a scorecard, the worst first."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from ccm_engine.cli.look import SEVERITY, STATUS, Symbols
from ccm_engine.cli.output import plain
from ccm_engine.core.vocabulary import Maturity, Status
from ccm_engine.engine.score import ControlResult, Scorecard

MOST_BAD, MOST_GOOD = 20, 12
"""How many rows of failing and of passing controls fit on a screen that one still reads."""
_ORDER = {Status.FAIL: 0, Status.ERROR: 1, Status.PASS: 2, Status.NOT_APPLICABLE: 3}


def worst_first(card: Scorecard) -> list[ControlResult]:
    """Return the controls, failing ones first, and the severe ones of each status."""
    return sorted(card.controls, key=lambda one: (_ORDER[one.status], -one.face.severity.weight, one.face.id))


def control_table(card: Scorecard, symbols: Symbols, *, wide: bool) -> Table:
    """Return a table of the controls; a long one is cut, and says by how much.

    `wide`: a control's id has room beside its title, else it stands below.
    """
    ordered = worst_first(card)
    bad = [one for one in ordered if one.status is not Status.PASS]
    good = [one for one in ordered if one.status is Status.PASS]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("STATUS", no_wrap=True, overflow="crop")
    table.add_column("SEVERITY", no_wrap=True, overflow="crop")
    table.add_column("CONTROL", overflow="fold")
    if wide:
        table.add_column("ID", overflow="fold")
    table.add_column("FAILING", justify="right", no_wrap=True, overflow="crop")
    for one in [*bad[:MOST_BAD], *good[:MOST_GOOD]]:
        table.add_row(*_row(one, symbols, wide=wide))
    left_out = _left_out(bad, good)
    if left_out:
        table.add_row("", "", Text(f"{symbols.more} and {left_out}: ccm scorecard -o json", style="dim"))
    return table


def _row(one: ControlResult, symbols: Symbols, *, wide: bool) -> list[Text]:
    failing, colour = len(one.affected_resources), STATUS[one.status]
    trial = " (trial, not scored)" if one.face.maturity is Maturity.TRIAL else ""
    title, id_ = Text(plain(one.face.title)), Text(f"{one.face.id}{trial}", style="dim")
    return [
        Text(f"{symbols.mark[one.status]} {one.status.value}", style=colour),
        Text(one.face.severity.value, style=SEVERITY[one.face.severity]),
        *([title, id_] if wide else [Text("\n").join([title, id_])]),
        Text(f"{failing}/{one.judged}", style=colour if failing else "dim"),
    ]


def _left_out(bad: Sequence[ControlResult], good: Sequence[ControlResult]) -> str:
    told = [
        f"{count} more {word}"
        for count, word in ((len(bad) - MOST_BAD, "not passed"), (len(good) - MOST_GOOD, "passed"))
        if count > 0
    ]
    return " and ".join(told)
