"""Controls: the catalogue, one of them, and its history."""

from pydantic import Field

from ccm_engine.api.models.findings import STANDING, StandingFinding
from ccm_engine.api.models.shape import AT, DIGEST, RUN_ID, Json, Moment, NextCursor, Shape, page_example, shown
from ccm_engine.api.models.stood import StoodFinding
from ccm_engine.core.vocabulary import Maturity, Severity, Status

ENTRY: Json = {
    "control_id": "ec2_no_open_ssh",
    "title": "No security groups allow 0.0.0.0/0 on port 22",
    "severity": "CRITICAL",
    "category": "Network",
    "maturity": "stable",
    "frameworks": ["cis_aws_5.0", "nist_csf_1.1"],
}
REQUIREMENT: Json = {
    "framework": "cis_aws_5.0",
    "framework_name": "CIS AWS Foundations",
    "version": "5.0",
    "id": "5.3",
    "text": "Admin ports are closed to all of IPv4",
}
CALLS = ["ec2:DescribeSecurityGroups", "ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries"]
SHEET: Json = {
    **{name: value for name, value in ENTRY.items() if name != "frameworks"},
    "why": "An SSH port that the whole internet can reach is found and attacked within minutes.",
    "remedy": "Narrow the rule's source, or remove it and use Session Manager.",
    "fix": "## Console\n\nEC2 > Security groups > the group > Inbound rules > Edit.",
    "settings": {},
    "digest": DIGEST,
    "security_hub": ["EC2.13"],
    "requirements": [REQUIREMENT],
    "api_calls": CALLS,
    "iam_actions": sorted([*CALLS, "ec2:DescribeRegions"]),
    "status": "FAIL",
    "affected_resources": ["sg-0a1b2c3d4e5f60718"],
    "resources_evaluated": 1,
    "findings": [STANDING],
    "findings_total": 1,
}
HISTORY_LINE: Json = {
    "run_id": RUN_ID,
    "trigger": "schedule",
    "at": AT,
    "status": "FAIL",
    "failed": 1,
    "judged": 14,
    "expected": 14,
}


class CatalogueEntry(Shape):
    """A control that is enabled."""

    model_config = shown(ENTRY)

    control_id: str
    title: str
    severity: Severity
    category: str
    maturity: Maturity = Field(description="A trial control is shown and not scored.")
    frameworks: list[str] = Field(description="Ids of the frameworks it helps to show something for.")


class CataloguePage(Shape):
    """A page of the catalogue."""

    model_config = shown(page_example(ENTRY))

    items: list[CatalogueEntry]
    next_cursor: NextCursor


class Requirement(Shape):
    """What a framework asks for, in our own short words."""

    model_config = shown(REQUIREMENT)

    framework: str = Field(description="The framework's id.")
    framework_name: str
    version: str
    id: str = Field(description="The framework's own number for it.")
    text: str


class ControlSheet(Shape):
    """A control, what it needs, and how it stands now."""

    model_config = shown(SHEET)

    control_id: str
    title: str
    severity: Severity
    category: str
    maturity: Maturity
    why: str = Field(description="Why it matters.")
    remedy: str = Field(description="How to mend what it finds; may be empty.")
    fix: str = Field(description="Steps by console, CLI and Terraform, as Markdown; may be empty.")
    settings: dict[str, bool | int | float | str] = Field(description="Its settings, as they are in force.")
    digest: str = Field(description="What it judges by: it changes when a verdict could.")
    security_hub: list[str] = Field(description="Ids of the matching Security Hub controls.")
    requirements: list[Requirement]
    api_calls: list[str] = Field(description="What a run asks; empty for a free-form control, which asks by itself.")
    iam_actions: list[str] = Field(description="The permissions it needs, those to find the regions included.")
    status: Status
    affected_resources: list[str]
    resources_evaluated: int
    findings: list[StandingFinding] = Field(
        description="At most 200, failing ones first; `GET /findings?control=…` pages through all."
    )
    findings_total: int = Field(description="How many findings it has.")


class HistoryLine(Shape):
    """A control's result in one run, over all accounts of the run."""

    model_config = shown(HISTORY_LINE)

    run_id: str
    trigger: str
    at: Moment = Field(description="When the run ended.")
    status: Status
    failed: int = Field(description="Resources that failed.")
    judged: int = Field(description="Resources that were judged.")
    expected: int = Field(description="Resources that should have been.")


class HistoryPage(Shape):
    """A page of a control's history, newest first: its runs, or how it judged one resource."""

    model_config = shown(page_example(HISTORY_LINE))

    items: list[HistoryLine] | list[StoodFinding]
    next_cursor: NextCursor
