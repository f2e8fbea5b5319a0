"""Every IAM user has a second factor."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam import User


@control(
    title="All IAM users have MFA enabled",
    severity=Severity.CRITICAL,
    category=Category.IDENTITY,
    security_hub=("IAM.19",),
    remedy="Have the user register a passkey or an authenticator, or replace the user by federated sign-in.",
)
def iam_mfa_all_users(user: User) -> Verdict:
    """A password or key that leaks opens the account at once when nothing else is asked for."""
    if user.mfa_devices:
        return passed(f"{user.id} has {len(user.mfa_devices)} MFA device(s)")
    return failed(f"{user.id} has no MFA device")
