"""`ccm policy`: the least rights the enabled controls need."""

from enum import StrEnum
from typing import Annotated

import typer

from ccm_engine.cli.options import ControlsOption, settings_in_force
from ccm_engine.cli.output import tell, write, write_json


class PolicyFormat(StrEnum):
    """What a policy is written in."""

    JSON = "json"
    TERRAFORM = "terraform"


def policy(
    control: ControlsOption = None,
    form: Annotated[
        PolicyFormat,
        typer.Option(
            "--format",
            "-o",
            "--output",
            metavar="FORM",
            help="What to write it in: json or terraform.",
            case_sensitive=False,
        ),
    ] = PolicyFormat.JSON,
    org: Annotated[
        bool,
        typer.Option("--org", help="Also what lists an organization and assumes CCM_ORG_ROLE_NAME in its accounts."),
    ] = False,
    part: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Only this document, where the policy is more than one. JSON only."),
    ] = None,
) -> None:
    """Print the IAM policy that the controls need.

    Read-only and least privilege, derived from the enabled controls. With --org it is that of the management account
    or the delegated administrator; the role in each other account needs it without.

    A managed policy holds 6,144 characters (white space is not counted). What needs more comes as a list of documents,
    each for a managed policy of its own: create all of them and attach them to the role.
    """
    from ccm_engine.app.compose import enabled_controls
    from ccm_engine.app.least_rights import iam_actions, organization, unnamed
    from ccm_engine.clouds.aws.policy import documents, reads, terraform

    settings = settings_in_force()
    catalogue = enabled_controls(settings)
    chosen = catalogue.only(control) if control else catalogue
    for problem in catalogue.problems:
        tell(f"not loaded: {problem}")
    for id_ in unnamed(chosen):
        tell(f"{id_} is free-form and names no actions; add to this policy what it calls")
    statements = [reads(iam_actions(chosen, settings)), *(organization(settings) if org else ())]
    if form is PolicyFormat.TERRAFORM:
        if part:
            raise typer.BadParameter("Terraform takes all documents at once; leave it out", param_hint="--part")
        write(terraform(*statements))
        return
    told = documents(*statements)
    if part:
        if part > len(told):
            raise typer.BadParameter(f"there are {len(told)} documents; give 1 to {len(told)}", param_hint="--part")
        write_json(told[part - 1])
    elif len(told) == 1:
        write_json(told[0])
    else:
        tell(f"more than one policy holds: a list of {len(told)} documents; --part 1 to {len(told)} prints one alone")
        write_json(told)
