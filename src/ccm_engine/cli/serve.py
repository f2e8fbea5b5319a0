"""`ccm serve`: the scheduler and the API in one process."""

from typing import TYPE_CHECKING, Annotated

import typer

from ccm_engine.app.settings import Settings
from ccm_engine.cli.options import settings_in_force
from ccm_engine.cli.output import tell

if TYPE_CHECKING:
    from ccm_engine.app.schedule import Schedule


def serve(
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Address to listen on (CCM_HOST).", show_default=False)
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(metavar="PORT", min=0, max=65535, help="Port to listen on (CCM_PORT).", show_default=False),
    ] = None,
) -> None:
    """Judge on a schedule and serve the API.

    A run every CHECK_INTERVAL_MINUTES, until stopped by Ctrl-C or SIGTERM; a run under way is finished.
    """
    from ccm_engine.api import guard
    from ccm_engine.app.compose import monitor_of
    from ccm_engine.app.schedule import Schedule

    settings = settings_in_force(quiet=False, CCM_HOST=host, CCM_PORT=port)
    guard.refuse_open(settings.host, settings.allow_anonymous)
    monitor = monitor_of(settings)
    run_until_stopped(Schedule(monitor), settings)


def run_until_stopped(schedule: "Schedule", settings: Settings) -> None:
    """Run the schedule and answer on the settings' host and port until a signal; then stop both gracefully.

    Raises SettingsError with one line when it cannot listen.
    """
    from ccm_engine.api import server
    from ccm_engine.api.app import create_app

    app = create_app(schedule, settings)

    def begin(address: str) -> None:
        # Only now: a port that is taken should be known before a run begins, not in the middle of it.
        schedule.start()
        tell(f"serving {address} (the API is described at {address}/docs); Ctrl-C stops")

    try:
        server.serve(app, settings.host, settings.port, ready=begin)
    finally:
        schedule.stop()
