"""Trails are encrypted by keys of KMS."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.cloudtrail import Trail


@control(
    title="CloudTrail encrypts its logs with a KMS key",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudTrail.2",),
    remedy="Give the trail a KMS key whose policy lets CloudTrail encrypt and only auditors decrypt.",
)
def cloudtrail_kms(trail: Trail) -> Verdict:
    """With a key of their own, reading the logs takes a right to the key beside the right to the bucket."""
    if trail.is_foreign():
        return not_applicable(f"{trail.id} belongs to {trail.owner()} and is judged there")
    if trail.trail_key:
        return passed(f"{trail.id} encrypts by {trail.trail_key}")
    return failed(f"{trail.id} does not encrypt by a KMS key")
