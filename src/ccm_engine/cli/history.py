"""`ccm history`: a control's record over time."""

from typing import TYPE_CHECKING, Annotated

import typer

from ccm_engine.cli.options import (
    AccountsOption,
    ControlArgument,
    OutputOption,
    UnitsOption,
    account_ids,
    settings_in_force,
)
from ccm_engine.cli.output import Output, show, write
from ccm_engine.reports.json_document import json_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccm_engine.app.stood import Stood
    from ccm_engine.engine.collection import AccountRef


def history(
    control: ControlArgument,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="How many lines, newest first.")] = 20,
    resource: Annotated[
        str | None, typer.Option(metavar="ID", help="Of this resource alone, by its id or ARN: how it stood when.")
    ] = None,
    account: AccountsOption = None,
    ou: UnitsOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a control's results, or how it judged one resource, newest first."""
    from itertools import islice

    from ccm_engine.app.asking import accounts_within, history_of, history_of_resource
    from ccm_engine.app.recorded import recorded

    ids = account_ids(account)
    with recorded(settings_in_force()) as views:
        among = accounts_within(views, ids, ou or ())
        if resource is not None:
            times = history_of_resource(views, control, resource, among)[:limit]
            _show_resource(times, views.account_refs(), output)
            return
        lines = list(islice(history_of(views, control, among), limit))
    if output is Output.JSON:
        write(json_list([line.as_json() for line in lines]))
    else:
        from ccm_engine.cli.tables import HistoryView

        show(HistoryView(lines))


def _show_resource(times: "list[Stood]", accounts: "Mapping[str, AccountRef]", output: Output) -> None:
    if output is Output.JSON:
        write(json_list([one.as_json() for one in times]))
    else:
        from ccm_engine.cli.stood_view import StoodView

        show(StoodView(times, accounts))
