"""`ccm init` and `ccm rebuild`: the store."""

from ccm_engine.cli.options import OutputOption, settings_in_force
from ccm_engine.cli.output import Output, write, write_json


def init(output: OutputOption = Output.TABLE) -> None:
    """Make the store, where it is missing.

    And see that it can be written. CCM_STORE says where it is.
    """
    from ccm_engine.app.upkeep import prepare

    prepared = prepare(settings_in_force())
    if output is Output.JSON:
        write_json({"store": prepared.name, "made": prepared.made})
    elif prepared.made:
        write(f"{prepared.name}: made, and ready; next: ccm scan\n")
    else:
        write(f"{prepared.name}: was there already, and is ready\n")


def rebuild(output: OutputOption = Output.TABLE) -> None:
    """Make the state again from the ledger."""
    from ccm_engine.app.upkeep import rebuild as rebuild_state

    name, entries = rebuild_state(settings_in_force())
    if output is Output.JSON:
        write_json({"store": name, "entries": entries})
    else:
        write(f"{name}: state made again from {entries} ledger entries\n")
