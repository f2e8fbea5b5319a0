"""Malformed headers end at the load balancer."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.elb import LoadBalancer


@control(
    title="Application load balancers drop invalid headers",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    security_hub=("ELB.4",),
    remedy="Turn on the dropping of invalid header fields, after seeing that no client sends such.",
)
def elb_drop_invalid_headers(balancer: LoadBalancer) -> Verdict:
    """Headers that two servers read differently let an attacker smuggle requests past the first one."""
    if not balancer.is_application():
        return not_applicable(f"{balancer.id} does not read HTTP")
    if balancer.is_on("routing.http.drop_invalid_header_fields.enabled"):
        return passed(f"{balancer.id} drops invalid headers")
    return failed(f"{balancer.id} passes invalid headers on")
