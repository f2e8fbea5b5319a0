"""Frameworks: how they stand, requirement by requirement."""

from pydantic import Field

from ccm_engine.api.models.shape import AT, DIGEST, Json, Moment, NextCursor, Shape, page_example, shown
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.framework_standing import RequirementStatus

SHARES: Json = {"automated": 48.4, "attested": 3.2, "failing": 16.1, "open": 32.3}
SUMMARY: Json = {
    "id": "soc2",
    "name": "SOC 2",
    "version": "TSC 2017",
    "requirements_total": 31,
    "met_percent": 51.6,
    "shares": SHARES,
    "counts": {"satisfied": 15, "failing": 5, "not_judged": 2, "needs_person": 8, "attested": 1},
    "score": 61.9,
    "grade": "C",
    "score_judged": 61.9,
    "coverage": 100.0,
}
ATTESTATION: Json = {
    "framework": "soc2",
    "requirement": "CC1.1",
    "name": "Ada Lovelace",
    "text": "The code of conduct was signed by all staff in February.",
    "attachment": f"sha256:{DIGEST}",
    "by": "ada",
    "unverified": True,
    "attested_at": AT,
    "expires_at": "2027-03-01T00:00:00Z",
}
CONTROL: Json = {"control_id": "ec2_no_open_ssh", "status": "FAIL"}
REQUIREMENT: Json = {
    "id": "CC6.6",
    "text": "The boundary keeps outsiders out",
    "level": "",
    "status": "failing",
    "reason": "failing: ec2_no_open_ssh",
    "controls": [CONTROL],
    "attestation": None,
}


class Shares(Shape):
    """Percent of the requirements; they add up to 100. All but `open` are rounded down."""

    model_config = shown(SHARES)

    automated: float = Field(description="Controls show that they are met.")
    attested: float = Field(description="A person attests that they are met.")
    failing: float = Field(description="Controls show that they are not met.")
    open: float = Field(description="All the rest: not judged, or in need of a person.")


class FrameworkSummary(Shape):
    """How a framework stands."""

    model_config = shown(SUMMARY)

    id: str
    name: str
    version: str
    requirements_total: int
    met_percent: float = Field(description="`automated` and `attested` of `shares`, together.")
    shares: Shares
    counts: dict[RequirementStatus, int] = Field(description="Requirements by status.")
    score: float | None = Field(description="The score over its enabled controls alone; null where it has none.")
    grade: str | None
    score_judged: float | None = Field(
        description="The score without the controls that could not be judged; null when none could."
    )
    coverage: float = Field(description="Percent of (resource, control) pairs that could be judged.")


class Attestation(Shape):
    """A person's word for what no API can show."""

    model_config = shown(ATTESTATION)

    framework: str
    requirement: str
    name: str = Field(description="Who attests it.")
    text: str
    attachment: str | None = Field(description="The digest of a file that shows it; null without one.")
    by: str = Field(description="The user who recorded it.")
    unverified: bool = Field(description="Whether nobody has proven that it was that user.")
    attested_at: Moment
    expires_at: Moment = Field(description="From then on it counts no more.")


class RequirementControl(Shape):
    """A control that helps to show a requirement."""

    model_config = shown(CONTROL)

    control_id: str
    status: Status | None = Field(description="Null where it is not enabled.")


class RequirementLine(Shape):
    """How a requirement stands."""

    model_config = shown(REQUIREMENT)

    id: str
    text: str = Field(description="A few words of ours, not the official ones.")
    level: str = Field(description="The framework's own, such as `1` of CIS; empty where it has none.")
    status: RequirementStatus
    reason: str
    controls: list[RequirementControl]
    attestation: Attestation | None = Field(description="The newest one, also where it has expired.")


class FrameworkSheet(FrameworkSummary):
    """How a framework stands, requirement by requirement."""

    model_config = shown({**SUMMARY, "requirements": [REQUIREMENT]})

    requirements: list[RequirementLine]


class FrameworkPage(Shape):
    """A page of frameworks."""

    model_config = shown(page_example(SUMMARY))

    items: list[FrameworkSummary]
    next_cursor: NextCursor
