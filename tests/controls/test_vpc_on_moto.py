"""Controls over networks, from EC2's API (in moto) to the verdict."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto_account import statuses


@pytest.fixture
def ec2() -> Iterator[Any]:
    """An EC2 client of an account as moto makes it: with the default VPC."""
    with mock_aws():
        yield boto3.client("ec2", region_name="us-east-1")


def _vpc(ec2: Any, cidr: str = "10.9.0.0/16") -> str:
    return str(ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"])


def test_network_acls_that_admit_ssh_and_others(ec2: Any) -> None:
    good, bad = (ec2.create_network_acl(VpcId=_vpc(ec2))["NetworkAcl"]["NetworkAclId"] for _ in range(2))
    rule = {"Egress": False, "Protocol": "6", "CidrBlock": "0.0.0.0/0"}
    for acl in (good, bad):
        ec2.create_network_acl_entry(
            NetworkAclId=acl, RuleNumber=100, RuleAction="allow", PortRange={"From": 0, "To": 65535}, **rule
        )
    for number, port in ((90, 22), (91, 3389)):
        ec2.create_network_acl_entry(
            NetworkAclId=good, RuleNumber=number, RuleAction="deny", PortRange={"From": port, "To": port}, **rule
        )
    told = statuses("vpc_nacl_no_admin_ports")
    assert (told[good], told[bad]) == ("PASS", "FAIL")


def test_subnets_that_give_out_public_addresses_and_others(ec2: Any) -> None:
    vpc = _vpc(ec2)
    good, bad = (
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr)["Subnet"]["SubnetId"] for cidr in ("10.9.1.0/24", "10.9.2.0/24")
    )
    ec2.modify_subnet_attribute(SubnetId=bad, MapPublicIpOnLaunch={"Value": True})
    told = statuses("vpc_subnets_no_auto_public_ip")
    assert (told[good], told[bad]) == ("PASS", "FAIL")


def test_networks_with_and_without_an_endpoint(ec2: Any) -> None:
    good, bad = _vpc(ec2), _vpc(ec2)
    ec2.create_vpc_endpoint(VpcId=good, ServiceName="com.amazonaws.us-east-1.ec2", VpcEndpointType="Interface")
    told = statuses("vpc_endpoints_used")
    assert (told[good], told[bad]) == ("PASS", "FAIL")


def test_networks_with_and_without_a_flow_log(ec2: Any) -> None:
    good, bad = _vpc(ec2), _vpc(ec2)
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="flow-logs")
    ec2.create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[good],
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flow-logs",
    )
    told = statuses("vpc_flow_logs")
    assert (told[good], told[bad]) == ("PASS", "FAIL")


def test_peering_with_wide_and_narrow_routes(ec2: Any) -> None:
    left, right = _vpc(ec2), _vpc(ec2, "10.10.0.0/16")
    made = ec2.create_vpc_peering_connection(VpcId=left, PeerVpcId=right)["VpcPeeringConnection"]
    peering = made["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    table = ec2.create_route_table(VpcId=left)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.10.5.0/24", VpcPeeringConnectionId=peering)
    assert statuses("vpc_peering_least_access")[peering] == "PASS"
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.10.0.0/16", VpcPeeringConnectionId=peering)
    assert statuses("vpc_peering_least_access")[peering] == "FAIL"
