"""Load balancers speak no outdated TLS."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.elb import Listener, SslPolicy, policy_of


@control(
    title="TLS listeners require TLS 1.2 or later",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("ELB.17",),
    remedy="Give the listener a security policy that allows TLS 1.2 and 1.3 only.",
)
def elb_tls_policy(listener: Listener, policies: Every[SslPolicy]) -> Verdict:
    """TLS 1.0 and 1.1 can be broken, and a client that offers them gets them.

    What a policy allows is read from AWS, not from a list of names that grows old.
    """
    if not listener.encrypts():
        return not_applicable(f"the listener on port {listener.port} takes no TLS")
    policy = policy_of(listener, policies)
    if weak := policy.weak_protocols():
        return failed(f"port {listener.port} allows {', '.join(weak)} ({policy.id})")
    return passed(f"port {listener.port} requires TLS 1.2 or later ({policy.id})")
