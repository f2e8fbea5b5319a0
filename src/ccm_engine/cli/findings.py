"""`ccm findings`: what stands now."""

from typing import Annotated

import typer

from ccm_engine.cli.options import (
    AccountsOption,
    ControlsOption,
    FrameworksOption,
    OutputOption,
    RegionsOption,
    SeveritiesOption,
    UnitsOption,
    account_ids,
    settings_in_force,
)
from ccm_engine.cli.output import Output, show, write
from ccm_engine.core.vocabulary import Status
from ccm_engine.reports.json_document import json_list


def findings(
    status: Annotated[
        list[Status] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            case_sensitive=False,
            help="Only this status: PASS, FAIL, ERROR or NOT_APPLICABLE. Repeatable.",
        ),
    ] = None,
    control: ControlsOption = None,
    severity: SeveritiesOption = None,
    framework: FrameworksOption = None,
    account: AccountsOption = None,
    ou: UnitsOption = None,
    region: RegionsOption = None,
    every: Annotated[bool, typer.Option("--all", help="Of every status, not only FAIL and ERROR.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show what fails or could not be judged."""
    if every and status:
        raise typer.BadParameter("--all means every status; leave --status out", param_hint="--status")
    accounts = account_ids(account)

    from ccm_engine.app.asking import Filter, accounts_within, chosen
    from ccm_engine.app.frameworks import answering, frameworks_of
    from ccm_engine.app.frameworks import named as frameworks_named
    from ccm_engine.app.recorded import recorded
    from ccm_engine.app.views import named

    settings = settings_in_force()
    within = frameworks_named(frameworks_of(settings), framework) if framework else None
    with recorded(settings) as views:
        wanted = Filter(
            statuses=tuple(Status) if every else tuple(status or (Status.FAIL, Status.ERROR)),
            controls=tuple(control or ()),
            severities=tuple(severity or ()),
            accounts=accounts_within(views, accounts, ou or ()),
            regions=tuple(region or ()),
            within=answering(within, views.catalogue) if within is not None else None,
        )
        found = list(chosen(views, wanted))
        refs = views.account_refs()
    if output is Output.JSON:
        write(json_list([named(one, refs, settings.due_days) for one in found]))
    else:
        from ccm_engine.cli.tables import FindingsView

        show(FindingsView(found, {id_: account.name for id_, account in refs.items()}, settings.due_days))
