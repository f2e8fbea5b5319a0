"""Inspector is at work."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.inspector import InspectorOfRegion


@control(
    title="Inspector scans for vulnerabilities in every region",
    severity=Severity.HIGH,
    category=Category.AUDIT_LOGGING,
    security_hub=("Inspector.1", "Inspector.2", "Inspector.3", "Inspector.4"),
    remedy="Enable Inspector for EC2, ECR and Lambda in every region.",
)
def inspector_enabled(account: InspectorOfRegion, *, types: str = "ec2, ecr, lambda") -> Verdict:
    """Known weaknesses are exploited within days of becoming known."""
    if missing := account.unscanned(types):
        return failed(f"Inspector does not scan {', '.join(missing)} in {account.region}")
    return passed(f"Inspector scans {types} in {account.region}")
