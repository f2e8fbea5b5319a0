"""No policy hands out a whole service."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_policies import CustomerPolicy


@control(
    title="Customer policies grant no whole service",
    severity=Severity.LOW,
    category=Category.IDENTITY,
    security_hub=("IAM.21",),
    remedy="Name the actions that are needed, or the resources.",
)
def iam_no_service_wildcards(policy: CustomerPolicy) -> Verdict:
    """Whoever may do everything in a service may also do what nobody thought of."""
    services = policy.in_force().service_wildcards()
    if "*" in services:
        return failed(f"{policy.id} grants every action on every resource, or all but some")
    if services:
        return failed(f"{policy.id} grants every action of {', '.join(services)} on every resource")
    return passed(f"{policy.id} grants no whole service")
