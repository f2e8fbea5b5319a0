"""Elastic Load Balancing: application, network and gateway load balancers with their listeners, and classic ones."""

from collections.abc import Iterable

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask, named

APPLICATION, NETWORK, GATEWAY = "application", "network", "gateway"
GOOD_PROTOCOLS = ("TLSv1.2", "TLSv1.3")
ENCRYPTED = ("HTTPS", "TLS")
NOT_FOUND = ("LoadBalancerNotFound",)


class Action(Part):
    """What a listener does with a request."""

    kind: str = at("Type")
    to_protocol: str | None = at("RedirectConfig.Protocol")

    def redirects_to_https(self) -> bool:
        """Whether it sends the client to HTTPS (the API knows 301 and 302 only)."""
        return self.kind == "redirect" and self.to_protocol == "HTTPS"


class ListenerRule(Part):
    """A rule of a listener: requests it matches get its actions instead of the default ones."""

    actions: tuple[Action, ...] = at("Actions")


class SslPolicy(Resource):
    """A named set of TLS protocols and ciphers that AWS keeps, as AWS describes it today."""

    type = "AWS::ElasticLoadBalancingV2::SslPolicy"
    listed_by = Call("elbv2", "describe_ssl_policies", "SslPolicies", one_by="Names")

    id: str = at("Name")
    arn: str = named("arn:{partition}:elasticloadbalancing:{region}:aws:ssl-policy/{id}")
    protocols: tuple[str, ...] = at("SslProtocols")

    def weak_protocols(self) -> list[str]:
        """Return the protocols older than TLS 1.2 (or unknown) that it lets clients use."""
        return [protocol for protocol in self.protocols if protocol not in GOOD_PROTOCOLS]


class BalancerAttribute(Part):
    """One setting of a load balancer."""

    key: str = at("Key")
    value: str = at("Value")


class LoadBalancer(Resource):
    """An application, network or gateway load balancer."""

    type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    listed_by = Call("elbv2", "describe_load_balancers", "LoadBalancers", one_by="LoadBalancerArns")

    id: str = at("LoadBalancerName")
    arn: str = at("LoadBalancerArn")
    kind_of_balancer: str = at("Type")
    balancer_attributes: tuple[BalancerAttribute, ...] = ask(
        "describe_load_balancer_attributes", "Attributes", LoadBalancerArn="LoadBalancerArn"
    )

    def is_application(self) -> bool:
        """Whether it speaks HTTP."""
        return self.kind_of_balancer == APPLICATION

    def is_on(self, attribute: str) -> bool:
        """Whether an attribute is `true`. Raises UnreadableError when AWS told nothing of it."""
        for told in self.balancer_attributes:
            if told.key == attribute:
                return told.value == "true"
        call = "elbv2:DescribeLoadBalancerAttributes"
        raise UnreadableError(Failure(call, "MalformedResponse", f"{attribute} is missing", self.region))

    def writes_no_log(self, listeners: "Iterable[Listener]") -> str:
        """Return why it has nothing to log (a network one logs TLS only), or ""."""
        if self.kind_of_balancer == GATEWAY:
            return "a gateway load balancer writes no access log"
        if self.kind_of_balancer == NETWORK and not any(one.encrypts() for one in listeners if one.is_of(self)):
            return "a network load balancer without a TLS listener writes no access log"
        return ""

    def has_access_log(self) -> bool:
        """Whether it keeps an access log in a bucket."""
        return self.is_on("access_logs.s3.enabled")


class Listener(Resource):
    """A port on which a load balancer takes connections."""

    type = "AWS::ElasticLoadBalancingV2::Listener"
    listed_by = Call(
        "elbv2",
        "describe_listeners",
        "Listeners",
        under=LoadBalancer,
        given={"LoadBalancerArn": "LoadBalancerArn"},
        gone=NOT_FOUND,
    )

    id: str = at("ListenerArn")
    arn: str = at("ListenerArn")
    balancer: str = at("LoadBalancerArn")
    # A gateway load balancer's listeners have neither.
    port: int | None = at("Port")
    protocol: str | None = at("Protocol")
    ssl_policy: str | None = at("SslPolicy")
    default_actions: tuple[Action, ...] = at("DefaultActions", default=())
    listener_rules: tuple[ListenerRule, ...] = ask(
        "describe_rules", "Rules", default=(), where={"Protocol": ("HTTP",)}, ListenerArn="ListenerArn"
    )

    def is_of(self, balancer: LoadBalancer) -> bool:
        """Whether it belongs to the load balancer."""
        return self.balancer == balancer.arn

    def is_plain_http(self) -> bool:
        """Whether it takes HTTP without encryption."""
        return self.protocol == "HTTP"

    def encrypts(self) -> bool:
        """Whether it takes TLS and ends it."""
        return self.protocol in ENCRYPTED

    def sends_all_to_https(self) -> bool:
        """Whether the default and every rule redirect to HTTPS."""
        ways = [self.default_actions, *[rule.actions for rule in self.listener_rules]]
        return all(any(action.redirects_to_https() for action in actions) for actions in ways)


def policy_of(listener: Listener, policies: Iterable[SslPolicy]) -> SslPolicy:
    """Return the security policy of a TLS listener. Raises UnreadableError when AWS does not describe it."""
    for policy in policies:
        if policy.id == listener.ssl_policy:
            return policy
    told = f"{listener.ssl_policy} is not listed"
    raise UnreadableError(Failure("elbv2:DescribeSSLPolicies", "NotListed", told, listener.region))


class ClassicLoadBalancer(Resource):
    """A load balancer of the first generation."""

    type = "AWS::ElasticLoadBalancing::LoadBalancer"
    listed_by = Call("elb", "describe_load_balancers", "LoadBalancerDescriptions", one_by="LoadBalancerNames")

    id: str = at("LoadBalancerName")
    arn: str = named("arn:{partition}:elasticloadbalancing:{region}:{account_id}:loadbalancer/{id}")
    access_log_enabled: bool = ask(
        "describe_load_balancer_attributes",
        "LoadBalancerAttributes.AccessLog.Enabled",
        LoadBalancerName="LoadBalancerName",
    )

    def writes_no_log(self, _: Iterable[Listener]) -> str:
        """Return "": every classic one can write an access log."""
        return ""

    def has_access_log(self) -> bool:
        """Whether it keeps an access log in a bucket."""
        return self.access_log_enabled
