"""Every bucket is covered by a full public access block."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import AccountS3, Bucket, switches_off


@control(
    title="Every S3 bucket blocks public access",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    security_hub=("S3.8",),
    remedy="Turn on all four switches of the bucket's public access block, or of the account's.",
)
def s3_bucket_block_public(bucket: Bucket, account: AccountS3) -> Verdict:
    """Without the block, one careless policy or ACL is enough to publish the bucket."""
    off = switches_off([bucket.public_access_block, account.public_access_block])
    if off:
        return failed(f"neither {bucket.id} nor the account turns on {off}")
    return passed(f"all public access to {bucket.id} is blocked")
