"""Access control lists are off."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import Bucket


@control(
    title="S3 buckets have access control lists turned off",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("S3.12",),
    remedy="Set object ownership to bucket owner enforced, after moving what ACLs grant into the policy.",
)
def s3_acls_disabled(bucket: Bucket) -> Verdict:
    """ACLs grant access object by object, where nobody looks; a policy says it in one place."""
    if bucket.disables_acls():
        return passed(f"{bucket.id} has access control lists turned off")
    return failed(f"access control lists decide over objects in {bucket.id}")
