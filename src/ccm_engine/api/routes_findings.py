"""`GET /findings`."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from ccm_engine.api.etags import Polled
from ccm_engine.api.models.findings import FindingPage
from ccm_engine.api.openapi import problems
from ccm_engine.api.paging import page, position
from ccm_engine.api.queries import FindingsQuery, accounts_in, answering_in, controls_in, fits
from ccm_engine.api.serving import Here
from ccm_engine.app.views import named
from ccm_engine.core.known import Known

router = APIRouter(route_class=Polled, tags=["Posture"])


@router.get("/findings", response_model=FindingPage, responses=problems(422, 503))
def findings(here: Here, query: Annotated[FindingsQuery, Query()]) -> Any:
    """The findings as they stand, account by account."""
    controls = controls_in(query.control, here.views.catalogue)
    accounts = accounts_in(query.account, here.views, units=query.ou)
    within = answering_in(query.framework, here.frameworks, here.views.catalogue)
    place = position(query.cursor, "finding", parts=2)
    one_alone = next(iter(controls)) if controls and len(controls) == 1 else None
    standing = here.views.findings(accounts, after=(place[0], place[1]) if place else None, control=one_alone)
    wanted = (
        one
        for one in standing
        if fits(controls, one.finding.control_id)
        and (within is None or one.finding.control_id in within)
        and fits(query.status, one.finding.status)
        and fits(query.severity, one.finding.severity)
        and fits(query.region, one.finding.region)
    )
    refs = here.views.account_refs()
    return page(wanted, query.limit, _place, lambda known: named(known, refs, here.settings.due_days))


def _place(known: Known) -> list[str]:
    return ["finding", known.finding.account_id, known.finding.key]
