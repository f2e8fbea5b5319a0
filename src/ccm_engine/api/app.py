"""The HTTP API as one ASGI application over a schedule and its monitor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from ccm_engine import __version__
from ccm_engine.api import (
    openapi,
    routes_controls,
    routes_docs,
    routes_evidence,
    routes_findings,
    routes_frameworks,
    routes_ledger,
    routes_operation,
    routes_proofs,
    routes_runs,
    routes_scorecard,
)
from ccm_engine.api.asked_runs import AskedRuns
from ccm_engine.api.guard import Allowed, Guard
from ccm_engine.api.headers import Heads, SecureHeaders
from ccm_engine.api.problems import UnexpectedErrors, answer_with_problems
from ccm_engine.api.serving import Serving
from ccm_engine.api.traced import Traced
from ccm_engine.app.frameworks import frameworks_of
from ccm_engine.app.settings import Settings
from ccm_engine.core.clock import Clock, utc_now

if TYPE_CHECKING:
    from ccm_engine.app.elsewhere import Timetable

GRACE = timedelta(seconds=30)
"""How long a stopping API lets the run that was asked for here finish before it leaves it to the monitor."""


def create_app(schedule: "Timetable", settings: Settings, *, clock: Clock = utc_now) -> FastAPI:
    """Return the API over `schedule`, which the caller starts and stops.

    When the application shuts down, runs that wait are dropped and the one under way gets `GRACE`; stop the
    schedule after that, which abandons what still runs. Raises SettingsError for a host in the settings that
    is none, DiscoveryError for a framework file that is wrong.
    """
    here = Serving(schedule, settings, AskedRuns(schedule.monitor, clock), clock, clock(), frameworks_of(settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(here.runs.close, GRACE)

    # FastAPI's own pages load scripts from elsewhere; ours is routes_docs. Its own traces tell queries; ours is Traced.
    app = FastAPI(
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        title=openapi.TITLE,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.serving = here
    answer_with_problems(app)
    openapi.describe(app)
    for routes in (
        routes_scorecard,
        routes_findings,
        routes_frameworks,
        routes_evidence,
        routes_controls,
        routes_runs,
        routes_ledger,
        routes_proofs,
        routes_operation,
        routes_docs,
    ):
        app.include_router(routes.router)
    app.add_middleware(Guard, allowed=Allowed(settings))
    app.add_middleware(Heads)
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(SecureHeaders)
    app.add_middleware(Traced)
    return app
