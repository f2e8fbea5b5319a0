"""`ccm snapshot`: what a run would judge, into a file."""

from typing import Annotated

import typer

from ccm_engine.cli.exit_codes import NOT_JUDGED
from ccm_engine.cli.look import counted
from ccm_engine.cli.options import (
    AccountsOption,
    ControlsOption,
    ExternalIdOption,
    OutputOption,
    ProfileOption,
    RegionsOption,
    RoleOption,
    SeveritiesOption,
    account_ids,
    settings_in_force,
)
from ccm_engine.cli.output import Output, progress, tell, write, write_json


def snapshot(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A file that is not there yet, its name ending with .gz; also s3://BUCKET/KEY."
        ),
    ],
    control: ControlsOption = None,
    severity: SeveritiesOption = None,
    account: AccountsOption = None,
    region: RegionsOption = None,
    profile: ProfileOption = None,
    role_arn: RoleOption = None,
    external_id: ExternalIdOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Collect what the controls need into a file.

    Without secrets, and without judging it. ccm scan --from FILE judges it, whenever and wherever, without any
    call.
    """
    if role_arn and account:
        raise typer.BadParameter("--role-arn names the account already; leave --account out", param_hint="--account")
    accounts = account_ids(account)

    from ccm_engine.app.reach import Reaching
    from ccm_engine.app.scanning import Wanted
    from ccm_engine.app.snapshots import take_snapshot

    settings = settings_in_force(CCM_REGIONS=tuple(region) if region else None)
    wanted = Wanted(tuple(control or ()), tuple(severity or ()), tuple(region or ()))
    reaching = Reaching(profile, role_arn, external_id, accounts)
    with progress("collecting") as told:
        taken = take_snapshot(settings, reaching, wanted, file, progress=told)
    for problem in taken.problems:
        tell(f"not loaded: {problem}")
    for id_ in taken.left_out:
        tell(f"{id_} is free-form: what it asks for by itself is not in the snapshot")
    if output is Output.JSON:
        write_json(
            {
                "file": taken.place,
                "accounts": taken.accounts,
                "documents": taken.documents,
                "calls": taken.calls,
                "throttled": taken.throttled,
                "unread": [str(failure) for failure in taken.failures],
            }
        )
    else:
        held = f"{counted(taken.documents, 'document')} of {counted(taken.accounts, 'account')}"
        write(f"{taken.place}: {held}, in {counted(taken.calls, 'call')}\n")
        for failure in dict.fromkeys(str(failure) for failure in taken.failures):
            write(f"  not read: {failure}\n")
    if taken.failures and not taken.documents:
        raise typer.Exit(NOT_JUDGED)
