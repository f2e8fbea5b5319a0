"""AWS's policy for administrators is not handed out."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_policies import AdministratorAccess


@control(
    title="AdministratorAccess is attached to nobody",
    severity=Severity.HIGH,
    category=Category.IDENTITY,
    remedy="Detach it and attach policies with the rights that are needed; name break-glass roles in `allowed`.",
)
def iam_no_aws_admin_attached(policy: AdministratorAccess, *, allowed: str = "") -> Verdict:
    """Whoever takes over one holder of it owns the account.

    Roles of IAM Identity Center are given out and taken back there, and do not count here.
    """
    if holders := policy.holders(allowed):
        return failed(f"AdministratorAccess is attached to {', '.join(holders)}")
    return passed("AdministratorAccess is attached to nobody who should not have it")
