"""Load balancers cannot be deleted by mistake."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.elb import LoadBalancer


@control(
    title="Load balancers have deletion protection",
    severity=Severity.MEDIUM,
    category=Category.RESILIENCE,
    security_hub=("ELB.6",),
    remedy="Turn on deletion protection.",
)
def elb_deletion_protection(balancer: LoadBalancer) -> Verdict:
    """Whoever deletes a load balancer takes everything behind it off the air, and its name with it."""
    if balancer.is_on("deletion_protection.enabled"):
        return passed(f"{balancer.id} is protected from deletion")
    return failed(f"{balancer.id} is not protected from deletion")
