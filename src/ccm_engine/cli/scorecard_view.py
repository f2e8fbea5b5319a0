"""The scorecard in a terminal: one screen that says where things stand and what to do."""

from datetime import UTC, datetime

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ccm_engine.cli.accounts_view import AccountsView
from ccm_engine.cli.control_table import control_table
from ccm_engine.cli.failing_view import FailingView
from ccm_engine.cli.look import GRADE, Symbols, bar, counted, letter, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.cli.unread_view import UnreadView
from ccm_engine.engine.score import Scorecard
from ccm_engine.reports.scan_report import ScanReport

WIDEST = 120
"""Wider lines are harder to read, not easier."""
WIDE = 100
"""From this width on, a control's id stands beside its title."""
_BAR = 50
_MOST_ACCOUNTS = 4


class ScorecardView:
    """A report as the terminal's width and encoding allow."""

    def __init__(self, report: ScanReport) -> None:
        self.report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        width = min(options.max_width, WIDEST)
        symbols = symbols_for(options)
        report, card = self.report, self.report.scorecard
        parts: list[RenderableType] = [
            _heading(report),
            _accounts(report),
            Rule(style="dim", characters=symbols.line),
            Text(),
            _score(card, width, symbols),
            Text(),
            control_table(card, symbols, wide=width >= WIDE),
            AccountsView(card),
            UnreadView(report),
            FailingView(report),
        ]
        yield from console.render(Group(*parts), options.update_width(width))


def _heading(report: ScanReport) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True, overflow="crop")
    table.add_row(Text("CCM Engine scorecard", style="bold"), Text(_time(report.scorecard.last_evaluated)))
    return table


def _accounts(report: ScanReport) -> Text:
    names = [plain(f"{id_} ({name})" if name else id_) for id_, name in sorted(report.account_names.items())]
    shown = ", ".join(names[:_MOST_ACCOUNTS])
    if len(names) > _MOST_ACCOUNTS:
        shown += f" and {len(names) - _MOST_ACCOUNTS} more"
    told = f"{'account' if len(names) == 1 else 'accounts'} {shown}" if names else "no account"
    skipped = len(report.run.get("skipped", ()))
    return Text(f"{told}; {skipped} not active, skipped" if skipped else told)


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "never evaluated"


def _score(card: Scorecard, width: int, symbols: Symbols) -> Table:
    colour = GRADE[card.grade]
    art = Text("\n".join(letter(card.grade, symbols)), style=colour, no_wrap=True, overflow="crop")
    full, empty = bar(card.score, min(_BAR, width - 18), symbols)
    lines = [
        Text.assemble((f"{card.score:.1f} ", f"bold {colour}"), f"of 100   grade {card.grade}"),
        Text.assemble((full, colour), (empty, "dim")),
        _counts(card),
        _coverage(card),
        *_left_out(card),
        _judged(card),
    ]
    table = Table.grid(padding=(0, 3))
    table.add_column(no_wrap=True, overflow="crop", width=10)
    table.add_column()
    table.add_row(art, Group(*lines))
    return table


def _counts(card: Scorecard) -> Text:
    return Text.assemble(
        (f"{card.passed} passed   ", "green" if card.passed else "dim"),
        (f"{card.failed} failed   ", "red" if card.failed else "dim"),
        (f"{card.errors} {'error' if card.errors == 1 else 'errors'}   ", "magenta" if card.errors else "dim"),
        (f"of {card.total_controls} {'control' if card.total_controls == 1 else 'controls'}", "dim"),
    )


def _coverage(card: Scorecard) -> Text:
    if card.coverage >= 100:
        return Text("coverage 100 %: everything in scope was judged")
    missing = sum(result.expected - result.judged for result in card.controls)
    told = f"COVERAGE {card.coverage:.1f} %: {missing} could not be judged"
    return Text(told, style="bold reverse magenta")


def _left_out(card: Scorecard) -> list[Text]:
    if card.left_out is None:
        return []
    return [Text(f"tags leave {counted(card.left_out, 'resource')} out of scope", style="dim")]


def _judged(card: Scorecard) -> Text:
    if card.score_judged is None:
        return Text("nothing could be judged", style="magenta")
    if card.score_judged != card.score:
        return Text(f"{card.score_judged:.1f} over what could be judged", style="dim")
    return Text()
