"""What went wrong, in one line, and the exit code it means."""

import os
import re
import sys
import traceback

import typer

from ccm_engine.cli.output import PipeClosedError, tell

WRONG_INPUT = 2
INTEGRITY = 4
UNEXPECTED = 10
INTERRUPTED = 130
PIPE_CLOSED = 141
_HINT = re.compile(r"^Invalid value(?: for (?P<quote>'?)(?P<name>[^:']+)(?P=quote))?: ", re.DOTALL)


def answer_to(error: BaseException) -> int:
    """Say on stderr what went wrong and return the exit code. With CCM_DEBUG set, say also where."""
    if os.environ.get("CCM_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, PipeClosedError):
        _let_go_of_stdout()
        return PIPE_CLOSED
    if isinstance(error, typer.TyperException):
        tell(_usage(error))
        return WRONG_INPUT
    if isinstance(error, _breaks()):
        tell(str(error))
        return INTEGRITY
    if isinstance(error, _told_as_they_are()):
        tell(str(error))
        return WRONG_INPUT
    where = "" if os.environ.get("CCM_DEBUG") else " (CCM_DEBUG=1 shows where)"
    tell(f"unexpected error: {type(error).__name__}: {error}{where}")
    return UNEXPECTED


def _usage(error: typer.TyperException) -> str:
    """Return what a wrong command line's error says, with the place where the right one is told."""
    said = error.format_message().replace("Value error, ", "")
    said = _HINT.sub(lambda found: f"{found['name']}: " if found["name"] else "", said)
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "ccm"
    return f"{said.rstrip('.')}; see {command} --help"


def _breaks() -> tuple[type[Exception], ...]:
    from ccm_engine.ledger.export_format import DamagedExportError

    return (DamagedExportError,)


def _told_as_they_are() -> tuple[type[Exception], ...]:
    # Here, when something has gone wrong: they come with the AWS SDK.
    from ccm_engine.app.attesting import AttestError
    from ccm_engine.app.discovery import DiscoveryError
    from ccm_engine.app.frameworks import UnknownFrameworkError
    from ccm_engine.app.monitor import RunFailedError
    from ccm_engine.app.purging import PurgeError
    from ccm_engine.app.recorded import NothingRecordedError
    from ccm_engine.app.scaffold import ScaffoldError
    from ccm_engine.app.settings import SettingsError
    from ccm_engine.clouds.aws.regions import UnknownRegion
    from ccm_engine.clouds.aws.sessions import SessionError
    from ccm_engine.engine.catalogue import UnknownControlError
    from ccm_engine.ledger.export_format import ExportFileError
    from ccm_engine.ledger.store import StoreError
    from ccm_engine.reports.files import ExportError
    from ccm_engine.reports.formats import UnknownFormatError
    from ccm_engine.stores.snapshot_file import SnapshotFileError

    return (
        AttestError,
        DiscoveryError,
        ExportError,
        ExportFileError,
        NothingRecordedError,
        PurgeError,
        RunFailedError,
        ScaffoldError,
        SessionError,
        SettingsError,
        SnapshotFileError,
        StoreError,
        UnknownControlError,
        UnknownFormatError,
        UnknownFrameworkError,
        UnknownRegion,
    )


def _let_go_of_stdout() -> None:
    """Point stdout elsewhere: Python writes what is left in it when it ends, and would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
