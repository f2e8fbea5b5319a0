"""Passwords end."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_settings import PasswordRules


@control(
    title="IAM passwords expire within 90 days",
    severity=Severity.LOW,
    category=Category.IDENTITY,
    security_hub=("IAM.17",),
    remedy="Set a password policy with a maximum age of 90 days.",
    on_request=True,
)
def iam_password_expiry(rules: PasswordRules, *, max_age_days: int = 90) -> Verdict:
    """Some standards still ask for it (PCI DSS, where a password is the only factor).

    NIST 800-63B advises against it, so it is judged on request only.
    """
    policy = rules.password_policy
    if policy is None or not policy.expires:
        return failed("passwords never expire")
    if policy.max_age_days is None or policy.max_age_days > max_age_days:
        return failed(f"passwords expire after {policy.max_age_days} days; at most {max_age_days} are wanted")
    return passed(f"passwords expire after {policy.max_age_days} days")
