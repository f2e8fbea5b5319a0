"""`ccm doctor`: everything a run stands on."""

import typer

from ccm_engine.cli.options import (
    AccountsOption,
    ExternalIdOption,
    OutputOption,
    ProfileOption,
    RoleOption,
    account_ids,
    settings_in_force,
)
from ccm_engine.cli.output import Output, progress, show, write_json

FAILED = 1


def doctor(
    account: AccountsOption = None,
    profile: ProfileOption = None,
    role_arn: RoleOption = None,
    external_id: ExternalIdOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Look at everything a run stands on, and say the mend of what is wrong.

    Controls, credentials, clock, accounts, regions and permissions; store, signing key, buckets, channels and
    broker. Each right is tried by asking AWS once, in the first account that can be reached and its first region.
    It makes nothing, sends no alert and changes nothing. Exits with 1 when something will not do.
    """
    if role_arn and account:
        raise typer.BadParameter("--role-arn names the account already; leave --account out", param_hint="--account")
    accounts = account_ids(account)

    from dataclasses import asdict

    from ccm_engine.app.doctor import examine
    from ccm_engine.app.examined import State
    from ccm_engine.app.reach import Reaching
    from ccm_engine.cli.doctor_view import DoctorView
    from ccm_engine.core.clock import utc_now

    settings = settings_in_force()
    with progress("looking") as told:
        found = list(examine(settings, Reaching(profile, role_arn, external_id, accounts), utc_now, told))
    if output is Output.JSON:
        write_json({"items": [asdict(one) for one in found], "next_cursor": None})
    else:
        show(DoctorView(found))
    if any(one.state is State.FAILED for one in found):
        raise typer.Exit(FAILED)
