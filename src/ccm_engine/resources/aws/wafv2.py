"""WAF: the regional web ACLs and what they protect."""

from collections.abc import Iterable

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Exactly, Resource, ask


class WebAcl(Resource):
    """A web ACL: a firewall that reads HTTP requests."""

    type = "AWS::WAFv2::WebACL"
    listed_by = Call("wafv2", "list_web_acls", "WebACLs", arguments={"Scope": "REGIONAL"})

    id: str = at("Name")
    arn: str = at("ARN")
    protected_balancers: tuple[str, ...] = ask(
        "list_resources_for_web_acl",
        "ResourceArns",
        WebACLArn="ARN",
        ResourceType=Exactly("APPLICATION_LOAD_BALANCER"),
    )


def protector_of(balancer: str, acls: Iterable[WebAcl]) -> str:
    """Return the name of the web ACL that protects a load balancer (by ARN), or ""."""
    return next((acl.id for acl in acls if balancer in acl.protected_balancers), "")
