"""No policy in use grants everything."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.iam_policies import CustomerPolicy


@control(
    title="Attached customer policies do not grant everything",
    severity=Severity.HIGH,
    category=Category.IDENTITY,
    security_hub=("IAM.1",),
    remedy="Replace it by policies with the actions and resources that are needed.",
)
def iam_no_star_policies(policy: CustomerPolicy) -> Verdict:
    """Whoever takes over one holder of such a policy owns the account.

    All actions but some count as everything; use as a permissions boundary does not.
    """
    if not policy.attachments:
        return not_applicable(f"{policy.id} is attached to nothing")
    if policy.in_force().is_full_admin():
        return failed(f"{policy.id} grants every action on every resource, or all but some, and is attached")
    return passed(f"{policy.id} does not grant everything")
