"""Whoever signs in to the console has a second factor."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.iam import User


@control(
    title="Users with a console password have MFA enabled",
    severity=Severity.HIGH,
    category=Category.IDENTITY,
    security_hub=("IAM.5",),
    remedy="Have the user register a passkey or an authenticator, or take the password away.",
)
def iam_console_users_mfa(user: User) -> Verdict:
    """A console password that leaks is used from anywhere at once."""
    if user.password_made_on is None:
        return not_applicable(f"{user.id} has no console password")
    if user.mfa_devices:
        return passed(f"{user.id} has {len(user.mfa_devices)} MFA device(s)")
    return failed(f"{user.id} has a console password and no MFA device")
