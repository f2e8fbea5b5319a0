"""Requests to the buckets of trails are logged."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.cloudtrail import Trail, deliveries, writing_to
from ccm_engine.resources.aws.s3 import Bucket


@control(
    title="Buckets that hold CloudTrail logs log the requests made to them",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudTrail.7",),
    remedy="Turn on server access logging of the bucket, into another one.",
)
def cloudtrail_bucket_logging(bucket: Bucket, trails: Every[Trail]) -> Verdict:
    """Who reads or removes the record of all calls must leave a trace elsewhere."""
    writers = writing_to(bucket.id, trails)
    if not writers:
        return not_applicable(f"no trail delivers to {bucket.id}: {deliveries(trails)}")
    if not bucket.log_target:
        return failed(f"{bucket.id}, which holds the logs of {writers}, does not log the requests made to it")
    if bucket.log_target == bucket.id:
        return failed(f"{bucket.id}, which holds the logs of {writers}, logs requests into itself")
    return passed(f"{bucket.id}, which holds the logs of {writers}, logs requests to {bucket.log_target}")
