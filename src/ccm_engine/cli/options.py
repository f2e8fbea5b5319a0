"""The options that several commands share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from ccm_engine.app.settings import Settings, load_settings
from ccm_engine.cli.output import Output
from ccm_engine.core import moment
from ccm_engine.core.clock import utc_now
from ccm_engine.core.vocabulary import Severity

OutputOption = Annotated[
    Output,
    typer.Option("-o", "--output", metavar="FORM", help="How to print: table or json.", case_sensitive=False),
]
SeveritiesOption = Annotated[
    list[Severity] | None,
    typer.Option(
        "--severity",
        metavar="SEVERITY",
        help="Only this severity: CRITICAL, HIGH, MEDIUM or LOW. Repeatable.",
        case_sensitive=False,
    ),
]
ControlsOption = Annotated[
    list[str] | None, typer.Option("-c", "--control", metavar="ID", help="Only this control. Repeatable.")
]
AccountsOption = Annotated[
    list[str] | None, typer.Option("--account", metavar="ID", help="Only this account. Repeatable.")
]
UnitsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--ou", metavar="UNIT", help="Only accounts in or below this organizational unit (Root/Prod). Repeatable."
    ),
]
OrganizationOption = Annotated[bool, typer.Option("--org", help="All accounts of the organization (CCM_ORG).")]
ExcludedOption = Annotated[
    list[str] | None, typer.Option("--exclude-account", metavar="ID", help="Not this account. Repeatable.")
]
RegionsOption = Annotated[
    list[str] | None, typer.Option("--region", metavar="NAME", help="Only this region. Repeatable.")
]
ProfileOption = Annotated[str | None, typer.Option(metavar="NAME", help="AWS profile whose credentials to use.")]
RoleOption = Annotated[str | None, typer.Option(metavar="ARN", help="Role to assume; its account is judged.")]
ExternalIdOption = Annotated[
    str | None, typer.Option(metavar="TEXT", help="External id for --role-arn (CCM_EXTERNAL_ID).")
]
FrameworksOption = Annotated[
    list[str] | None,
    typer.Option(
        "--framework", metavar="ID", help="Only what helps to show this framework: soc2, cis_aws_5.0. Repeatable."
    ),
]
AtOption = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="As it stood then, such as 2026-03-06T12:00:00Z.")
]
ControlArgument = Annotated[str, typer.Argument(metavar="CONTROL", help="A control's id.", show_default=False)]


def settings_in_force(*, quiet: bool = True, **overrides: Any) -> Settings:
    """Return the settings, `overrides` (by name) before all others, with logs set up. Raises SettingsError."""
    from ccm_engine.app.logs import set_up_logs

    settings = load_settings(**overrides)
    set_up_logs(settings.log_format, quiet=quiet)
    return settings


def moment_in(text: str, option: str) -> datetime:
    """Return the moment that an option names. Raises typer.BadParameter for what is none."""
    try:
        return moment.read(text)
    except (ValueError, OverflowError) as error:
        told = "is no moment; write it as 2026-03-06T12:00:00Z, or as a date"
        if "time zone" in str(error):
            told = "names no time zone; end it with Z"
        raise typer.BadParameter(f"{text!r} {told}", param_hint=option) from error


def moment_past(text: str, option: str, now: datetime) -> datetime:
    """Return the moment that an option names. Raises typer.BadParameter for what is none, or still to come."""
    read = moment_in(text, option)
    if read > now:
        raise typer.BadParameter(f"{moment.written(read)} is in the future; give an earlier one", param_hint=option)
    return read


def moment_at(text: str | None) -> datetime | None:
    """Return the moment that `--at` names, None without it. Raises typer.BadParameter as `moment_past` does."""
    return moment_past(text, "--at", utc_now()) if text is not None else None


def account_ids(given: list[str] | None, option: str = "--account") -> tuple[str, ...]:
    """Return the account ids of an option, each once. Raises typer.BadParameter for what is none."""
    for one in given or ():
        if not (one.isascii() and one.isdigit() and len(one) == 12):
            raise typer.BadParameter(f"{one!r} is no account id of 12 digits", param_hint=option)
    return tuple(dict.fromkeys(given or ()))


def refuse_beside(options: Mapping[str, object], why: str) -> None:
    """Raise typer.BadParameter for the first of `options` (by name) that is given: `why` says what forbids it."""
    for name, given in options.items():
        if given:
            raise typer.BadParameter(f"{why}; leave {name} out", param_hint=name)
