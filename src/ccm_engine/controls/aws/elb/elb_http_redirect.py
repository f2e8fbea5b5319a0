"""Plain HTTP leads to HTTPS."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.elb import Listener, LoadBalancer


@control(
    title="Application load balancers redirect HTTP to HTTPS",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("ELB.1",),
    remedy="Let the default action and every rule of the HTTP listener redirect to HTTPS, or remove the listener.",
)
def elb_http_redirect(balancer: LoadBalancer, listeners: Every[Listener]) -> Verdict:
    """What is sent over HTTP can be read and changed by anyone on the way.

    Every rule counts, since it goes before the default. A fixed answer over HTTP counts as an answer in plain.
    """
    if not balancer.is_application():
        return not_applicable(f"{balancer.id} does not read HTTP")
    plain = [one for one in listeners if one.is_of(balancer) and one.is_plain_http()]
    if bad := [str(one.port) for one in plain if not one.sends_all_to_https()]:
        return failed(f"{balancer.id} answers HTTP on port {', '.join(bad)} without a redirect to HTTPS")
    return passed(f"{balancer.id} answers no request over plain HTTP")
