"""VPC: route tables, and the peering connections they lead into."""

from collections.abc import Iterable

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, named
from ccm_engine.resources.aws.ec2 import PrefixList, entries_of
from ccm_engine.resources.aws.network import covers, world_in

ACTIVE, BLACKHOLE = "active", "blackhole"
INTERNET_GATEWAY = "igw-"


class Route(Part):
    """One line of a route table: a destination and what leads there."""

    to_ipv4: str | None = at("DestinationCidrBlock")
    to_ipv6: str | None = at("DestinationIpv6CidrBlock")
    to_list: str | None = at("DestinationPrefixListId")
    gateway: str | None = at("GatewayId")
    peering: str | None = at("VpcPeeringConnectionId")
    state: str | None = at("State")

    def opens_ipv6(self) -> bool:
        """Whether it may lead IPv6 through an internet gateway: a list's ranges are taken for IPv6 too."""
        leads_out = bool(self.gateway and self.gateway.startswith(INTERNET_GATEWAY))
        return leads_out and self.to_ipv4 is None and self.state != BLACKHOLE

    def destinations(self, lists: Iterable[PrefixList], region: str) -> list[str]:
        """Return the ranges it leads to. Raises UnreadableError for a prefix list that is not among `lists`."""
        if self.to_list:
            return entries_of(self.to_list, lists, region)
        return [cidr for cidr in (self.to_ipv4, self.to_ipv6) if cidr]


class RouteTableAssociation(Part):
    """Where a route table is in force: in a subnet, at a gateway, or wherever no other is (`main`)."""

    main: bool = at("Main", default=False)
    subnet: str | None = at("SubnetId")


class RouteTable(Resource):
    """Where the traffic of subnets goes."""

    type = "AWS::EC2::RouteTable"
    listed_by = Call("ec2", "describe_route_tables", "RouteTables", one_by="RouteTableIds")
    shown_by = "id"

    id: str = at("RouteTableId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:route-table/{id}")
    vpc: str = at("VpcId")
    associations: tuple[RouteTableAssociation, ...] = at("Associations", default=())
    routes: tuple[Route, ...] = at("Routes", default=())

    def serves(self, subnet: str) -> bool:
        """Whether it is the subnet's own."""
        return any(association.subnet == subnet for association in self.associations)

    def is_main_of(self, vpc: str) -> bool:
        """Whether it serves the subnets of `vpc` that have none of their own."""
        return self.vpc == vpc and any(association.main for association in self.associations)

    def opens_ipv6(self) -> bool:
        """Whether it leads IPv6 through an internet gateway, which lets connections in as well."""
        return any(route.opens_ipv6() for route in self.routes)


def table_of(subnet: str, vpc: str, tables: Iterable[RouteTable]) -> RouteTable:
    """Return the route table in force in a subnet. Raises UnreadableError when it is not among `tables`."""
    known = list(tables)
    for table in [one for one in known if one.serves(subnet)] or [one for one in known if one.is_main_of(vpc)]:
        return table
    raise UnreadableError(Failure("ec2:DescribeRouteTables", "NotListed", f"no route table of {subnet} is listed"))


class CidrBlock(Part):
    """An IPv4 block of a VPC."""

    cidr: str = at("CidrBlock")


class Ipv6CidrBlock(Part):
    """An IPv6 block of a VPC."""

    cidr: str = at("Ipv6CidrBlock")


class PeeredVpc(Part):
    """One side of a peering connection."""

    vpc: str = at("VpcId")
    cidr: str = at("CidrBlock")
    blocks: tuple[CidrBlock, ...] = at("CidrBlockSet", default=())
    ipv6_blocks: tuple[Ipv6CidrBlock, ...] = at("Ipv6CidrBlockSet", default=())

    def ranges(self) -> list[str]:
        """Return all its address blocks."""
        return [self.cidr, *[block.cidr for block in self.blocks], *[block.cidr for block in self.ipv6_blocks]]


class PeeringConnection(Resource):
    """A road between two VPCs."""

    type = "AWS::EC2::VPCPeeringConnection"
    listed_by = Call(
        "ec2", "describe_vpc_peering_connections", "VpcPeeringConnections", one_by="VpcPeeringConnectionIds"
    )
    shown_by = "id"

    id: str = at("VpcPeeringConnectionId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:vpc-peering-connection/{id}")
    state: str = at("Status.Code")
    requester: PeeredVpc = at("RequesterVpcInfo")
    accepter: PeeredVpc = at("AccepterVpcInfo")

    def is_active(self) -> bool:
        """Whether traffic can use it."""
        return self.state == ACTIVE

    def wide_tables(self, tables: Iterable[RouteTable], lists: Iterable[PrefixList]) -> list[str]:
        """Return the ids of the route tables that lead into it to everything, or to a whole block of the other side.

        Destinations of one table add up. Raises UnreadableError when a route's prefix list is not among `lists`.
        """
        return [table.id for table in tables if self._is_wide(table, lists)]

    def _is_wide(self, table: RouteTable, lists: Iterable[PrefixList]) -> bool:
        routes = [route for route in table.routes if route.peering == self.id]
        destinations = [cidr for route in routes for cidr in route.destinations(lists, self.region)]
        if not destinations:
            return False
        other = self.accepter if table.vpc == self.requester.vpc else self.requester
        return bool(world_in(destinations)) or any(covers(destinations, block) for block in other.ranges())
