"""`ccm verify`: does the record prove itself?"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccm_engine.cli.options import OutputOption, settings_in_force
from ccm_engine.cli.output import Output, progress, show, write_json
from ccm_engine.core.clock import utc_now

if TYPE_CHECKING:
    from ccm_engine.ledger.proof import Body
    from ccm_engine.ledger.verification import Verification

HOLDS, GAPS, NOTHING, BROKEN = 0, 1, 3, 4


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="An export or a proof; without, the store.", show_default=False),
    ] = None,
    checkpoint: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PLACE",
            help="Checkpoints kept elsewhere: a file, a directory or s3://BUCKET/PREFIX. Repeatable.",
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="The signing key's public half, from elsewhere: NAME+HASH+KEY."),
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Verify the record.

    Integrity: nothing was changed or removed. Completeness: nothing is missing that the recorded scope expects.
    And what could not be checked. Exit codes: 0 both hold, 1 integrity holds and there are gaps, 3 nothing
    could be verified, or not all, 4 integrity is broken.
    """
    keys = _keys(key)
    if file is not None and (proof := _proof(file)) is not None:
        _show_proof(proof, key, output)
        return

    from ccm_engine.app.given_checkpoints import NoCheckpointError, given_checkpoints
    from ccm_engine.app.verifying import NotVerifiableError, verify_export, verify_store

    with progress("verifying"):
        try:
            given = given_checkpoints(checkpoint or ())
        except NoCheckpointError as error:
            raise typer.BadParameter(str(error), param_hint="--checkpoint") from error
        if file is None:
            verified = verify_store(settings_in_force(), given, keys, utc_now())
        else:
            try:
                verified = verify_export(file, given, keys)
            except NotVerifiableError as error:
                raise typer.BadParameter(str(error), param_hint="FILE") from error

    from ccm_engine.cli.verify_view import VerificationView, verification_as_json

    if output is Output.JSON:
        write_json(verification_as_json(verified))
    else:
        show(VerificationView(verified))
    raise typer.Exit(verdict(verified.verification))


def verdict(found: "Verification") -> int:
    """Return the exit code: 4 for a break, 3 when integrity could not be told, 1 for gaps, else 0."""
    if found.intact is None:
        return NOTHING
    if not found.intact:
        return BROKEN
    return GAPS if found.completeness else HOLDS


def _keys(key: str | None) -> dict[str, bytes]:
    if key is None:
        return {}
    from ccm_engine.ledger.checkpoint import NoteError, read_verifier_key

    try:
        return dict([read_verifier_key(key)])
    except NoteError as error:
        raise typer.BadParameter(str(error), param_hint="--key") from error


def _proof(file: Path) -> "Body | None":
    from ccm_engine.ledger.proof import is_proof

    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and is_proof(document) else None


def _show_proof(proof: "Body", key: str | None, output: Output) -> None:
    from ccm_engine.cli.verify_view import ProofView
    from ccm_engine.ledger.proof import check_proof

    report = check_proof(proof, key)
    if output is Output.JSON:
        write_json(report.as_json())
    else:
        show(ProofView(report))
    raise typer.Exit(HOLDS if report.holds else BROKEN)
