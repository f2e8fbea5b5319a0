"""Requests to buckets are logged."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import Bucket


@control(
    title="S3 buckets log the requests made to them",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("S3.9",),
    remedy="Turn on server access logging into a bucket kept for logs.",
)
def s3_access_logging(bucket: Bucket, buckets: Every[Bucket]) -> Verdict:
    """After a leak, the access log is what tells who read which object."""
    if bucket.log_target:
        return passed(f"{bucket.id} logs requests to {bucket.log_target}")
    if logged := bucket.receives_logs_of(buckets):
        return passed(f"{bucket.id} holds the access log of {logged}")
    return failed(f"{bucket.id} does not log the requests made to it")
