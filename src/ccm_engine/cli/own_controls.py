"""`ccm controls new` and `ccm controls test`: controls of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from ccm_engine.app.settings import Settings
from ccm_engine.cli.options import OutputOption, settings_in_force
from ccm_engine.cli.output import Output, show, write, write_json
from ccm_engine.reports.json_document import json_list

OWN = Path("controls")
"""Where controls of one's own are when CCM_CONTROLS_DIR does not say."""


def new(
    control: Annotated[str, typer.Argument(metavar="ID", help="Its id, such as ec2_no_open_rdp.", show_default=False)],
    output: OutputOption = Output.TABLE,
) -> None:
    """Begin a control of your own.

    Writes ID.py and test_ID.py, which work as they stand, into CCM_CONTROLS_DIR, else into ./controls.
    """
    from ccm_engine.app.compose import enabled_controls
    from ccm_engine.app.scaffold import begin_control

    settings = settings_in_force()
    directory = settings.controls_dir or OWN
    # What cannot be loaded has no id to collide with; a missing directory is made.
    known = enabled_controls(settings.model_copy(update={"controls": (), "controls_dir": _existing(settings)}))
    files = begin_control(control, directory, known)
    if output is Output.JSON:
        write_json({"control_id": control, "files": [str(file) for file in files]})
        return
    for file in files:
        write(f"wrote {file}\n")
    write(f"next: change both, then ccm controls test {directory}\n")
    if settings.controls_dir is None:
        write(f"to have it judged: CCM_CONTROLS_DIR={directory}\n")


def _existing(settings: Settings) -> Path | None:
    directory = settings.controls_dir
    return directory if directory and directory.exists() else None


def try_own(
    path: Annotated[
        Path | None, typer.Argument(metavar="PATH", help="A file or directory; else CCM_CONTROLS_DIR or ./controls.")
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Test controls of your own, offline.

    Each keeps the rules of a control, and its examples (functions test_* in test_ID.py) hold; else exit 1.
    """
    import sys
    from contextlib import redirect_stdout

    from ccm_engine.app.examples import try_controls

    place = path or settings_in_force().controls_dir or OWN
    with redirect_stdout(sys.stderr):  # what an example prints is no data of ours
        tried = list(try_controls(place))
    failed = sum(bool(one.problem) for one in tried)
    if output is Output.JSON:
        write(
            json_list(
                [
                    {"file": str(one.file), "name": one.name, "ok": not one.problem, "problem": one.problem}
                    for one in tried
                ]
            )
        )
    else:
        from ccm_engine.cli.tried_view import TriedView

        show(TriedView(tried))
    raise typer.Exit(1 if failed else 0)
