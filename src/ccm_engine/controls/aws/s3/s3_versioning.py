"""Overwritten and deleted objects can be had back."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import ENABLED, Bucket


@control(
    title="S3 buckets keep versions of their objects",
    severity=Severity.LOW,
    category=Category.RESILIENCE,
    security_hub=("S3.14",),
    remedy="Turn on versioning, with a lifecycle rule for old versions.",
)
def s3_versioning(bucket: Bucket) -> Verdict:
    """Without versions, one wrong delete or an intruder's overwrite is final."""
    if bucket.versioning_status == ENABLED:
        return passed(f"{bucket.id} keeps versions")
    if bucket.versioning_status:
        return failed(f"{bucket.id} keeps no new versions: versioning is {bucket.versioning_status.lower()}")
    return failed(f"{bucket.id} keeps no versions")
