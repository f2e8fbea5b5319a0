"""Load balancers: examples of their controls."""

from collections.abc import Sequence

from raw_balancers import BALANCER, balanced, balancer, classic, listener, redirect, ssl_policy, web_acl
from raw_documents import Estate
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of

from ccm_engine.core.document import Document
from ccm_engine.resources.aws.elb import ClassicLoadBalancer, Listener, LoadBalancer, SslPolicy
from ccm_engine.resources.aws.wafv2 import WebAcl

LOG, PROTECTED = "access_logs.s3.enabled", "deletion_protection.enabled"
DROPS = "routing.http.drop_invalid_header_fields.enabled"
MODERN, OLD = "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08"
POLICIES = [ssl_policy(MODERN, "TLSv1.2", "TLSv1.3"), ssl_policy(OLD, "TLSv1", "TLSv1.1", "TLSv1.2")]


def encrypted(one: Document, policies: Sequence[Document] = POLICIES) -> Estate:
    """Return an account with this listener and the policies that AWS describes."""
    return Estate().add(Listener, one).add(SslPolicy, *policies)


def guarded(one: Document, *acls: Document) -> Estate:
    """Return an account with this load balancer and these web ACLs."""
    return Estate().add(LoadBalancer, one).add(WebAcl, *acls)


EXAMPLES: list[Example] = [
    *examples_of(
        "elb_tls_policy",
        {
            "modern": (PASS, lambda: encrypted(listener("HTTPS", port=443, ssl_policy=MODERN))),
            "old": (FAIL, lambda: encrypted(listener("TLS", port=443, ssl_policy=OLD))),
            "no TLS": (NOT_APPLICABLE, lambda: encrypted(listener("HTTP"))),
        },
    ),
    *examples_of(
        "elb_access_logs",
        {
            "on": (PASS, lambda: balanced(balancer(attributes={LOG: "true"}))),
            "off": (FAIL, lambda: balanced(balancer(attributes={LOG: "false"}))),
            "classic, on": (PASS, lambda: Estate().add(ClassicLoadBalancer, classic(True))),
            "classic, off": (FAIL, lambda: Estate().add(ClassicLoadBalancer, classic(False))),
        },
    ),
    *examples_of(
        "elb_deletion_protection",
        {
            "on": (PASS, lambda: balanced(balancer(attributes={PROTECTED: "true"}))),
            "off": (FAIL, lambda: balanced(balancer(attributes={PROTECTED: "false"}))),
        },
    ),
    *examples_of(
        "elb_drop_invalid_headers",
        {
            "on": (PASS, lambda: balanced(balancer(attributes={DROPS: "true"}))),
            "off": (FAIL, lambda: balanced(balancer(attributes={DROPS: "false"}))),
        },
    ),
    *examples_of(
        "elb_http_redirect",
        {
            "redirects": (PASS, lambda: balanced(balancer(), listeners=[listener(actions=[redirect()], rules=[])])),
            "forwards": (FAIL, lambda: balanced(balancer(), listeners=[listener(rules=[])])),
        },
    ),
    *examples_of(
        "elb_waf",
        {
            "protected": (PASS, lambda: guarded(balancer(), web_acl(BALANCER))),
            "not protected": (FAIL, lambda: guarded(balancer(), web_acl())),
        },
    ),
]
