"""`ccm controls list` and `ccm controls show`: the catalogue."""

from typing import Any

from ccm_engine.app.settings import Settings
from ccm_engine.cli.options import ControlArgument, OutputOption, settings_in_force
from ccm_engine.cli.output import Output, show, tell, write, write_json
from ccm_engine.reports.json_document import json_list


def list_(output: OutputOption = Output.TABLE) -> None:
    """Show the enabled controls."""
    from ccm_engine.app.compose import enabled_controls
    from ccm_engine.app.sheets import entry

    catalogue = enabled_controls(settings_in_force())
    for problem in catalogue.problems:
        tell(f"not loaded: {problem}")
    if output is Output.JSON:
        write(json_list([entry(control) for control in catalogue]))
    else:
        from ccm_engine.cli.tables import CatalogueView

        show(CatalogueView(list(catalogue)))


def show_(control: ControlArgument, output: OutputOption = Output.TABLE) -> None:
    """Show one control in full.

    Why it matters, how to mend it, requirements, API calls, IAM actions, settings, and how it stands.
    """
    from ccm_engine.app.compose import enabled_controls
    from ccm_engine.app.sheets import sheet

    settings = settings_in_force()
    chosen = enabled_controls(settings).only([control]).controls[control]
    told = {**sheet(chosen, find_regions=not settings.regions), **_standing(settings, control)}
    if output is Output.JSON:
        write_json(told)
    else:
        from ccm_engine.cli.control_view import ControlView

        show(ControlView(told))


def _standing(settings: Settings, control: str) -> dict[str, Any]:
    """Return how the control stands; `status` None where nothing is recorded yet. Makes no store."""
    from ccm_engine.app.asking import standing
    from ccm_engine.app.recorded import NothingRecordedError, recorded

    try:
        with recorded(settings) as views:
            results = standing(views, (), None).scorecard.controls
    except NothingRecordedError:
        return {"status": None, "affected_resources": [], "resources_evaluated": 0}
    line = next(one.as_json() for one in results if one.face.id == control)
    return {name: line[name] for name in ("status", "affected_resources", "resources_evaluated")}
