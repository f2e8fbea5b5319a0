"""No bucket is public."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import AccountS3, Bucket


@control(
    title="No S3 buckets are publicly accessible",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    security_hub=("S3.2", "S3.3"),
    remedy="Turn on the bucket's public access block (all four switches), better the whole account's.",
)
def s3_no_public_buckets(bucket: Bucket, account: AccountS3) -> Verdict:
    """What a public bucket holds is copied by strangers long before its owner notices."""
    if ways := bucket.public_by(account):
        return failed(f"{bucket.id} is public by {ways}")
    return passed(f"{bucket.id} is not public")
