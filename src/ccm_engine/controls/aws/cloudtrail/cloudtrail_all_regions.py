"""API activity is recorded in every region."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail


@control(
    title="CloudTrail enabled in all regions",
    severity=Severity.HIGH,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudTrail.1", "CloudTrail.3"),
    remedy="Create one multi-region trail that records all management events, and start its logging.",
)
def cloudtrail_all_regions(account: Account, trails: Every[Trail]) -> Verdict:
    """Without a record of API calls in every region, an intruder works unseen where nobody looks."""
    shortfalls = [(trail.id, trail.shortfall()) for trail in trails]
    good = [name for name, shortfall in shortfalls if not shortfall]
    if good:
        return passed(f"{', '.join(good)} records all management events of all regions")
    told = "; ".join(f"{name} {shortfall}" for name, shortfall in shortfalls)
    return failed(f"no trail of {account.id} records all regions: {told or 'there is none'}")
