"""`ccm prove`: a finding's proof as a file that anybody can check."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from ccm_engine.cli.options import account_ids, settings_in_force
from ccm_engine.cli.output import tell, write
from ccm_engine.core.clock import utc_now
from ccm_engine.reports.json_document import json_text

BROKEN = 4


def prove(
    finding: Annotated[
        list[str],
        typer.Argument(
            metavar="FINDING...",
            help="What names it: a control's id, a resource's id or ARN, or both; or a finding's key.",
            show_default=False,
        ),
    ],
    account: Annotated[str | None, typer.Option("--account", metavar="ID", help="In this account.")] = None,
    region: Annotated[str | None, typer.Option("--region", metavar="NAME", help="In this region, or global.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where to write it; to stdout without.")
    ] = None,
) -> None:
    """Write the proof of one finding.

    It traces the finding to a signed checkpoint; `ccm verify FILE` and a script that needs only Python check it.
    For example: ccm prove ec2_no_open_ssh sg-0a1b2c3d --output proof.json
    """
    account_ids([account] if account else None)

    from ccm_engine.app.proving import Wanted, proof_of
    from ccm_engine.app.recorded import recorded
    from ccm_engine.ledger.prove import DamagedRecordError

    settings = settings_in_force()
    with recorded(settings) as views:
        try:
            document = proof_of(settings, views, Wanted(finding, account, region), utc_now())
        except DamagedRecordError as error:
            tell(str(error))
            raise typer.Exit(BROKEN) from error
    text = json_text(document)
    if output is None:
        write(text)
        return
    _put(output, text)
    told = document["finding"]
    shown = f"{told['status']} of {told['control_id']} on {told['resource_id']}"
    tell(f"{output} proves: {shown}; check it: ccm verify {output}")


def _put(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    target = path.resolve()
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with open(draft, "x", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(draft, target)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        why = f"{path} cannot be written ({error.strerror}); name another file"
        raise typer.BadParameter(why, param_hint="--output") from error
