"""Old passwords stay old."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_settings import PasswordRules


@control(
    title="IAM users cannot choose one of their last 24 passwords again",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=("IAM.16",),
    remedy="Set a password policy that remembers 24 passwords.",
)
def iam_password_reuse(rules: PasswordRules, *, remembered: int = 24) -> Verdict:
    """Whoever may return to an old password returns to one that has leaked by then."""
    policy = rules.password_policy
    if policy is None:
        return failed("no password policy is set, and AWS's default remembers no password")
    if policy.remembered < remembered:
        return failed(f"the last {policy.remembered} passwords are refused; {remembered} are wanted")
    return passed(f"the last {policy.remembered} passwords are refused")
