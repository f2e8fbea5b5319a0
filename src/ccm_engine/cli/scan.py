"""`ccm scan`: one run now."""

from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccm_engine.cli.exit_codes import exit_code
from ccm_engine.cli.options import (
    AccountsOption,
    ControlsOption,
    ExcludedOption,
    ExternalIdOption,
    FrameworksOption,
    OrganizationOption,
    ProfileOption,
    RegionsOption,
    RoleOption,
    SeveritiesOption,
    UnitsOption,
    account_ids,
    refuse_beside,
    settings_in_force,
)
from ccm_engine.cli.output import progress, show, tell, write_all
from ccm_engine.core.vocabulary import Severity

if TYPE_CHECKING:
    from ccm_engine.reports.scan_report import ScanReport


class ScanOutput(StrEnum):
    """How a scan prints."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    JUNIT = "junit"


def scan(
    control: ControlsOption = None,
    severity: SeveritiesOption = None,
    framework: FrameworksOption = None,
    account: AccountsOption = None,
    org: OrganizationOption = False,
    ou: UnitsOption = None,
    exclude_account: ExcludedOption = None,
    region: RegionsOption = None,
    profile: ProfileOption = None,
    role_arn: RoleOption = None,
    external_id: ExternalIdOption = None,
    from_file: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FILE", help="Judge a snapshot as of its moment; ask, record and alert nothing."
        ),
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
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Tell what a run would ask, how long and at what price; list accounts and regions only."
        ),
    ] = False,
    no_store: Annotated[bool, typer.Option("--no-store", help="Record nothing, alert nobody.")] = False,
    no_alerts: Annotated[bool, typer.Option("--no-alerts", help="Record, but alert nobody.")] = False,
) -> None:
    """Judge the account now.

    Recorded, and alerted, like a scheduled run.
    """
    finding = {"--org": org, "--ou": ou, "--exclude-account": exclude_account}
    refuse_beside({"--account": account, **finding} if role_arn else {}, "--role-arn names the account already")
    refuse_beside(finding if from_file else {}, "--from holds the accounts it was made of, of which --account chooses")
    _refuse_contradictions(
        asks_beside_a_file=bool(from_file and (profile or role_arn or external_id or dry_run)),
        writes_a_dry_run=bool(dry_run and export),
    )
    accounts = account_ids(account)
    excluded = account_ids(exclude_account, "--exclude-account")

    from ccm_engine.app.frameworks import frameworks_of, named
    from ccm_engine.app.reach import Reaching
    from ccm_engine.app.scanning import Wanted, scan_recorded
    from ccm_engine.app.snapshots import scan_from
    from ccm_engine.app.unstored import scan_unstored
    from ccm_engine.reports.files import exporting

    with ExitStack() as stack:
        exports = stack.enter_context(exporting(export or []))
        settings = settings_in_force(CCM_REGIONS=tuple(region) if region else None, CCM_ORG=org or None)
        reaching = Reaching(profile, role_arn, external_id, accounts, tuple(ou or ()), excluded)
        within = named(frameworks_of(settings), framework) if framework else ()
        wanted = Wanted(tuple(control or ()), tuple(severity or ()), tuple(region or ()), within)
        if dry_run:
            from ccm_engine.cli.foreseen import tell_ahead

            tell_ahead(settings, reaching, wanted, output.value, with_record=not no_store)
            return
        left_out: tuple[str, ...] = ()
        with progress("judging") as told:
            if from_file:
                report, left_out = scan_from(settings, from_file, wanted, accounts, progress=told)
            elif no_store:
                report = scan_unstored(settings, reaching, wanted, progress=told)
            else:
                scanned = scan_recorded(settings, reaching, wanted, alert=not no_alerts, progress=told)
                report = stack.enter_context(scanned)
        for problem in report.problems:
            tell(f"not loaded: {problem}")
        _tell_accounts(report)
        if left_out:
            tell(f"{from_file} was not made for {', '.join(left_out)}; left out (-c names what to judge all the same)")
        written = exports.write(report)
        _show(report, output)
        for path in written:
            tell(f"wrote {path}")
        raise typer.Exit(exit_code(report.findings, fail_on, strict=strict))


def _show(report: "ScanReport", output: ScanOutput) -> None:
    if output is ScanOutput.TABLE:
        from ccm_engine.cli.scorecard_view import ScorecardView

        show(ScorecardView(report))
        return
    from ccm_engine.reports.formats import FORMATS

    write_all(next(form for form in FORMATS if form.name == output.value).write(report))


def _tell_accounts(report: "ScanReport") -> None:
    if report.run["reason"]:
        tell(report.run["reason"])
    for skipped in report.run["skipped"]:
        tell(f"skipped: account {skipped['account_id']} ({skipped['name']}) is {skipped['state']}")


def _refuse_contradictions(*, asks_beside_a_file: bool, writes_a_dry_run: bool) -> None:
    if asks_beside_a_file:
        raise typer.BadParameter("a file is judged without asking anybody; leave out how", param_hint="--from")
    if writes_a_dry_run:
        raise typer.BadParameter("--dry-run has no findings to write; leave --export out", param_hint="--export")
