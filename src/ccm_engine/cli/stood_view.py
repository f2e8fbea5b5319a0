"""How a control judged one resource over time, in a terminal."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ccm_engine.app.stood import Stood
from ccm_engine.cli.look import STATUS, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.engine.collection import AccountRef


class StoodView:
    """One line for each time in which a finding stood as it was."""

    def __init__(self, times: Sequence[Stood], accounts: Mapping[str, AccountRef]) -> None:
        self.times = times
        self.accounts = accounts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        symbols = symbols_for(options)
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        for heading in ("SINCE (UTC)", "UNTIL (UTC)", "STATUS"):
            table.add_column(heading, no_wrap=True)
        table.add_column("REASON", overflow="fold")
        for one in self.times:
            finding = one.known.finding
            cause = f", cause: {one.cause}" if one.cause else ""
            why = Text(f"{plain(finding.reason)}\n")
            why.append(plain(f"{self._account(finding.account_id)}, {finding.region}{cause}"), style="dim")
            status = Text(f"{symbols.mark[finding.status]} {finding.status.value}", style=STATUS[finding.status])
            table.add_row(_time(one.known.since), _time(one.until), status, why)
        yield table

    def _account(self, account_id: str) -> str:
        account = self.accounts.get(account_id)
        return account.shown if account else account_id


def _time(at: datetime | None) -> Text:
    return Text(f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if at else "now")
