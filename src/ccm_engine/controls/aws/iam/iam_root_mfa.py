"""The root user has a second factor."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.iam import RootUser


@control(
    title="Root user has MFA enabled",
    severity=Severity.CRITICAL,
    category=Category.IDENTITY,
    security_hub=("IAM.9",),
    remedy="Sign in as root and register a passkey, a security key or an authenticator.",
)
def iam_root_mfa(root: RootUser) -> Verdict:
    """With the root password alone a stranger would own the account, and nothing in it could stop them."""
    if root.cannot_sign_in():
        return not_applicable("the root user has no password: central root management took it away")
    if root.mfa_enabled:
        return passed("the root user has a second factor")
    return failed("the root user has no second factor")
