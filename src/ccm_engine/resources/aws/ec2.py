"""EC2: security groups and the prefix lists their rules may name."""

from collections.abc import Iterable

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask, named
from ccm_engine.resources.aws.network import world_in

ALL_PROTOCOLS = "-1"
TCP, UDP = "tcp", "udp"
WRITTEN = {TCP: ("tcp", "6"), UDP: ("udp", "17")}


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

    def admits(self, port: int, protocol: str = TCP) -> bool:
        """Whether traffic of `protocol` (TCP or UDP) to `port` matches the rule, whatever its source."""
        if self.protocol == ALL_PROTOCOLS:
            return True
        if self.protocol not in WRITTEN[protocol]:
            return False
        first, last = self.first_port, self.last_port
        if first is None or last is None or -1 in (first, last):
            return True
        return first <= port <= last

    def borders(self) -> tuple[int, ...]:
        """Return the ports at which it may begin to admit, or cease to."""
        return (self.first_port or 0, (self.last_port or 0) + 1)


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


def entries_of(list_id: str, known: Iterable[PrefixList], region: str) -> list[str]:
    """Return the ranges of a prefix list. Raises UnreadableError when it is not among the `known`."""
    for prefix_list in known:
        if prefix_list.id == list_id:
            return [entry.cidr for entry in prefix_list.entries]
    raise UnreadableError(Failure("ec2:DescribeManagedPrefixLists", "NotListed", f"{list_id} is not listed", region))


class SecurityGroup(Resource):
    """A stateful firewall around network interfaces."""

    type = "AWS::EC2::SecurityGroup"
    listed_by = Call("ec2", "describe_security_groups", "SecurityGroups", one_by="GroupIds")
    shown_by = "id"

    id: str = at("GroupId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:security-group/{id}")
    name: str = at("GroupName")
    ingress: tuple[Rule, ...] = at("IpPermissions")
    egress: tuple[Rule, ...] = at("IpPermissionsEgress")

    def world_reaches(self, port: int, via: Iterable[PrefixList], protocol: str = TCP) -> str:
        """Return the range (`0.0.0.0/0`, `::/0`) from which the whole internet reaches a TCP or UDP port, or "".

        Ranges add up over all rules; `via` resolves the prefix lists that rules name. Raises UnreadableError
        when a rule names a list that is not among them.
        """
        rules = [rule for rule in self.ingress if rule.admits(port, protocol)]
        named_lists = [reference.id for rule in rules for reference in rule.prefix_lists]
        ranges = [
            *[source.cidr for rule in rules for source in rule.ranges],
            *[source.cidr for rule in rules for source in rule.ipv6_ranges],
            *[cidr for name in named_lists for cidr in entries_of(name, via, self.region)],
        ]
        return world_in(ranges)

    def ports_the_world_reaches(self, ports: Iterable[int], via: Iterable[PrefixList]) -> list[int]:
        """Return those of the TCP `ports` that the whole internet reaches. Raises UnreadableError."""
        return [port for port in ports if self.world_reaches(port, via)]

    def protocol_open_on_every_port(self, via: Iterable[PrefixList]) -> str:
        """Return the protocol (`tcp`, `udp`) of which the internet reaches every port from 1 on, or "".

        Port 0 carries no traffic, so leaving it out closes nothing. Raises UnreadableError.
        """
        # Between two borders all ports are alike, so each border stands for those up to the next.
        starts = sorted({1, *[border for rule in self.ingress for border in rule.borders() if 1 < border <= 65535]})
        for protocol in (TCP, UDP):
            if all(self.world_reaches(start, via, protocol) for start in starts):
                return protocol
        return ""
