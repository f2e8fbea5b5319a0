"""`ccm init` and `ccm rebuild`: the store."""

from typing import Annotated

import typer

from ccm_engine.cli.options import OutputOption, settings_in_force
from ccm_engine.cli.output import Output, progress, tell, write, write_json


def init(
    previous_key: Annotated[
        str,
        typer.Option(
            metavar="FILE_OR_ARN",
            help="The signing key until now: it signs the one in CCM_SIGNING_KEY, which replaces it.",
            show_default=False,
        ),
    ] = "",
    output: OutputOption = Output.TABLE,
) -> None:
    """Make the store and its signing key, where they are missing.

    And see that the store can be written. CCM_STORE says where it is, CCM_SIGNING_KEY where the key is.

    Prints the verifier key, which checks the signatures of checkpoints: keep it where no operator of the store
    can change it.
    """
    from ccm_engine.app.upkeep import prepare
    from ccm_engine.core.clock import utc_now

    prepared = prepare(settings_in_force(), utc_now(), previous_key)
    if output is Output.JSON:
        write_json(
            {
                "store": prepared.name,
                "made": prepared.made,
                "verifier_key": prepared.verifier_key,
                "key_changed": prepared.key_changed,
            }
        )
        return
    if prepared.made:
        write(f"{prepared.name}: made, and ready; next: ccm scan\n")
    else:
        write(f"{prepared.name}: was there already, and is ready\n")
    write(f"verifier key{' (new)' if prepared.key_changed else ''}: {prepared.verifier_key}\n")
    if previous_key and not prepared.key_changed:
        tell("--previous-key: nothing to change: the record knows the key in CCM_SIGNING_KEY already")


def rebuild(output: OutputOption = Output.TABLE) -> None:
    """Make the state again from the ledger."""
    from ccm_engine.app.upkeep import rebuild as rebuild_state

    settings = settings_in_force()
    with progress("making the state again"):
        name, entries = rebuild_state(settings)
    if output is Output.JSON:
        write_json({"store": name, "entries": entries})
    else:
        write(f"{name}: state made again from {entries} ledger entries\n")
