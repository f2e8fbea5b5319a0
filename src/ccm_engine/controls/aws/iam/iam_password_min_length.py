"""Passwords are long."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_settings import PasswordRules


@control(
    title="IAM passwords are at least 14 characters long",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=("IAM.15",),
    remedy="Set a password policy with a minimum length of 14.",
)
def iam_password_min_length(rules: PasswordRules, *, min_length: int = 14) -> Verdict:
    """A short password is guessed; length helps more than anything else that a password can have."""
    policy = rules.password_policy
    if policy is None:
        return failed("no password policy is set, and AWS's default asks for 8 characters")
    if policy.min_length < min_length:
        return failed(f"passwords may have {policy.min_length} characters; at least {min_length} are wanted")
    return passed(f"passwords have at least {policy.min_length} characters")
