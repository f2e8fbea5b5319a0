"""Passwords have all kinds of characters."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_settings import PasswordRules


@control(
    title="IAM passwords need all kinds of characters",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=(
        "IAM.7",
        "IAM.10",
        "IAM.11",
        "IAM.12",
        "IAM.13",
        "IAM.14",
    ),
    remedy="Set a password policy that demands upper and lower case, numbers and symbols.",
)
def iam_password_complexity(rules: PasswordRules, *, min_length: int = 8) -> Verdict:
    """A password of one kind of characters is among the first that are tried."""
    policy = rules.password_policy
    if policy is None:
        return failed("no password policy is set")
    lacking = policy.kinds_not_demanded()
    if policy.min_length < min_length:
        lacking.append(f"{min_length} characters")
    if lacking:
        return failed(f"passwords need not have {', '.join(lacking)}")
    return passed("passwords have upper and lower case, numbers and symbols")
