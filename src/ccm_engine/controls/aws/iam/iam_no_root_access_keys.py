"""The root user has no access keys."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam import RootUser


@control(
    title="Root account has no active access keys",
    severity=Severity.CRITICAL,
    category=Category.IDENTITY,
    security_hub=("IAM.4",),
    remedy="Sign in as root, deactivate its access keys, see that nothing breaks, then delete them.",
)
def iam_no_root_access_keys(root: RootUser) -> Verdict:
    """A root key can do everything in the account and no policy can hold it back."""
    if root.access_keys:
        return failed(
            "the root user has access keys; the account summary counts inactive ones too, so delete those also"
        )
    return passed("the root user has no access keys")
