"""A web firewall stands before every application."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.elb import LoadBalancer
from ccm_engine.resources.aws.wafv2 import WebAcl, protector_of


@control(
    title="Application load balancers have a web ACL",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    security_hub=("ELB.16",),
    remedy="Associate an AWS WAF web ACL with the load balancer.",
)
def elb_waf(balancer: LoadBalancer, acls: Every[WebAcl]) -> Verdict:
    """A web ACL turns away the attacks that everyone is sent, before they reach the application behind."""
    if not balancer.is_application():
        return not_applicable(f"{balancer.id} does not read HTTP")
    if acl := protector_of(balancer.arn, acls):
        return passed(f"{balancer.id} is protected by the web ACL {acl}")
    return failed(f"{balancer.id} has no web ACL")
