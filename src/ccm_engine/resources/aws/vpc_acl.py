"""VPC: network ACLs, the stateless firewalls around subnets.

Rules are tried by their number; the first that matches a packet decides. See "Network ACL rules" in AWS's manual.
"""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, named
from ccm_engine.resources.aws.network import covers, world_in

ALL_PROTOCOLS, TCP = "-1", "6"
DENY = "deny"


class AclRule(Part):
    """One numbered rule."""

    number: int = at("RuleNumber")
    outbound: bool = at("Egress")
    action: str = at("RuleAction")
    protocol: str = at("Protocol")
    cidr: str | None = at("CidrBlock")
    ipv6_cidr: str | None = at("Ipv6CidrBlock")
    first_port: int = at("PortRange.From")
    last_port: int = at("PortRange.To")

    def meets_tcp(self, port: int) -> bool:
        """Whether it decides on TCP traffic to `port`. Raises UnreadableError for a TCP rule without ports."""
        if self.protocol == ALL_PROTOCOLS:
            return True
        return self.protocol == TCP and self.first_port <= port <= self.last_port

    def sources(self) -> list[str]:
        """Return the range it is about."""
        return [cidr for cidr in (self.cidr, self.ipv6_cidr) if cidr]


class NetworkAcl(Resource):
    """A stateless firewall around subnets."""

    type = "AWS::EC2::NetworkAcl"
    listed_by = Call("ec2", "describe_network_acls", "NetworkAcls", one_by="NetworkAclIds")
    shown_by = "id"

    id: str = at("NetworkAclId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:network-acl/{id}")
    rules: tuple[AclRule, ...] = at("Entries")

    def world_reaches(self, port: int) -> str:
        """Return the range (`0.0.0.0/0`, `::/0`) from which the whole internet reaches a TCP port, or "".

        Ranges of allowing rules add up. One counts unless denials before it hold its whole range: a list of
        blocked addresses before an open rule leaves it open.
        """
        inbound = sorted((rule for rule in self.rules if not rule.outbound), key=lambda rule: rule.number)
        allowed: list[str] = []
        denied: list[str] = []
        for rule in (rule for rule in inbound if rule.meets_tcp(port)):
            if rule.action == DENY:
                denied += rule.sources()
            else:
                allowed += [cidr for cidr in rule.sources() if not covers(denied, cidr)]
        return world_in(allowed)
