"""Load balancers, as both versions of Elastic Load Balancing describe them, and the web ACLs before them."""

from collections.abc import Mapping, Sequence
from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.resources.aws.elb import ClassicLoadBalancer, Listener, LoadBalancer, SslPolicy
from ccm_engine.resources.aws.wafv2 import WebAcl

ELB = f"arn:aws:elasticloadbalancing:{US}:{ACCOUNT_ID}"
BALANCER = f"{ELB}:loadbalancer/app/web/0a1b2c3d4e5f6a7b"
Action = dict[str, Any]
FORWARD: Action = {"Type": "forward", "TargetGroupArn": f"{ELB}:targetgroup/web/0a1b2c3d4e5f6a7b", "Order": 1}
FIXED: Action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}


def redirect(protocol: str = "HTTPS") -> Action:
    """Return a redirect to the same place by another protocol."""
    return {
        "Type": "redirect",
        "Order": 1,
        "RedirectConfig": {
            "Protocol": protocol,
            "Port": "443",
            "Host": "#{host}",
            "Path": "/#{path}",
            "Query": "#{query}",
            "StatusCode": "HTTP_301",
        },
    }


def balancer(
    kind: str = "application",
    attributes: Mapping[str, str] | Failure | None = None,
    *,
    arn: str = BALANCER,
) -> Document:
    """Return a load balancer; None: its attributes were not asked."""
    item = {
        "LoadBalancerArn": arn,
        "LoadBalancerName": "web",
        "DNSName": "web-1.us-east-1.elb.amazonaws.com",
        "Scheme": "internet-facing",
        "VpcId": "vpc-0a1b2c3d",
        "State": {"Code": "active"},
        "Type": kind,
    }
    if attributes is None:
        return document(LoadBalancer, item, {})
    if isinstance(attributes, Failure):
        return document(LoadBalancer, item, {"balancer_attributes": attributes})
    told = {"Attributes": [{"Key": key, "Value": value} for key, value in attributes.items()]}
    return document(LoadBalancer, item, {"balancer_attributes": told})


def listener(
    protocol: str | None = "HTTP",
    *,
    port: int | None = 80,
    actions: Sequence[Action] = (FORWARD,),
    rules: Sequence[Sequence[Action]] | Failure | None = None,
    ssl_policy: str = "",
    of: str = BALANCER,
) -> Document:
    """Return a listener; `rules` holds the actions of each rule but the default one, None: they were not asked."""
    arn = f"{of.replace(':loadbalancer/', ':listener/')}/{port}"
    item = {
        "ListenerArn": arn,
        "LoadBalancerArn": of,
        "DefaultActions": list(actions),
        **({"Protocol": protocol, "Port": port} if protocol else {}),
        **(
            {"SslPolicy": ssl_policy, "Certificates": [{"CertificateArn": "arn:aws:acm:::certificate/1"}]}
            if ssl_policy
            else {}
        ),
    }
    above = balancer(arn=of).item
    if rules is None:
        return document(Listener, item, {}, above=above)
    if isinstance(rules, Failure):
        return document(Listener, item, {"listener_rules": rules}, above=above)
    told = [
        {"RuleArn": f"{arn}/{number}", "Priority": str(number), "Actions": list(one)}
        for number, one in enumerate(rules)
    ]
    last = {"RuleArn": f"{arn}/last", "Priority": "default", "IsDefault": True, "Actions": list(actions)}
    return document(Listener, item, {"listener_rules": {"Rules": [*told, last]}}, above=above)


def ssl_policy(name: str, *protocols: str) -> Document:
    """Return a security policy."""
    item = {"Name": name, "SslProtocols": list(protocols), "Ciphers": [], "SupportedLoadBalancerTypes": ["application"]}
    return document(SslPolicy, item, {})


def classic(log: bool | Failure) -> Document:
    """Return a classic load balancer that keeps an access `log` or not."""
    item = {"LoadBalancerName": "old", "DNSName": "old-1.us-east-1.elb.amazonaws.com", "Scheme": "internal"}
    enabled = log if isinstance(log, Failure) else {"LoadBalancerAttributes": {"AccessLog": {"Enabled": log}}}
    return document(ClassicLoadBalancer, item, {"access_log_enabled": enabled})


def web_acl(*balancers: str, refused: Failure | None = None) -> Document:
    """Return a regional web ACL that protects load balancers, or the refusal to tell which."""
    arn = f"arn:aws:wafv2:{US}:{ACCOUNT_ID}:regional/webacl/shield/0a1b2c3d"
    item = {"Name": "shield", "Id": "0a1b2c3d", "Description": "", "LockToken": "1", "ARN": arn}
    return document(WebAcl, item, {"protected_balancers": refused or {"ResourceArns": list(balancers)}})


def balanced(*documents: Document, listeners: Sequence[Document] = ()) -> Estate:
    """Return an account with these load balancers."""
    return Estate().add(LoadBalancer, *documents).add(Listener, *listeners)
