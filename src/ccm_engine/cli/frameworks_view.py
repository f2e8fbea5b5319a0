"""Frameworks in a terminal: how much of each is met, and one of them requirement by requirement."""

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ccm_engine.cli.look import GRADE, Symbols, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.core.attestation import Attestation
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.framework_standing import FrameworkStanding, RequirementStanding, RequirementStatus

_MARK = {
    RequirementStatus.SATISFIED: Status.PASS,
    RequirementStatus.ATTESTED: Status.PASS,
    RequirementStatus.FAILING: Status.FAIL,
    RequirementStatus.NOT_JUDGED: Status.ERROR,
    RequirementStatus.NEEDS_PERSON: Status.NOT_APPLICABLE,
}
_COLOUR = {
    RequirementStatus.SATISFIED: "green",
    RequirementStatus.ATTESTED: "cyan",
    RequirementStatus.FAILING: "red",
    RequirementStatus.NOT_JUDGED: "magenta",
    RequirementStatus.NEEDS_PERSON: "yellow",
}


class FrameworksView:
    """One line for each framework."""

    def __init__(self, standings: Sequence[FrameworkStanding]) -> None:
        self.standings = standings

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        table.add_column("FRAMEWORK", overflow="fold")
        for heading in ("MET %", "AUTOMATED", "ATTESTED", "FAILING", "OPEN", "SCORE"):
            table.add_column(heading, justify="right", no_wrap=True, overflow="crop")
        for one in self.standings:
            told, shares = one.framework, one.shares
            title = Text.assemble(f"{plain(told.name)} {plain(told.version)}", "\n", (told.id, "dim"))
            figures = (shares.met, shares.automated, shares.attested, shares.failing, shares.open)
            table.add_row(title, *(Text(f"{figure:.1f}") for figure in figures), _score(one))
        yield table


class FrameworkView:
    """A framework, requirement by requirement."""

    def __init__(self, standing: FrameworkStanding) -> None:
        self.standing = standing

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        one, shares = self.standing, self.standing.shares
        yield Text(f"{plain(one.framework.name)} {plain(one.framework.version)}", style="bold")
        yield Text(
            f"{shares.met:.1f} % of {len(one.requirements)} requirements met: {shares.automated:.1f} % automated, "
            f"{shares.attested:.1f} % attested; {shares.failing:.1f} % failing, {shares.open:.1f} % open"
        )
        yield Text.assemble("score of its controls: ", _score(one))
        yield Text()
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        table.add_column("STATUS", no_wrap=True, overflow="crop")
        table.add_column("ID", overflow="fold")
        table.add_column("REQUIREMENT", overflow="fold")
        for requirement in one.requirements:
            table.add_row(*_row(requirement, symbols_for(options)))
        yield table


def _row(one: RequirementStanding, symbols: Symbols) -> list[Text]:
    status = Text(f"{symbols.mark[_MARK[one.status]]} {one.status.value.replace('_', ' ')}", style=_COLOUR[one.status])
    about = Text(plain(one.text))
    if one.status is not RequirementStatus.ATTESTED:
        about.append(f"\n{plain(one.reason)}", style="dim")
    if one.attestation:
        about.append(f"\n{_attestation(one.attestation, one.status)}", style="dim")
    return [status, Text(plain(one.id)), about]


def _attestation(one: Attestation, status: RequirementStatus) -> str:
    counts = "" if status is RequirementStatus.ATTESTED else ", which counts no more"
    file = f" [{one.attachment}]" if one.attachment else ""
    return (
        f"{plain(one.name)} on {one.attested_at:%Y-%m-%d} until {one.expires_at:%Y-%m-%d}{counts}: "
        f"{plain(one.text)}{file} (recorded by {plain(one.by)}, unverified)"
    )


def _score(one: FrameworkStanding) -> Text:
    if one.score is None:
        return Text("-", style="dim")
    return Text(f"{one.score:.1f} {one.card.grade}", style=GRADE[one.card.grade])
