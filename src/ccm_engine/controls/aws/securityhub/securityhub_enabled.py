"""Security Hub is at work."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.securityhub import SecurityHubOfRegion


@control(
    title="Security Hub is enabled in every region",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    remedy="Enable Security Hub in every region, with at least one standard.",
)
def securityhub_enabled(account: SecurityHubOfRegion) -> Verdict:
    """Findings that come together in one place are seen; those in ten places are not."""
    if account.hub is None:
        return failed(f"Security Hub is not enabled in {account.region}")
    if told := account.works_on():
        return passed(f"Security Hub is enabled in {account.region} with {told}")
    return failed(f"Security Hub of {account.region} has no ready standard and no integration")
