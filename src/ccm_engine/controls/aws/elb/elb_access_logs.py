"""Load balancers keep a record of requests."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.elb import ClassicLoadBalancer, Listener, LoadBalancer


@control(
    title="Load balancers write access logs",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("ELB.5",),
    remedy="Turn on access logs into a bucket that lets Elastic Load Balancing write.",
)
def elb_access_logs(balancer: LoadBalancer | ClassicLoadBalancer, listeners: Every[Listener]) -> Verdict:
    """Who asked for what, and when, is known only from the log of the load balancer.

    Classic load balancers count too. Network ones log TLS listeners only, gateway ones nothing.
    """
    if why := balancer.writes_no_log(listeners):
        return not_applicable(f"{balancer.id}: {why}")
    if balancer.has_access_log():
        return passed(f"{balancer.id} writes an access log")
    return failed(f"{balancer.id} writes no access log")
