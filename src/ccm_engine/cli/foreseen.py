"""`ccm scan --dry-run`: told, not done."""

import typer

from ccm_engine.app.dry_run import foresee
from ccm_engine.app.reach import Reaching
from ccm_engine.app.scanning import Wanted
from ccm_engine.app.settings import Settings
from ccm_engine.cli.foreseen_view import ForeseenView, as_json
from ccm_engine.cli.output import progress, show, tell, write_json


def tell_ahead(settings: Settings, reaching: Reaching, wanted: Wanted, form: str, *, with_record: bool) -> None:
    """Print what a run would ask. Raises what `foresee` raises, and typer.BadParameter for a form it has not."""
    if form not in ("table", "json"):
        raise typer.BadParameter(f"--dry-run prints table or json, not {form}", param_hint="--output")
    with progress("listing accounts and regions"):
        foreseen = foresee(settings, reaching, wanted, with_record=with_record)
    for problem in foreseen.problems:
        tell(f"not loaded: {problem}")
    if form == "json":
        write_json(as_json(foreseen))
    else:
        show(ForeseenView(foreseen))
