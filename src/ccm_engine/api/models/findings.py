"""Findings."""

from pydantic import Field

from ccm_engine.api.models.shape import (
    ACCOUNT,
    AT,
    DIGEST,
    AccountId,
    Json,
    Moment,
    NextCursor,
    Shape,
    page_example,
    shown,
)
from ccm_engine.core.vocabulary import Severity, Status

FINDING: Json = {
    "control_id": "ec2_no_open_ssh",
    "severity": "CRITICAL",
    "status": "FAIL",
    "account_id": ACCOUNT,
    "region": "us-east-1",
    "resource_type": "AWS::EC2::SecurityGroup",
    "resource_id": "sg-0a1b2c3d4e5f60718",
    "resource_arn": "arn:aws:ec2:us-east-1:123456789012:security-group/sg-0a1b2c3d4e5f60718",
    "shown": "sg-0a1b2c3d4e5f60718",
    "reason": "bastion admits SSH from 0.0.0.0/0",
    "observed_at": AT,
    "evidence": {"facts": {"SecurityGroup.name": "bastion"}, "document": DIGEST},
    "blind": False,
    "failing_since": "2026-03-06T11:45:02Z",
    "due": "2026-03-13T11:45:02Z",
}
NAMED_BY = {"account_name": "Payments", "ou": "Root/Workloads/Prod"}
STANDING: Json = {**FINDING, "judged": "FAIL", "since": "2026-03-06T11:45:02Z", "rests_on": DIGEST}
NAMED: Json = {**STANDING, **NAMED_BY}


class Finding(Shape):
    """One control's verdict on one resource."""

    model_config = shown(FINDING)

    control_id: str
    severity: Severity
    status: Status
    account_id: AccountId
    region: str = Field(description="A region, or `global`.")
    resource_type: str
    resource_id: str = Field(description="The cloud's own short name for it.")
    resource_arn: str
    shown: str = Field(description="What people know it by: its ARN; for an EC2 resource its id.")
    reason: str = Field(description="Why; for an ERROR the call that failed and its error code.")
    observed_at: Moment = Field(description="When the oldest fact under it was read.")
    evidence: Json = Field(description="What it rests on: facts, their sources, the document's digest; or the error.")
    blind: bool = Field(description="Whether it is an ERROR that stands for all that a failed listing hides.")
    failing_since: Moment | None = Field(
        description="Since when it fails, outages in between left aside; null where it does not."
    )
    due: Moment | None = Field(description="When a failing finding is to be mended, by its severity; else null.")


class StandingFinding(Finding):
    """A finding as it stands, and since when."""

    model_config = shown(STANDING)

    judged: Status | None = Field(description="The last verdict; an ERROR since then leaves it as it was.")
    since: Moment = Field(description="When it began to stand as it does.")
    rests_on: str = Field(description="Digest over the documents under it.")


class NamedFinding(StandingFinding):
    """A finding as it stands, with what people call its account."""

    model_config = shown(NAMED)

    account_name: str = Field(description="The name people know the account by; may be empty.")
    ou: str = Field(description="The path of its organizational unit; empty where none is known.")


class FindingPage(Shape):
    """A page of findings."""

    model_config = shown(page_example(NAMED))

    items: list[NamedFinding]
    next_cursor: NextCursor
