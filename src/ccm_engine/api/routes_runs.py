"""`GET /runs`, `GET /runs/{run_id}`."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query

from ccm_engine.api.etags import Polled
from ccm_engine.api.models.runs import Run, RunPage
from ccm_engine.api.openapi import problems
from ccm_engine.api.paging import page, position
from ccm_engine.api.problems import ProblemError
from ccm_engine.api.queries import PageQuery
from ccm_engine.api.serving import Here
from ccm_engine.app.views import run_as_json

router = APIRouter(route_class=Polled, tags=["Runs"])
_RUN_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@router.get("/runs", response_model=RunPage, responses=problems(422, 503))
def runs(here: Here, query: Annotated[PageQuery, Query()]) -> Any:
    """The runs that have ended, newest first."""
    before = position(query.cursor, "run")
    recorded = here.views.run_lines(before[0] if before else None)
    return page(recorded, query.limit, lambda run: ["run", run["run_id"]], lambda run: run)


@router.get("/runs/{run_id}", response_model=Run, responses=problems(404, 503))
def run(here: Here, run_id: str) -> Any:
    """One run: queued, under way or ended."""
    if _RUN_ID.fullmatch(run_id):
        # In this order: a run that ends in between is in the record by then.
        pending = here.runs.state(run_id)
        if recorded := here.views.run(run_id):
            return run_as_json(recorded, here.views.account_refs())
        if pending:
            return pending
    raise ProblemError(404, f"there is no run {run_id[:80]!r}; GET /runs lists them")
