"""The buckets of trails are not public."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.cloudtrail import Trail, deliveries, writing_to
from ccm_engine.resources.aws.s3 import AccountS3, Bucket


@control(
    title="Buckets that hold CloudTrail logs are not public",
    severity=Severity.CRITICAL,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudTrail.6",),
    remedy="Turn on the bucket's public access block (all four switches), better the whole account's.",
)
def cloudtrail_bucket_not_public(bucket: Bucket, trails: Every[Trail], account: AccountS3) -> Verdict:
    """The logs tell strangers every name, key id and habit of the account."""
    writers = writing_to(bucket.id, trails)
    if not writers:
        return not_applicable(f"no trail delivers to {bucket.id}: {deliveries(trails)}")
    if ways := bucket.public_by(account):
        return failed(f"{bucket.id}, which holds the logs of {writers}, is public by {ways}")
    return passed(f"{bucket.id}, which holds the logs of {writers}, is not public")
