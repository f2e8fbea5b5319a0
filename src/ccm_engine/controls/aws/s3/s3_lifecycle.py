"""Objects do not stay for ever by accident."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import ENABLED, Bucket


@control(
    title="S3 buckets have a lifecycle rule in force",
    severity=Severity.LOW,
    category=Category.RESILIENCE,
    security_hub=("S3.13",),
    remedy="Add a lifecycle rule that moves or deletes objects when they are old enough.",
)
def s3_lifecycle(bucket: Bucket) -> Verdict:
    """What nobody decided to keep is still there when somebody breaks in."""
    if bucket.lifecycle_rules is None:
        return failed(f"{bucket.id} has no lifecycle rules")
    if any(rule.status == ENABLED for rule in bucket.lifecycle_rules):
        return passed(f"{bucket.id} has a lifecycle rule in force")
    return failed(f"all lifecycle rules of {bucket.id} are disabled")
