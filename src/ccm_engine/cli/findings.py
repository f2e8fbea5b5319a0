"""`ccm findings`: what stands now."""

from typing import Annotated

import typer

from ccm_engine.cli.options import (
    AccountsOption,
    ControlsOption,
    OutputOption,
    RegionsOption,
    account_ids,
    settings_in_force,
)
from ccm_engine.cli.output import Output, show, write
from ccm_engine.core.vocabulary import Severity, Status
from ccm_engine.reports.json_document import json_list


def findings(
    status: Annotated[
        list[Status] | None,
        typer.Option("--status", case_sensitive=False, help="Only this status (else FAIL and ERROR). Repeatable."),
    ] = None,
    control: ControlsOption = None,
    severity: Annotated[
        list[Severity] | None,
        typer.Option("--severity", case_sensitive=False, help="Only this severity. Repeatable."),
    ] = None,
    account: AccountsOption = None,
    region: RegionsOption = None,
    every: Annotated[bool, typer.Option("--all", help="Of every status.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show the current findings: those that fail or could not be judged, or all."""
    if every and status:
        raise typer.BadParameter("--all means every status; leave --status out", param_hint="--status")
    accounts = account_ids(account)

    from ccm_engine.app.asking import Filter, chosen, names_of
    from ccm_engine.app.recorded import recorded

    wanted = Filter(
        statuses=tuple(Status) if every else tuple(status or (Status.FAIL, Status.ERROR)),
        controls=tuple(control or ()),
        severities=tuple(severity or ()),
        accounts=accounts,
        regions=tuple(region or ()),
    )
    with recorded(settings_in_force()) as views:
        found = list(chosen(views, wanted))
        names = names_of(views)
    if output is Output.JSON:
        write(json_list([one.as_json() for one in found]))
    else:
        from ccm_engine.cli.tables import FindingsView

        show(FindingsView(found, names))
