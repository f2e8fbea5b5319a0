"""`GET /controls`, `GET /controls/{control_id}`, its history, and `POST` to run it now."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from ccm_engine.api.asked_runs import RunFailed, TooManyRunsError, pending
from ccm_engine.api.etags import Polled
from ccm_engine.api.models.controls import CataloguePage, ControlSheet, HistoryPage
from ccm_engine.api.models.runs import Run, RunOutcome
from ccm_engine.api.openapi import problems
from ccm_engine.api.paging import foreign_cursor, page, position
from ccm_engine.api.problems import ProblemError
from ccm_engine.api.queries import HistoryQuery, PageQuery, RunBody, RunQuery, accounts_in, unknown
from ccm_engine.api.serving import Here
from ccm_engine.app.sheets import entry, sheet
from ccm_engine.app.stood import Stood
from ccm_engine.app.views import HistoryLine, Views, run_as_json
from ccm_engine.core import moment
from ccm_engine.core.due import with_due
from ccm_engine.core.vocabulary import Severity, Status
from ccm_engine.engine.catalogue import AnyControl, Catalogue, UnknownControlError

router = APIRouter(route_class=Polled, tags=["Controls"])
FINDINGS_SHOWN = 200
RETRY_AFTER = timedelta(seconds=30)
_ORDER = {Status.FAIL: 0, Status.ERROR: 1}


@router.get("/controls", response_model=CataloguePage, responses=problems(422))
def controls(here: Here, query: Annotated[PageQuery, Query()]) -> Any:
    """The controls that are enabled, in the order of their ids."""
    after = position(query.cursor, "control") or [""]
    rest = (one for _, one in sorted(here.views.catalogue.controls.items()) if one.id > after[0])
    return page(rest, query.limit, lambda one: ["control", one.id], lambda one: entry(one, here.frameworks))


@router.get("/controls/{control_id}", response_model=ControlSheet, responses=problems(404, 503))
def control(here: Here, control_id: str) -> Any:
    """One control: why it matters, what it needs, what it helps to show, and how it stands now."""
    about = sheet(_enabled(here.views.catalogue, control_id), here.frameworks, find_regions=not here.settings.regions)
    return {**about, **_standing(here.views, control_id, here.settings.due_days)}


@router.get("/controls/{control_id}/history", response_model=HistoryPage, responses=problems(404, 422, 503))
def history(here: Here, control_id: str, query: Annotated[HistoryQuery, Query()]) -> Any:
    """A control's result in each run that judged it, newest first; also of one that is not enabled any more.

    With `resource`, how the control judged that resource, one item for each time in which a finding stood.
    """
    if not here.views.was_enabled(control_id):
        _enabled(here.views.catalogue, control_id)
    among = accounts_in(query.account, here.views, units=query.ou)
    if query.resource is not None:
        place = position(query.cursor, "stood", parts=3)
        times = here.views.resource_history(query.resource, control_id, among)
        if place:
            places = [_stood_place(one)[1:] for one in times]
            if place not in places:
                raise foreign_cursor()
            times = times[places.index(place) + 1 :]
        return page(times, query.limit, _stood_place, Stood.as_json)
    before = position(query.cursor, "history")
    lines = here.views.history(control_id, before[0] if before else None, among)
    return page(lines, query.limit, lambda line: ["history", line.run_id], HistoryLine.as_json)


@router.post(
    "/controls/{control_id}/run",
    response_model=RunOutcome,
    response_model_exclude_unset=True,
    responses={
        202: {"model": Run, "description": "It goes on; `Location` is where to look for it."},
        **problems(403, 404, 415, 422, 429, 503),
    },
)
async def run(
    here: Here,
    response: Response,
    control_id: str,
    query: Annotated[RunQuery, Query()],
    body: Annotated[RunBody | None, Body()] = None,
) -> Any:
    """Runs the control now, in all accounts, after any run under way. Recorded and alerted like any other run."""
    del body
    _enabled(here.views.catalogue, control_id)
    try:
        asked = here.runs.ask(control_id)
    except TooManyRunsError:
        raise ProblemError(
            429,
            "too many runs wait already; GET /health shows the one under way",
            {"Retry-After": str(int(RETRY_AFTER.total_seconds()))},
        ) from None
    except RunFailed as error:
        raise ProblemError(503, str(error)) from error
    location = {"Location": f"/runs/{asked.run_id}"}
    try:
        outcome = await here.runs.wait(asked, timedelta(seconds=query.wait))
    except RunFailed as error:
        raise ProblemError(503, str(error), location, run_id=asked.run_id) from error
    if outcome is None:
        return JSONResponse(here.runs.state(asked.run_id) or pending(asked.run_id, "running"), 202, location)
    response.headers.update(location)
    days = here.settings.due_days
    return {
        "run": run_as_json(outcome.run, here.views.account_refs()),
        "scorecard": outcome.scorecard.as_json(),
        # They are read from the store, which may take its time.
        "findings": await run_in_threadpool(
            lambda: [with_due(finding, days, finding.as_json()) for finding in outcome.findings]
        ),
    }


def _enabled(catalogue: Catalogue, control_id: str) -> AnyControl:
    try:
        return catalogue.only([control_id]).controls[control_id]
    except UnknownControlError as error:
        raise ProblemError(404, unknown(error)) from error


def _stood_place(one: Stood) -> list[str]:
    finding = one.known.finding
    return ["stood", moment.written(one.known.since), finding.account_id, finding.key]


def _standing(views: Views, control_id: str, due_days: Mapping[Severity, int]) -> dict[str, Any]:
    """Return how a control stands now, over all accounts that count."""
    line = next(one.as_json() for one in views.scorecard().controls if one.face.id == control_id)
    found = list(views.findings(control=control_id))
    found.sort(key=lambda one: _ORDER.get(one.finding.status, len(_ORDER)))
    return {
        **{name: line[name] for name in ("status", "affected_resources", "resources_evaluated")},
        "findings": [with_due(one.finding, due_days, one.as_json()) for one in found[:FINDINGS_SHOWN]],
        "findings_total": len(found),
    }
