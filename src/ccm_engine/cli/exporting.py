"""`ccm export` and `ccm restore`: a closed period out and back."""

from typing import Annotated

import typer

from ccm_engine.cli.options import OutputOption, moment_in, settings_in_force
from ccm_engine.cli.output import Output, progress, write, write_json


def export(
    to_file: Annotated[
        str,
        typer.Option(
            "--output",
            metavar="FILE",
            help="A file that is not there yet, or s3://BUCKET/KEY. With .gz at the end it is packed.",
            show_default=False,
        ),
    ],
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Where the period begins. Default: with the record."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--to", metavar="TIME", help="Where it ends, not later than now. Default: with the record."),
    ] = None,
    form: Annotated[
        Output, typer.Option("-o", metavar="FORM", help="How to print: table or json.", case_sensitive=False)
    ] = Output.TABLE,
) -> None:
    """Write a closed period of the record to a file.

    Its ledgers, documents and proofs, which ccm verify checks and ccm restore takes back. Nothing is removed
    from the store. Times are like 2026-01-01 (midnight UTC) or 2026-03-06T12:00:00Z.
    """
    from ccm_engine.app.exporting import export as export_period
    from ccm_engine.core.clock import utc_now
    from ccm_engine.ledger.export import Period

    period = Period(
        moment_in(since, "--from") if since is not None else None,
        moment_in(until, "--to") if until is not None else None,
    )
    settings = settings_in_force()
    with progress("exporting"):
        done = export_period(settings, to_file, period, utc_now())
    written = done.written
    if form is Output.JSON:
        write_json(
            {
                "store": done.store,
                "file": done.place,
                "ledgers": {name: {"first": first, "last": last} for name, (first, last) in written.ledgers.items()},
                "entries": written.entries,
                "documents": written.documents,
                "documents_absent": written.absent,
            }
        )
        return
    absent = f" ({written.absent} named ones are not kept any more)" if written.absent else ""
    write(
        f"{done.place}: {written.entries} entries of {len(written.ledgers)} ledgers "
        f"and {written.documents} documents{absent} of {done.store}\n"
    )


def restore(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="An export, or several periods that adjoin; also s3://BUCKET/KEY.",
            show_default=False,
        ),
    ],
    output: OutputOption = Output.TABLE,
) -> None:
    """Restore a record from its exports into an empty store.

    CCM_STORE says into which. The files are checked whole before anything is written; with a damaged one the
    exit code is 4. The ledgers are the same byte by byte. Alerts in them are not sent again.
    """
    from ccm_engine.app.restoring import restore as restore_record
    from ccm_engine.core.clock import utc_now

    settings = settings_in_force()
    with progress("restoring"):
        done = restore_record(settings, files, utc_now())
    if output is Output.JSON:
        write_json({"store": done.store, "ledgers": done.ledgers, "entries": done.entries, "documents": done.documents})
    else:
        held = f"{done.entries} entries of {done.ledgers} ledgers and {done.documents} documents"
        write(f"{done.store}: {held} restored\n")
