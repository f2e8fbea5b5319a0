"""`ccm snapshot`: what a run would judge, into a file."""

from typing import Annotated

import typer

from ccm_engine.cli.exit_codes import NOT_JUDGED
from ccm_engine.cli.look import counted
from ccm_engine.cli.options import (
    AccountsOption,
    ControlsOption,
    ExcludedOption,
    ExternalIdOption,
    OrganizationOption,
    OutputOption,
    ProfileOption,
    RegionsOption,
    RoleOption,
    SeveritiesOption,
    UnitsOption,
    account_ids,
    refuse_beside,
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
    org: OrganizationOption = False,
    ou: UnitsOption = None,
    exclude_account: ExcludedOption = None,
    region: RegionsOption = None,
    profile: ProfileOption = None,
    role_arn: RoleOption = None,
    external_id: ExternalIdOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Collect what the controls need into a file.

    Without secrets, and without judging it, an account at a time. ccm scan --from FILE judges it, whenever and
    wherever, without any call.
    """
    finding = {"--account": account, "--org": org, "--ou": ou, "--exclude-account": exclude_account}
    refuse_beside(finding if role_arn else {}, "--role-arn names the account already")
    accounts = account_ids(account)
    excluded = account_ids(exclude_account, "--exclude-account")

    from ccm_engine.app.reach import Reaching
    from ccm_engine.app.scanning import Wanted
    from ccm_engine.app.snapshots import take_snapshot

    settings = settings_in_force(CCM_REGIONS=tuple(region) if region else None, CCM_ORG=org or None)
    wanted = Wanted(tuple(control or ()), tuple(severity or ()), tuple(region or ()))
    reaching = Reaching(profile, role_arn, external_id, accounts, tuple(ou or ()), excluded)
    with progress("collecting") as told:
        taken = take_snapshot(settings, reaching, wanted, file, progress=told)
    for problem in taken.problems:
        tell(f"not loaded: {problem}")
    for skipped in taken.skipped:
        tell(f"skipped: account {skipped.account.id} ({skipped.account.name}) is {skipped.state}")
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
