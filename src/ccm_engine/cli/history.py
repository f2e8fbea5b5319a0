"""`ccm history`: a control's record over time."""

from typing import Annotated

import typer

from ccm_engine.cli.options import ControlArgument, OutputOption, settings_in_force
from ccm_engine.cli.output import Output, show, write
from ccm_engine.reports.json_document import json_list


def history(
    control: ControlArgument,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="How many runs, newest first.")] = 20,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a control's results, newest first."""
    from itertools import islice

    from ccm_engine.app.asking import history_of
    from ccm_engine.app.recorded import recorded

    with recorded(settings_in_force()) as views:
        lines = list(islice(history_of(views, control), limit))
    if output is Output.JSON:
        write(json_list([line.as_json() for line in lines]))
    else:
        from ccm_engine.cli.tables import HistoryView

        show(HistoryView(lines))
