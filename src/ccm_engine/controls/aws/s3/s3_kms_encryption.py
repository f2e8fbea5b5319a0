"""New objects are encrypted with a key of KMS."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import KMS_ENCRYPTION, Bucket


@control(
    title="S3 buckets encrypt new objects with a KMS key",
    severity=Severity.LOW,
    category=Category.DATA_PROTECTION,
    security_hub=("S3.17",),
    remedy="Make SSE-KMS the bucket's default encryption.",
)
def s3_kms_encryption(bucket: Bucket) -> Verdict:
    """With a KMS key a second lock guards the data: its key policy, whose every use is logged."""
    algorithm = bucket.encrypts_by()
    if algorithm in KMS_ENCRYPTION:
        return passed(f"{bucket.id} encrypts new objects by {algorithm}")
    return failed(f"{bucket.id} encrypts new objects by {algorithm or 'nothing'}, not by a KMS key")
