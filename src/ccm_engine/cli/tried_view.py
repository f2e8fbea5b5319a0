"""What came of testing controls of one's own."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.text import Text

from ccm_engine.app.examples import Tried
from ccm_engine.cli.look import STATUS, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.core.vocabulary import Status


class TriedView:
    """Every rule and example by file; what does not hold, with its line."""

    def __init__(self, tried: Sequence[Tried]) -> None:
        self.tried = tried

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        symbols = symbols_for(options)
        for file, group in groupby(self.tried, key=lambda one: one.file):
            yield Text(plain(file.name), style="bold")
            for one in group:
                status = Status.FAIL if one.problem else Status.PASS
                told = Text.assemble((symbols.mark[status], STATUS[status]), f" {plain(one.name)}")
                yield Padding(told, (0, 0, 0, 2))
                if one.problem:
                    yield Padding(Text(plain(" ".join(one.problem.split())), style=STATUS[status]), (0, 0, 0, 4))
        failed = sum(bool(one.problem) for one in self.tried)
        yield Text()
        yield Text(f"{len(self.tried) - failed} passed, {failed} failed")
