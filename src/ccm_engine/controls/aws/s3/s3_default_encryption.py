"""New objects are encrypted."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import Bucket


@control(
    title="S3 buckets encrypt new objects by default",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    remedy="Set a default encryption on the bucket.",
)
def s3_default_encryption(bucket: Bucket) -> Verdict:
    """Whoever gets at a disk or a copy must not get at the data."""
    if algorithm := bucket.encrypts_by():
        return passed(f"{bucket.id} encrypts new objects by {algorithm}")
    return failed(f"{bucket.id} has no default encryption")
