"""`ccm serve`: the scheduler and the API in one process."""

from typing import Annotated

import typer

from ccm_engine.cli.options import settings_in_force
from ccm_engine.cli.output import tell


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (CCM_HOST).", show_default=False)] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on (CCM_PORT).", show_default=False)
    ] = None,
) -> None:
    """Run the checks every CHECK_INTERVAL_MINUTES and serve the API, until stopped."""
    from ccm_engine.api import guard, server
    from ccm_engine.api.app import create_app
    from ccm_engine.app.compose import monitor_of
    from ccm_engine.app.schedule import Schedule

    settings = settings_in_force(quiet=False, CCM_HOST=host, CCM_PORT=port)
    guard.refuse_open(settings.host, settings.allow_anonymous)
    schedule = Schedule(monitor_of(settings))
    app = create_app(schedule, settings)
    # A port that is taken should be known before a run begins, not in the middle of it.
    server.listen(settings.host, settings.port).close()
    schedule.start()
    try:
        server.serve(app, settings.host, settings.port, ready=_say)
    finally:
        schedule.stop()


def _say(address: str) -> None:
    tell(f"serving {address} (the API is described at {address}/docs); Ctrl-C stops")
