"""`GET /scorecard` and `GET /accounts`."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from ccm_engine.api.etags import Polled
from ccm_engine.api.models.operation import AccountPage
from ccm_engine.api.models.scorecard import Scorecard
from ccm_engine.api.openapi import problems
from ccm_engine.api.paging import page, position
from ccm_engine.api.queries import AccountsQuery, ScorecardQuery, accounts_in, moment_in
from ccm_engine.api.serving import Here

router = APIRouter(route_class=Polled, tags=["Posture"])


@router.get("/scorecard", response_model=Scorecard, response_model_exclude_unset=True, responses=problems(422, 503))
def scorecard(here: Here, query: Annotated[ScorecardQuery, Query()]) -> Any:
    """The scorecard over all accounts that count, or over some; now, or as it stood at a moment.

    Over several accounts it also tells the median of their scores and the worst account.
    """
    at = moment_in(query.at, here.clock, here.views)
    return here.views.scorecard(at, accounts_in(query.account, here.views, at, query.ou)).as_json()


@router.get("/accounts", response_model=AccountPage, responses=problems(422, 503))
def accounts(here: Here, query: Annotated[AccountsQuery, Query()]) -> Any:
    """The accounts that count, with the last run of each and how it stands by itself."""
    after = position(query.cursor, "account") or [""]
    among = accounts_in((), here.views, units=query.ou)
    known = sorted(
        (id_, body) for id_, body in here.views.accounts().items() if id_ > after[0] and (among is None or id_ in among)
    )
    return page(known, query.limit, lambda one: ["account", one[0]], lambda one: here.views.account_line(*one))
