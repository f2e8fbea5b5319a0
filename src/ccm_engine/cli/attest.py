"""`ccm attest`: a person's word for what no API can show."""

from pathlib import Path
from typing import Annotated

import typer

from ccm_engine.cli.options import OutputOption, settings_in_force
from ccm_engine.cli.output import Output, plain, write, write_json
from ccm_engine.cli.person import user


def attest(
    requirement: Annotated[str, typer.Argument(metavar="REQUIREMENT", help="Such as soc2:CC1.1.", show_default=False)],
    name: Annotated[str, typer.Option(metavar="TEXT", help="Who attests it.", show_default=False)],
    text: Annotated[str, typer.Option(metavar="TEXT", help="What that person attests.", show_default=False)],
    expires: Annotated[
        str,
        typer.Option(
            metavar="DATE", help="Until when it counts, such as 2027-03-01; at most a year ahead.", show_default=False
        ),
    ],
    attachment: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What shows it: its digest is recorded, not the file.", show_default=False),
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Record that a person attests a requirement which no API can show.

    An entry in the ledger says who, what and until when; from that moment on it counts no more. Another one for
    the same requirement takes its place. Nobody has proven who runs this command: it is recorded as unverified.
    """
    from ccm_engine.app.attesting import attest as record
    from ccm_engine.app.attesting import attestable, said
    from ccm_engine.app.exporting import holding
    from ccm_engine.app.frameworks import frameworks_of
    from ccm_engine.core.clock import utc_now

    settings, now = settings_in_force(), utc_now()
    framework, id_ = attestable(frameworks_of(settings), requirement)
    what = said(name, text, expires, attachment, now)
    with holding(settings) as store:
        made = record(store, framework, id_, what, user(), now)
    if output is Output.JSON:
        write_json(made.as_json())
    else:
        until = f"{made.expires_at:%Y-%m-%d %H:%M} UTC"
        write(f"{plain(requirement)}: attested by {plain(made.name)} until {until}; the engine's ledger says so\n")
