"""What changed between two moments, in a terminal."""

from collections import Counter
from datetime import UTC, datetime

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ccm_engine.app.differing import AccountDifference, Differing, How, Moved
from ccm_engine.cli.look import GRADE, SEVERITY, STATUS
from ccm_engine.cli.output import plain
from ccm_engine.cli.places import Places
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.score import Scorecard

_CAUSES = {
    "resource": "the resource changed",
    "control": "the control changed",
    "settings": "the control's settings changed",
    "clock": "time passed",
    "scope": "the scope changed",
    "visibility": "it could not be read, or can be again",
}
_QUIET = (None, Status.PASS, Status.NOT_APPLICABLE)


class DiffView:
    """The scores of both moments, then every finding that fails, errs, or did so before."""

    def __init__(self, told: Differing) -> None:
        self.told = told

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        told = self.told
        yield _scores(told)
        if len(told.accounts) > 1:
            yield Text()
            yield from (_account(account) for account in told.accounts)
        loud = [one for one in told.moved if one.before not in _QUIET or one.after not in _QUIET]
        if loud:
            yield Text()
            yield self._table(loud)
        if rest := _rest(told.moved, loud):
            yield Text(f"\n{rest}")

    def _table(self, moved: list[Moved]) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        for heading in ("TIME (UTC)", "CHANGE", "SEVERITY"):
            table.add_column(heading, no_wrap=True)
        table.add_column("FINDING", overflow="fold")
        names = {account.account_id: account.name for account in self.told.accounts}
        places = Places(names, [one.finding for one in moved])
        for one in moved:
            finding = one.finding
            about = Text.assemble((plain(finding.resource_id), "bold"), (f"  {places.of(finding)}".rstrip(), "dim"))
            about.append(f"\n{plain(finding.reason)}\n")
            why = f": {_CAUSES.get(one.cause, one.cause)}" if one.cause else ""
            about.append(f"{finding.control_id}{plain(why)}", style="dim")
            severity = Text(finding.severity.value, style=SEVERITY[finding.severity])
            table.add_row(Text(f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"), _change(one), severity, about)
        return table


def _change(one: Moved) -> Text:
    if one.before and one.after:
        return Text.assemble((one.before.value, "dim"), "\nnow ", (one.after.value, STATUS[one.after]))
    if one.after:
        return Text.assemble("new\n", (one.after.value, STATUS[one.after]))
    return Text.assemble("gone\n", (f"was {one.before.value}" if one.before else "", "dim"))


def _scores(told: Differing) -> Table:
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_row(Text("from"), _time(told.start), *_card(told.before))
    table.add_row(Text("to"), _time(told.end), *_card(told.after))
    return table


def _time(at: datetime) -> Text:
    return Text(f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")


def _card(card: Scorecard) -> tuple[Text, Text]:
    score = Text.assemble((f"{card.score:.1f}", f"bold {GRADE[card.grade]}"), f" grade {card.grade}")
    return score, Text(f"coverage {card.coverage:g} %", style="" if card.coverage >= 100 else "magenta")


def _account(account: AccountDifference) -> Text:
    name = plain(f"{account.account_id} ({account.name})" if account.name else account.account_id)
    before = f"{account.before.score:.1f} {account.before.grade}" if account.before else "not evaluated"
    return Text(f"account {name}: {before}, then {account.after.score:.1f} {account.after.grade}")


def _rest(moved: list[Moved], loud: list[Moved]) -> str:
    """Return what the table leaves out, in one line."""
    if not moved:
        return "no finding changed"
    quiet = Counter(one.how for one in moved)
    quiet.subtract(one.how for one in loud)
    told = [f"{quiet[how]} {how.value}" for how in How if quiet[how]]
    return f"and of those that neither fail nor err: {', '.join(told)} (-o json lists them)" if told else ""
