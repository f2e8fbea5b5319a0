"""The scorecard."""

from pydantic import Field

from ccm_engine.api.models.shape import AT, AccountId, Moment, Shape, shown
from ccm_engine.core.vocabulary import Severity, Status

CONTROL_LINE = {
    "control_id": "iam_mfa_all_users",
    "control_name": "All IAM users have MFA enabled",
    "category": "Identity",
    "severity": "CRITICAL",
    "status": "FAIL",
    "affected_resources": ["arn:aws:iam::123456789012:user/dev-user"],
    "resources_evaluated": 12,
}
WORST = {
    "account_id": "123456789012",
    "account_name": "Payments",
    "ou": "Root/Workloads/Prod",
    "score": 61.9,
    "grade": "C",
    "coverage": 100.0,
}
SCORECARD = {
    "score": 61.9,
    "grade": "C",
    "coverage": 100.0,
    "score_with_exceptions": 61.9,
    "score_judged": 61.9,
    "total_controls": 6,
    "passed": 4,
    "failed": 2,
    "errors": 0,
    "critical_failures": ["iam_mfa_all_users", "ec2_no_open_ssh"],
    "last_evaluated": AT,
    "controls": [CONTROL_LINE],
}


class ControlLine(Shape):
    """One control's status over the accounts that count."""

    model_config = shown(CONTROL_LINE)

    control_id: str
    control_name: str
    category: str
    severity: Severity
    status: Status
    affected_resources: list[str] = Field(description="ARNs of what fails; for EC2 resources their ids.")
    resources_evaluated: int = Field(description="Resources that were judged.")


class AccountScore(Shape):
    """One account among several."""

    model_config = shown(WORST)

    account_id: AccountId
    account_name: str = Field(description="The name people know it by; may be empty.")
    ou: str = Field(description="The path of its organizational unit; empty where none is known.")
    score: float
    grade: str
    coverage: float


class Scorecard(Shape):
    """The posture in numbers."""

    model_config = shown(SCORECARD)

    score: float = Field(description="Weights of passing controls over those of all stable ones, in percent.")
    grade: str = Field(description="A from 90, B from 75, C from 60, D from 45, else F.")
    coverage: float = Field(description="Percent of (resource, control) pairs that could be judged.")
    score_with_exceptions: float = Field(description="The score with accepted risks passed.")
    score_judged: float | None = Field(
        description="The score without the controls that could not be judged; null when none could."
    )
    total_controls: int
    passed: int
    failed: int
    errors: int = Field(description="Controls that could not be judged.")
    critical_failures: list[str] = Field(description="Ids of failing controls of severity CRITICAL.")
    last_evaluated: Moment | None = Field(description="When the last run ended; null before the first.")
    median_account_score: float | None = Field(
        None, description="The median of the accounts' scores; only over several accounts."
    )
    worst_account: AccountScore | None = Field(
        None, description="The account with the lowest score; only over several accounts."
    )
    left_out: int | None = Field(
        None, description="Resources that a tag filter left out of scope; only where one is set (docs/tags.md)."
    )
    controls: list[ControlLine] = Field(description="Worst severity first.")
