"""Networks, as EC2 describes them."""

from collections.abc import Sequence
from typing import Any

from raw_documents import ACCOUNT_ID, US, document

from ccm_engine.core.document import Document
from ccm_engine.resources.aws.vpc import FlowLog, Subnet, Vpc, VpcEndpoint
from ccm_engine.resources.aws.vpc_acl import NetworkAcl
from ccm_engine.resources.aws.vpc_routes import PeeringConnection, RouteTable

VPC, PEER = "vpc-0a1b2c3d", "vpc-0e4f5a6b"
SUBNET = "subnet-0a1b2c3d"
PEERING = "pcx-0a1b2c3d"
AclRule = dict[str, Any]
Route = dict[str, Any]


def vpc(id_: str = VPC) -> Document:
    """Return a VPC."""
    item = {"VpcId": id_, "CidrBlock": "10.0.0.0/16", "State": "available", "IsDefault": False, "OwnerId": ACCOUNT_ID}
    return document(Vpc, item, {})


def subnet(id_: str = SUBNET, *, in_: str = VPC, public: bool = False) -> Document:
    """Return a subnet; a `public` one gives every instance a public address."""
    item = {
        "SubnetId": id_,
        "SubnetArn": f"arn:aws:ec2:{US}:{ACCOUNT_ID}:subnet/{id_}",
        "VpcId": in_,
        "CidrBlock": "10.0.1.0/24",
        "MapPublicIpOnLaunch": public,
        "AvailableIpAddressCount": 250,
    }
    return document(Subnet, item, {})


def flow_log(
    about: str = VPC, *, traffic: str | None = "ALL", state: str = "ACTIVE", delivery: str | None = "SUCCESS"
) -> Document:
    """Return a flow log, a good one of the VPC unless told otherwise."""
    item = {
        "FlowLogId": "fl-0a1b2c3d",
        "ResourceId": about,
        "FlowLogStatus": state,
        "LogDestinationType": "s3",
        "LogDestination": "arn:aws:s3:::flow-logs",
        **({"TrafficType": traffic} if traffic else {}),
        **({"DeliverLogsStatus": delivery} if delivery else {}),
    }
    return document(FlowLog, item, {})


def endpoint(service: str | None = "ec2", *, in_: str = VPC, state: str = "available") -> Document:
    """Return an endpoint to a service of AWS; None: one to a resource, which names no service."""
    item = {
        "VpcEndpointId": "vpce-0a1b2c3d",
        "VpcEndpointType": "Interface",
        "VpcId": in_,
        "State": state,
        **({"ServiceName": f"com.amazonaws.{US}.{service}"} if service else {}),
    }
    return document(VpcEndpoint, item, {})


def acl_rule(
    number: int,
    action: str,
    cidr: str,
    *,
    protocol: str = "6",
    ports: tuple[int, int] | None = (22, 22),
    outbound: bool = False,
) -> AclRule:
    """Return a rule of a network ACL; `ports` None leaves them out, as EC2 does for protocol -1."""
    return {
        "RuleNumber": number,
        "Egress": outbound,
        "RuleAction": action,
        "Protocol": protocol,
        **({"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {}),
        **({"Ipv6CidrBlock": cidr} if ":" in cidr else {"CidrBlock": cidr}),
    }


def acl(*rules: AclRule) -> Document:
    """Return a network ACL with these rules and the last ones that every ACL has."""
    last = [
        acl_rule(32767, "deny", cidr, protocol="-1", ports=None, outbound=outbound)
        for cidr in ("0.0.0.0/0", "::/0")
        for outbound in (True, False)
    ]
    item = {
        "NetworkAclId": "acl-0a1b2c3d",
        "VpcId": VPC,
        "IsDefault": False,
        "Associations": [],
        "OwnerId": ACCOUNT_ID,
        "Entries": [*rules, *last],
    }
    return document(NetworkAcl, item, {})


def route(
    destination: str, *, gateway: str = "", peering: str = "", egress_only: str = "", state: str = "active"
) -> Route:
    """Return a route; `destination` is a range or a prefix list."""
    member = "DestinationCidrBlock"
    if destination.startswith("pl-"):
        member = "DestinationPrefixListId"
    elif ":" in destination:
        member = "DestinationIpv6CidrBlock"
    return {
        member: destination,
        "Origin": "CreateRoute",
        "State": state,
        **({"GatewayId": gateway} if gateway else {}),
        **({"VpcPeeringConnectionId": peering} if peering else {}),
        **({"EgressOnlyInternetGatewayId": egress_only} if egress_only else {}),
    }


def route_table(
    *routes: Route, id_: str = "rtb-0a1b2c3d", in_: str = VPC, main: bool = False, subnets: Sequence[str] = ()
) -> Document:
    """Return a route table; its first route is the local one, as always."""
    local = route("10.0.0.0/16", gateway="local")
    told: list[dict[str, Any]] = [{"Main": False, "RouteTableId": id_, "SubnetId": one} for one in subnets]
    item = {
        "RouteTableId": id_,
        "VpcId": in_,
        "Associations": [*told, *([{"Main": True, "RouteTableId": id_}] if main else [])],
        "Routes": [local, *routes],
        "PropagatingVgws": [],
        "OwnerId": ACCOUNT_ID,
    }
    return document(RouteTable, item, {})


def peering(
    *, state: str = "active", peer_blocks: Sequence[str] = ("10.1.0.0/16",), peer_ipv6: Sequence[str] = ()
) -> Document:
    """Return a peering connection from 10.0.0.0/16 to a VPC of these blocks."""
    item = {
        "VpcPeeringConnectionId": PEERING,
        "Status": {"Code": state, "Message": state},
        "RequesterVpcInfo": {
            "VpcId": VPC,
            "CidrBlock": "10.0.0.0/16",
            "CidrBlockSet": [{"CidrBlock": "10.0.0.0/16"}],
            "OwnerId": ACCOUNT_ID,
            "Region": US,
        },
        "AccepterVpcInfo": {
            "VpcId": PEER,
            "CidrBlock": peer_blocks[0],
            "CidrBlockSet": [{"CidrBlock": block} for block in peer_blocks],
            "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": block} for block in peer_ipv6],
            "OwnerId": "111122223333",
            "Region": US,
        },
    }
    return document(PeeringConnection, item, {})
