"""Records that must last cannot be overwritten."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.s3 import ENABLED, Bucket


@control(
    title="S3 buckets that hold records have Object Lock",
    severity=Severity.LOW,
    category=Category.RESILIENCE,
    security_hub=("S3.15",),
    remedy="Turn on Object Lock with a default retention.",
)
def s3_object_lock(bucket: Bucket, *, name_patterns: str = "*audit*,*archive*,*backup*,*trail*") -> Verdict:
    """Audit trails and backups are what an intruder destroys first; a lock outlasts stolen credentials.

    It judges the buckets whose names fit `name_patterns`: which ones hold records, only their owner knows.
    """
    if not bucket.is_named_like(name_patterns):
        return not_applicable(f"{bucket.id} is not among the buckets that hold records ({name_patterns})")
    if bucket.object_lock == ENABLED:
        return passed(f"{bucket.id} has Object Lock")
    return failed(f"objects in {bucket.id} can be overwritten and deleted: it has no Object Lock")
