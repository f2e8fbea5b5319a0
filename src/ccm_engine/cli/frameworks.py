"""`ccm frameworks list` and `ccm frameworks show`: what auditors ask for, and how it stands."""

from collections.abc import Iterable
from typing import Annotated

import typer

from ccm_engine.app.settings import Settings
from ccm_engine.cli.options import (
    AccountsOption,
    AtOption,
    OutputOption,
    UnitsOption,
    account_ids,
    moment_at,
    settings_in_force,
)
from ccm_engine.cli.output import Output, show, tell, write, write_json
from ccm_engine.engine.framework_standing import FrameworkStanding
from ccm_engine.frameworks import Framework
from ccm_engine.reports.json_document import json_list


def list_(
    at: AtOption = None, account: AccountsOption = None, ou: UnitsOption = None, output: OutputOption = Output.TABLE
) -> None:
    """Show the frameworks, and how much of each is met."""
    from ccm_engine.app.frameworks import frameworks_of

    settings = settings_in_force()
    found = _standings(settings, frameworks_of(settings).values(), at, account, ou)
    if output is Output.JSON:
        write(json_list([one.summary() for one in found]))
    else:
        from ccm_engine.cli.frameworks_view import FrameworksView

        show(FrameworksView(found))


def show_(
    framework: Annotated[str, typer.Argument(metavar="ID", help="A framework's id: soc2.", show_default=False)],
    at: AtOption = None,
    account: AccountsOption = None,
    ou: UnitsOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a framework, requirement by requirement.

    Satisfied, failing, not judged, or in need of a person; who attests what, since when and until when. For a
    moment of the past, the requirements and the controls that help to show them are those of today.
    """
    from ccm_engine.app.frameworks import frameworks_of, named

    settings = settings_in_force()
    chosen = named(frameworks_of(settings), [framework])
    (found,) = _standings(settings, chosen, at, account, ou)
    if output is Output.JSON:
        write_json(found.as_json())
    else:
        from ccm_engine.cli.frameworks_view import FrameworkView

        show(FrameworkView(found))


def _standings(
    settings: Settings,
    frameworks: Iterable[Framework],
    at: str | None,
    account: list[str] | None,
    ou: list[str] | None,
) -> list[FrameworkStanding]:
    """Return how they stand by the record. Without one, and without a moment or account, nothing is judged."""
    from ccm_engine.app.asking import accounts_within, scored
    from ccm_engine.app.compose import enabled_controls
    from ccm_engine.app.framework_views import stand, unjudged
    from ccm_engine.app.recorded import NothingRecordedError, recorded
    from ccm_engine.core.clock import utc_now

    then, accounts, now = moment_at(at), account_ids(account), utc_now()
    try:
        with recorded(settings) as views:
            among = accounts_within(views, accounts, ou or (), then)
            scored(views, among, then)  # refuses a moment that the record does not reach
            return list(stand(views, frameworks, now, then, among or None))
    except NothingRecordedError as error:
        if then or accounts or ou:
            raise
        tell(str(error))
        return list(unjudged(enabled_controls(settings), frameworks, now))
