"""The accounts of a scorecard over several, the worst first, each with its own score."""

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ccm_engine.cli.look import GRADE, STATUS, Symbols, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.account_score import AccountScore, median_score
from ccm_engine.engine.score import Scorecard

MOST = 10
_WIDE = 100
"""From this width on, an account's unit stands beside its name."""


class AccountsView:
    """The median in a line, and the worst accounts in a table; nothing for a single account."""

    def __init__(self, card: Scorecard) -> None:
        self.card = card

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        scores = self.card.accounts
        if not scores:
            return
        symbols, wide = symbols_for(options), options.max_width >= _WIDE
        yield Text()
        yield Text.assemble(
            ("Accounts, the worst first", "bold"),
            f"   median {median_score(scores):.1f}, from {scores[0].score:.1f} to {scores[-1].score:.1f}",
        )
        yield _table(self.card, symbols, wide=wide)


def _table(card: Scorecard, symbols: Symbols, *, wide: bool) -> Table:
    units = any(one.account.ou for one in card.accounts)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for heading in ("SCORE", "COVERAGE", "FAILING"):
        table.add_column(heading, justify="right", no_wrap=True, overflow="crop")
    table.add_column("ACCOUNT", overflow="fold")
    if wide and units:
        table.add_column("UNIT", overflow="fold")
    for one in card.accounts[:MOST]:
        table.add_row(*_numbers(one), *_place(one, wide=wide, units=units))
    if len(card.accounts) > MOST:
        more = f"{symbols.more} and {len(card.accounts) - MOST} more: ccm scorecard --account ID, or --ou UNIT"
        table.add_row("", "", "", Text(more, style="dim"))
    return table


def _numbers(one: AccountScore) -> list[Text]:
    covered = "dim" if one.coverage >= 100 else f"bold {STATUS[Status.ERROR]}"
    return [
        Text(f"{one.score:.1f} {one.grade}", style=GRADE[one.grade]),
        Text(f"{one.coverage:.1f} %", style=covered),
        Text(str(one.failed), style=STATUS[Status.FAIL] if one.failed else "dim"),
    ]


def _place(one: AccountScore, *, wide: bool, units: bool) -> list[Text]:
    name, unit = Text(plain(one.account.shown)), Text(plain(one.account.ou), style="dim")
    if wide and units:
        return [name, unit]
    return [Text("\n").join([name, unit]) if unit else name]
