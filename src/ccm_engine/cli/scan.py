"""`ccm scan`: one run now."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ccm_engine.cli.exit_codes import exit_code
from ccm_engine.cli.options import (
    AccountsOption,
    ControlsOption,
    RegionsOption,
    SeveritiesOption,
    UnitsOption,
    account_ids,
    settings_in_force,
)
from ccm_engine.cli.output import progress, show, tell, write
from ccm_engine.core.vocabulary import Severity


class ScanOutput(StrEnum):
    """How a scan prints."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    JUNIT = "junit"


def scan(
    control: ControlsOption = None,
    severity: SeveritiesOption = None,
    account: AccountsOption = None,
    org: Annotated[bool, typer.Option("--org", help="All accounts of the organization (CCM_ORG).")] = False,
    ou: UnitsOption = None,
    exclude_account: Annotated[
        list[str] | None, typer.Option("--exclude-account", metavar="ID", help="Not this account. Repeatable.")
    ] = None,
    region: RegionsOption = None,
    profile: Annotated[str | None, typer.Option(metavar="NAME", help="AWS profile whose credentials to use.")] = None,
    role_arn: Annotated[str | None, typer.Option(metavar="ARN", help="Role to assume; its account is judged.")] = None,
    external_id: Annotated[
        str | None, typer.Option(metavar="TEXT", help="External id for --role-arn (CCM_EXTERNAL_ID).")
    ] = None,
    output: Annotated[
        ScanOutput,
        typer.Option(
            "-o", "--output", metavar="FORM", case_sensitive=False, help="How to print: table, json, csv or junit."
        ),
    ] = ScanOutput.TABLE,
    export: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Also write FILE.json, FILE.csv or FILE.junit.xml. Repeatable."),
    ] = None,
    fail_on: Annotated[
        Severity | None,
        typer.Option(
            metavar="SEVERITY", case_sensitive=False, help="Exit 1 only for a failure of this severity or worse."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if anything could not be judged.")] = False,
    no_store: Annotated[bool, typer.Option("--no-store", help="Record nothing, alert nobody.")] = False,
    no_alerts: Annotated[bool, typer.Option("--no-alerts", help="Record, but alert nobody.")] = False,
) -> None:
    """Judge the account now.

    Recorded, and alerted, like a scheduled run.
    """
    choosing = (
        ("--account", account),
        ("--org", org),
        ("--ou", ou),
        ("--exclude-account", exclude_account),
    )
    for name, given in choosing:
        if role_arn and given:
            raise typer.BadParameter(f"--role-arn names the account already; leave {name} out", param_hint=name)
    accounts = account_ids(account)
    excluded = account_ids(exclude_account, "--exclude-account")

    from ccm_engine.app.reach import Reaching
    from ccm_engine.app.scanning import Wanted, scan_recorded
    from ccm_engine.app.unstored import scan_unstored
    from ccm_engine.reports.files import exporting

    with exporting(export or []) as exports:
        settings = settings_in_force(CCM_REGIONS=tuple(region) if region else None, CCM_ORG=org or None)
        reaching = Reaching(profile, role_arn, external_id, accounts, tuple(ou or ()), excluded)
        wanted = Wanted(tuple(control or ()), tuple(severity or ()), tuple(region or ()))
        with progress("judging") as told:
            if no_store:
                report = scan_unstored(settings, reaching, wanted, progress=told)
            else:
                report = scan_recorded(settings, reaching, wanted, alert=not no_alerts, progress=told)
        for problem in report.problems:
            tell(f"not loaded: {problem}")
        if report.run["reason"]:
            tell(report.run["reason"])
        for skipped in report.run["skipped"]:
            tell(f"skipped: account {skipped['account_id']} ({skipped['name']}) is {skipped['state']}")
        written = exports.write(report)
    if output is ScanOutput.TABLE:
        from ccm_engine.cli.scorecard_view import ScorecardView

        show(ScorecardView(report))
    else:
        from ccm_engine.reports.formats import FORMATS

        write(next(form for form in FORMATS if form.name == output.value).write(report))
    for path in written:
        tell(f"wrote {path}")
    raise typer.Exit(exit_code(report.findings, fail_on, strict=strict))
