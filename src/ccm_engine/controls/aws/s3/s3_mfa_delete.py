"""Versions of objects cannot be deleted without a second factor."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.s3 import ENABLED, Bucket


@control(
    title="S3 buckets ask for MFA before versions are deleted",
    severity=Severity.LOW,
    category=Category.DATA_PROTECTION,
    security_hub=("S3.20",),
    remedy="As the root user, turn on MFA delete together with versioning.",
)
def s3_mfa_delete(bucket: Bucket) -> Verdict:
    """With stolen credentials alone nobody should be able to destroy what versioning keeps."""
    if bucket.mfa_delete == ENABLED:
        return passed(f"{bucket.id} asks for MFA before a version is deleted")
    if bucket.lifecycle_rules is not None:
        return not_applicable(f"{bucket.id} has lifecycle rules, which S3 does not combine with MFA delete")
    return failed(f"versions in {bucket.id} can be deleted without MFA")
