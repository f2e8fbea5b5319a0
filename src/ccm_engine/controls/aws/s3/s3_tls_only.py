"""Buckets refuse requests without TLS."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import Bucket


@control(
    title="S3 buckets refuse requests without TLS",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("S3.5",),
    remedy="Deny everything without TLS in the bucket policy, for the bucket and its objects.",
)
def s3_tls_only(bucket: Bucket) -> Verdict:
    """Plain HTTP shows objects, and the signatures that fetch them, to everyone on the way."""
    if bucket.refuses_plain_http():
        return passed(f"{bucket.id} refuses requests without TLS")
    if bucket.policy_document is None:
        return failed(f"{bucket.id} has no policy that refuses requests without TLS")
    return failed(f"the policy of {bucket.id} does not refuse everyone's requests without TLS")
