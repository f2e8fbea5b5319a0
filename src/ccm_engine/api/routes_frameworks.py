"""`GET /frameworks` and `GET /frameworks/{framework_id}`."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from ccm_engine.api.etags import Polled
from ccm_engine.api.models.frameworks import FrameworkPage, FrameworkSheet
from ccm_engine.api.openapi import problems
from ccm_engine.api.paging import page, position
from ccm_engine.api.problems import ProblemError
from ccm_engine.api.queries import FrameworkQuery, FrameworksQuery, accounts_in, moment_in, unknown_framework
from ccm_engine.api.serving import Here
from ccm_engine.app.framework_views import stand
from ccm_engine.app.frameworks import UnknownFrameworkError, named
from ccm_engine.engine.framework_standing import FrameworkStanding
from ccm_engine.frameworks.framework import reading_order

router = APIRouter(route_class=Polled, tags=["Posture"])


@router.get("/frameworks", response_model=FrameworkPage, responses=problems(422, 503))
def frameworks(here: Here, query: Annotated[FrameworksQuery, Query()]) -> Any:
    """The frameworks, each with how much of it is met, by whom that is shown, and what is open."""
    at = moment_in(query.at, here.clock, here.views)
    among = accounts_in(query.account, here.views, at, query.ou)
    after = position(query.cursor, "framework")
    rest = [one for id_, one in here.frameworks.items() if not after or reading_order(id_) > reading_order(after[0])]
    standings = stand(here.views, rest, here.clock(), at, among)
    return page(standings, query.limit, lambda one: ["framework", one.framework.id], FrameworkStanding.summary)


@router.get("/frameworks/{framework_id}", response_model=FrameworkSheet, responses=problems(404, 422, 503))
def framework(here: Here, framework_id: str, query: Annotated[FrameworkQuery, Query()]) -> Any:
    """One framework, requirement by requirement; now, or as it stood at a moment.

    Its requirements, and which controls help to show them, are those of today.
    """
    try:
        chosen = named(here.frameworks, [framework_id])
    except UnknownFrameworkError as error:
        raise ProblemError(404, unknown_framework(error)) from error
    at = moment_in(query.at, here.clock, here.views)
    among = accounts_in(query.account, here.views, at, query.ou)
    return next(stand(here.views, chosen, here.clock(), at, among)).as_json()
