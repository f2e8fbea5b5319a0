"""EC2 networking: security groups and the prefix lists their rules may name."""

from collections.abc import Iterable

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask, named
from ccm_engine.resources.aws.network import world_in

ALL_PROTOCOLS = "-1"
TCP = ("tcp", "6")


class IpRange(Part):
    """An IPv4 source of a rule."""

    cidr: str = at("CidrIp")


class Ipv6Range(Part):
    """An IPv6 source of a rule."""

    cidr: str = at("CidrIpv6")


class PrefixListReference(Part):
    """A source of a rule that names a prefix list."""

    id: str = at("PrefixListId")


class Rule(Part):
    """A rule of a security group. Without ports it admits all of them."""

    protocol: str = at("IpProtocol")
    first_port: int | None = at("FromPort")
    last_port: int | None = at("ToPort")
    ranges: tuple[IpRange, ...] = at("IpRanges", default=())
    ipv6_ranges: tuple[Ipv6Range, ...] = at("Ipv6Ranges", default=())
    prefix_lists: tuple[PrefixListReference, ...] = at("PrefixListIds", default=())

    def admits_tcp(self, port: int) -> bool:
        """Whether TCP traffic to `port` matches the rule, whatever its source."""
        if self.protocol == ALL_PROTOCOLS:
            return True
        if self.protocol not in TCP:
            return False
        first, last = self.first_port, self.last_port
        if first is None or last is None or -1 in (first, last):
            return True
        return first <= port <= last


class PrefixListEntry(Part):
    """One range of a prefix list."""

    cidr: str = at("Cidr")


class PrefixList(Resource):
    """A named list of ranges: the account's own, one shared with it, or one AWS keeps."""

    type = "AWS::EC2::PrefixList"
    listed_by = Call("ec2", "describe_managed_prefix_lists", "PrefixLists", one_by="PrefixListIds")
    shown_by = "id"

    id: str = at("PrefixListId")
    arn: str = at("PrefixListArn")
    entries: tuple[PrefixListEntry, ...] = ask(
        "get_managed_prefix_list_entries", "Entries", PrefixListId="PrefixListId"
    )


class SecurityGroup(Resource):
    """A stateful firewall around network interfaces."""

    type = "AWS::EC2::SecurityGroup"
    listed_by = Call("ec2", "describe_security_groups", "SecurityGroups", one_by="GroupIds")
    shown_by = "id"

    id: str = at("GroupId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:security-group/{id}")
    name: str = at("GroupName")
    ingress: tuple[Rule, ...] = at("IpPermissions")

    def world_reaches(self, port: int, via: Iterable[PrefixList]) -> str:
        """Return the range (`0.0.0.0/0`, `::/0`) from which the whole internet reaches TCP `port`, or "".

        Ranges add up over all rules; `via` resolves the prefix lists that rules name. Raises UnreadableError
        when a rule names a list that is not among them.
        """
        rules = [rule for rule in self.ingress if rule.admits_tcp(port)]
        named_lists = [reference.id for rule in rules for reference in rule.prefix_lists]
        ranges = [
            *[source.cidr for rule in rules for source in rule.ranges],
            *[source.cidr for rule in rules for source in rule.ipv6_ranges],
            *[cidr for name in named_lists for cidr in self._entries_of(name, via)],
        ]
        return world_in(ranges)

    def _entries_of(self, list_id: str, known: Iterable[PrefixList]) -> list[str]:
        for prefix_list in known:
            if prefix_list.id == list_id:
                return [entry.cidr for entry in prefix_list.entries]
        raise UnreadableError(
            Failure("ec2:DescribeManagedPrefixLists", "NotListed", f"{list_id} is not listed", self.region)
        )
