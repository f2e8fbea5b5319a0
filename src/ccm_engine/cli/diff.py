"""`ccm diff`: what changed between two moments."""

from typing import Annotated

import typer

from ccm_engine.cli.options import (
    AccountsOption,
    OutputOption,
    UnitsOption,
    account_ids,
    moment_past,
    settings_in_force,
)
from ccm_engine.cli.output import Output, show, write_json
from ccm_engine.core import moment


def diff(
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="Such as 2026-03-06T12:00:00Z, or a date.")],
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Now, if left out.")] = None,
    account: AccountsOption = None,
    ou: UnitsOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show what changed between two moments, and why.

    Moments are those at which AWS was read, not those at which it was written down.
    """
    accounts = account_ids(account)

    from ccm_engine.app.asking import accounts_within
    from ccm_engine.app.differing import differing
    from ccm_engine.app.recorded import recorded
    from ccm_engine.core.clock import utc_now

    now = utc_now()
    before, after = moment_past(start, "--from", now), moment_past(end, "--to", now) if end is not None else now
    if after <= before:
        told = f"{moment.written(before)} is not before --to {moment.written(after)}; swap them"
        raise typer.BadParameter(told, param_hint="--from")
    with recorded(settings_in_force()) as views:
        among = accounts_within(views, accounts, ou or (), after)
        told_apart = differing(views, before, after, among)
    if output is Output.JSON:
        write_json(told_apart.as_json())
    else:
        from ccm_engine.cli.diff_view import DiffView

        show(DiffView(told_apart))
