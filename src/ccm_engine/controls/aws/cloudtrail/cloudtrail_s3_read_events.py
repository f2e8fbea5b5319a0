"""Reads of objects are recorded."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import READ, Trail


@control(
    title="CloudTrail records reads of S3 objects",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("S3.23",),
    remedy="Let a trail of all regions record read data events of all buckets.",
)
def cloudtrail_s3_read_events(account: Account, trails: Every[Trail]) -> Verdict:
    """After a leak only these events tell which objects were read, and by whom."""
    shortfalls = [(trail.id, trail.objects_shortfall(READ)) for trail in trails]
    good = [name for name, shortfall in shortfalls if not shortfall]
    if good:
        return passed(f"{', '.join(good)} records reads of all objects")
    told = "; ".join(f"{name} {shortfall}" for name, shortfall in shortfalls)
    return failed(f"no trail of {account.id} records reads of all objects: {told or 'there is none'}")
