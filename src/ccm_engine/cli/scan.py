"""`ccm scan`: one run now."""

from contextlib import ExitStack
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
    if role_arn and account:
        raise typer.BadParameter("--role-arn names the account already; leave --account out", param_hint="--account")
    accounts = account_ids(account)

    from ccm_engine.app.compose import Reaching
    from ccm_engine.app.scanning import Wanted, scan_recorded
    from ccm_engine.app.unstored import scan_unstored
    from ccm_engine.reports.files import exporting

    with ExitStack() as stack:
        exports = stack.enter_context(exporting(export or []))
        settings = settings_in_force(CCM_REGIONS=tuple(region) if region else None)
        reaching = Reaching(profile, role_arn, external_id, accounts)
        wanted = Wanted(tuple(control or ()), tuple(severity or ()), tuple(region or ()))
        with progress("judging") as told:
            if no_store:
                report = scan_unstored(settings, reaching, wanted, progress=told)
            else:
                scanned = scan_recorded(settings, reaching, wanted, alert=not no_alerts, progress=told)
                report = stack.enter_context(scanned)
        for problem in report.problems:
            tell(f"not loaded: {problem}")
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
