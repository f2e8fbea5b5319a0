"""`ccm scorecard`: the scorecard from the record."""

from datetime import datetime
from typing import Annotated

import typer

from ccm_engine.cli.options import AccountsOption, OutputOption, UnitsOption, account_ids, settings_in_force
from ccm_engine.cli.output import Output, show, write_json
from ccm_engine.core import moment


def scorecard(
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="As it stood then, such as 2026-03-06T12:00:00Z.")
    ] = None,
    account: AccountsOption = None,
    ou: UnitsOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show the scorecard, now or as it stood."""
    then = _moment(at) if at is not None else None
    accounts = account_ids(account)

    from ccm_engine.app.asking import accounts_within, scored, standing
    from ccm_engine.app.recorded import recorded

    with recorded(settings_in_force()) as views:
        among = accounts_within(views, accounts, ou or (), then)
        if output is Output.JSON:
            write_json(scored(views, among, then).as_json())
            return
        report = standing(views, among, then)
    from ccm_engine.cli.scorecard_view import ScorecardView

    show(ScorecardView(report))


def _moment(text: str) -> datetime:
    try:
        return moment.read(text)
    except ValueError as error:
        mend = "write it as 2026-03-06T12:00:00Z, or as a date"
        raise typer.BadParameter(f"{text!r} is no moment; {mend}", param_hint="--at") from error
