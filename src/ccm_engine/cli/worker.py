"""`ccm worker`: a worker of the distributed mode."""

from typing import Annotated

import typer

from ccm_engine.cli.options import settings_in_force


def worker(
    processes: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=256, help="Accounts judged at a time (CCM_PROCESSES).", show_default=False
        ),
    ] = None,
) -> None:
    """Judge accounts that another engine hands out.

    For CCM_BROKER_URL, until stopped by Ctrl-C or SIGTERM; accounts under way are finished.
    """
    from ccm_engine.app.settings import SettingsError
    from ccm_engine.app.working import work

    settings = settings_in_force(quiet=False, CCM_PROCESSES=processes)
    if not settings.broker_url:
        raise SettingsError("CCM_BROKER_URL is needed by a worker: sqs://, or redis://HOST:6379/0")
    raise typer.Exit(work(settings))
