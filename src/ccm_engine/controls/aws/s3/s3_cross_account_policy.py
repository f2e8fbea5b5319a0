"""Other accounts cannot take a bucket over."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import Bucket


@control(
    title="S3 bucket policies give no other account the owner's rights",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    security_hub=("S3.6",),
    remedy="Take the named actions out of what the policy grants to other accounts.",
)
def s3_cross_account_policy(bucket: Bucket) -> Verdict:
    """Who may change the policy, the ACLs or the encryption of a bucket can do with it whatever they like."""
    if granted := bucket.owners_actions_for_others():
        return failed(f"the policy of {bucket.id} grants to {granted}")
    return passed(f"no other account may change the policy, ACLs or encryption of {bucket.id}")
