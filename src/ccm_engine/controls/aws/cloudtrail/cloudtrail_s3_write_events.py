"""Writes and deletions of objects are recorded."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import WRITE, Trail


@control(
    title="CloudTrail records writes and deletions of S3 objects",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("S3.22",),
    remedy="Let a trail of all regions record write data events of all buckets.",
)
def cloudtrail_s3_write_events(account: Account, trails: Every[Trail]) -> Verdict:
    """Without these events nobody can tell who changed or deleted an object."""
    shortfalls = [(trail.id, trail.objects_shortfall(WRITE)) for trail in trails]
    good = [name for name, shortfall in shortfalls if not shortfall]
    if good:
        return passed(f"{', '.join(good)} records writes and deletions of all objects")
    told = "; ".join(f"{name} {shortfall}" for name, shortfall in shortfalls)
    return failed(f"no trail of {account.id} records writes and deletions of all objects: {told or 'there is none'}")
