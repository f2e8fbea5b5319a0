"""`ccm scorecard`: the scorecard from the record."""

from ccm_engine.cli.options import (
    AccountsOption,
    AtOption,
    OutputOption,
    UnitsOption,
    account_ids,
    moment_at,
    settings_in_force,
)
from ccm_engine.cli.output import Output, show, write_json


def scorecard(
    at: AtOption = None,
    account: AccountsOption = None,
    ou: UnitsOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show the scorecard, now or as it stood."""
    then = moment_at(at)
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
