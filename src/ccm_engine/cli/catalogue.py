"""`ccm controls list` and `ccm controls show`: the catalogue."""

from typing import Any

from ccm_engine.app.settings import Settings
from ccm_engine.cli.options import (
    ControlArgument,
    FrameworksOption,
    OutputOption,
    SeveritiesOption,
    settings_in_force,
)
from ccm_engine.cli.output import Output, show, tell, write, write_json
from ccm_engine.reports.json_document import json_list


def list_(
    framework: FrameworksOption = None, severity: SeveritiesOption = None, output: OutputOption = Output.TABLE
) -> None:
    """Show the enabled controls."""
    from ccm_engine.app.compose import enabled_controls
    from ccm_engine.app.frameworks import answering, frameworks_of, named
    from ccm_engine.app.sheets import entry

    settings = settings_in_force()
    catalogue = enabled_controls(settings)
    for problem in catalogue.problems:
        tell(f"not loaded: {problem}")
    within = answering(named(frameworks_of(settings), framework), catalogue) if framework else None
    chosen = [
        control
        for control in catalogue
        if (within is None or control.id in within) and (not severity or control.severity in severity)
    ]
    if output is Output.JSON:
        frameworks = frameworks_of(settings)
        write(json_list([entry(control, frameworks) for control in chosen]))
    else:
        from ccm_engine.cli.tables import CatalogueView

        show(CatalogueView(chosen))


def show_(control: ControlArgument, output: OutputOption = Output.TABLE) -> None:
    """Show one control in full.

    Why it matters, how to mend it, requirements, API calls, IAM actions, settings, and how it stands.
    """
    from ccm_engine.app.compose import enabled_controls
    from ccm_engine.app.frameworks import frameworks_of
    from ccm_engine.app.sheets import sheet

    settings = settings_in_force()
    chosen = enabled_controls(settings).only([control]).controls[control]
    told = {**sheet(chosen, frameworks_of(settings), find_regions=not settings.regions), **_standing(settings, control)}
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
