"""How a control judged one resource over time."""

from pydantic import Field

from ccm_engine.api.models.findings import FINDING
from ccm_engine.api.models.shape import AccountId, Json, Moment, Shape, shown
from ccm_engine.core.vocabulary import Severity, Status

STOOD: Json = {
    **{name: value for name, value in FINDING.items() if name not in ("evidence", "failing_since", "due")},
    "cause": "resource",
    "since": "2026-03-06T11:45:02Z",
    "until": None,
    "ended_by": None,
}


class StoodFinding(Shape):
    """A finding, and the time in which it stood so, by when AWS was read."""

    model_config = shown(STOOD)

    control_id: str
    severity: Severity
    status: Status
    account_id: AccountId
    region: str = Field(description="A region, or `global`.")
    resource_type: str
    resource_id: str
    resource_arn: str
    shown: str
    reason: str
    observed_at: Moment
    blind: bool
    cause: str | None = Field(
        description="Why it came to stand so: resource, control, settings, clock, scope or visibility."
    )
    since: Moment
    until: Moment | None = Field(description="Null: it stands.")
    ended_by: str | None = Field(description="Why it ended; null where it stands, or an older record does not tell.")
