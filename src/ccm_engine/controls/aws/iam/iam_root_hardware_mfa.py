"""The root user's second factor is a thing of its own."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.iam import RootUser


@control(
    title="Root user has hardware MFA",
    severity=Severity.CRITICAL,
    category=Category.IDENTITY,
    security_hub=("IAM.6",),
    remedy="Register a security key or hardware token for root, and remove its authenticator app.",
)
def iam_root_hardware_mfa(root: RootUser) -> Verdict:
    """An authenticator app can be copied with a backup. No API tells a passkey from a security key: both pass."""
    if root.cannot_sign_in():
        return not_applicable("the root user has no password: central root management took it away")
    if not root.mfa_enabled:
        return failed("the root user has no second factor")
    if root.has_virtual_device():
        return failed("the root user has an authenticator app as second factor")
    return passed("the root user's second factor is a security key, a passkey or a hardware token")
