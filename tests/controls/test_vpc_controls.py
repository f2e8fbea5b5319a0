"""Networks in the ways that are easily judged wrongly."""

from typing import Any

import pytest
from examples_vpc import peered, recorded
from raw_documents import US, Estate, denied, document
from raw_instances import holding
from raw_network import prefix_list
from raw_vpc import (
    PEER,
    PEERING,
    SUBNET,
    VPC,
    acl,
    acl_rule,
    endpoint,
    flow_log,
    peering,
    route,
    route_table,
    subnet,
    vpc,
)

from ccm_engine.core.document import Document
from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.vpc import FlowLog, Subnet, Vpc, VpcEndpoint
from ccm_engine.resources.aws.vpc_acl import NetworkAcl

ACL, LOGS, WAYS = "vpc_nacl_no_admin_ports", "vpc_flow_logs", "vpc_peering_least_access"


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        pytest.param([acl_rule(100, "allow", "0.0.0.0/0")], "22 from 0.0.0.0/0", id="SSH"),
        pytest.param([acl_rule(100, "allow", "::/0", ports=(3389, 3389))], "3389 from ::/0", id="Remote Desktop, IPv6"),
        pytest.param(
            [acl_rule(100, "allow", "0.0.0.0/0", protocol="-1", ports=None)],
            "22 from 0.0.0.0/0, 3389 from 0.0.0.0/0",
            id="all protocols",
        ),
        pytest.param(
            [acl_rule(100, "allow", "0.0.0.0/1"), acl_rule(110, "allow", "128.0.0.0/1")],
            "22 from 0.0.0.0/0",
            id="halves",
        ),
        pytest.param(
            [acl_rule(100, "allow", "0.0.0.0/0"), acl_rule(110, "deny", "0.0.0.0/0")],
            "22 from 0.0.0.0/0",
            id="denied too late",
        ),
        pytest.param(
            [acl_rule(90, "deny", "198.51.100.0/24"), acl_rule(100, "allow", "0.0.0.0/0")],
            "22 from 0.0.0.0/0",
            id="a blocked list before it",
        ),
        pytest.param(
            [acl_rule(90, "deny", "0.0.0.0/0", protocol="17"), acl_rule(100, "allow", "0.0.0.0/0")],
            "22 from 0.0.0.0/0",
            id="only UDP is denied",
        ),
        pytest.param(
            [acl_rule(90, "deny", "0.0.0.0/0", protocol="-1", ports=None), acl_rule(100, "allow", "::/0")],
            "22 from ::/0",
            id="only IPv4 is denied",
        ),
        pytest.param(
            [acl_rule(90, "deny", "0.0.0.0/0", outbound=True), acl_rule(100, "allow", "0.0.0.0/0")],
            "22 from 0.0.0.0/0",
            id="denied outwards",
        ),
    ],
)
def test_acls_that_admit_the_internet(rules: list[dict[str, Any]], told: str) -> None:
    finding = holding(NetworkAcl, acl(*rules)).judge_one(ACL)
    assert (finding.status, finding.reason) == (Status.FAIL, f"acl-0a1b2c3d admits TCP {told}")


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([acl_rule(100, "allow", "203.0.113.0/24")], id="known addresses"),
        pytest.param([acl_rule(100, "allow", "0.0.0.0/0", ports=(443, 443))], id="another port"),
        pytest.param([acl_rule(100, "allow", "0.0.0.0/0", protocol="17")], id="UDP"),
        pytest.param([acl_rule(100, "allow", "0.0.0.0/0", outbound=True)], id="outwards"),
        pytest.param([acl_rule(100, "allow", "0.0.0.0/1")], id="one half"),
        pytest.param(
            [
                acl_rule(200, "allow", "0.0.0.0/0", protocol="-1", ports=None),
                acl_rule(90, "deny", "0.0.0.0/0"),
                acl_rule(91, "deny", "0.0.0.0/0", ports=(3000, 4000)),
            ],
            id="denied before, told after",
        ),
        pytest.param(
            [
                acl_rule(90, "deny", "0.0.0.0/1"),
                acl_rule(91, "deny", "128.0.0.0/1"),
                acl_rule(100, "allow", "0.0.0.0/0"),
            ],
            id="denied in halves",
        ),
    ],
)
def test_acls_that_keep_the_internet_out(rules: list[dict[str, Any]]) -> None:
    assert holding(NetworkAcl, acl(*rules)).judge_one(ACL).status is Status.PASS


def test_a_tcp_rule_without_ports_leaves_no_verdict() -> None:
    broken = acl(acl_rule(100, "allow", "0.0.0.0/0", ports=None))
    assert holding(NetworkAcl, broken).judge_one(ACL).status is Status.ERROR


def test_other_ports_may_be_set_and_wrong_ones_give_no_verdict() -> None:
    estate = holding(NetworkAcl, acl(acl_rule(100, "allow", "0.0.0.0/0", ports=(5432, 5432))))
    assert estate.judge_one(ACL).status is Status.PASS
    assert estate.judge_one(ACL, ports="22, 5432").status is Status.FAIL
    wrong = estate.judge_one(ACL, ports="ssh")
    assert wrong.status is Status.ERROR
    assert "ssh" in wrong.reason


@pytest.mark.parametrize(
    ("log", "status"),
    [
        (flow_log(), Status.PASS),
        (flow_log(traffic="REJECT"), Status.PASS),
        (flow_log(delivery=None), Status.PASS),
        (flow_log(traffic="ACCEPT"), Status.FAIL),
        (flow_log(delivery="FAILED"), Status.FAIL),
        (flow_log(state="INACTIVE"), Status.FAIL),
        (flow_log(PEER), Status.FAIL),
        (flow_log(SUBNET), Status.FAIL),
        (flow_log("tgw-0a1b2c3d", traffic=None), Status.FAIL),
    ],
)
def test_flow_logs_that_record_a_network(log: Document, status: Status) -> None:
    assert recorded(log, subnets=[subnet()]).judge_one(LOGS).status is status


def test_subnets_may_be_let_suffice() -> None:
    all_recorded = recorded(flow_log(SUBNET), subnets=[subnet(), subnet("subnet-9", in_=PEER)])
    assert all_recorded.judge_one(LOGS).status is Status.FAIL
    assert all_recorded.judge_one(LOGS, subnets_suffice=True).status is Status.PASS
    some = recorded(flow_log(SUBNET), subnets=[subnet(), subnet("subnet-0e4f5a6b")])
    finding = some.judge_one(LOGS, subnets_suffice=True)
    assert finding.status is Status.FAIL
    assert finding.reason == f"no working flow log records {VPC} or its subnet-0e4f5a6b"


def test_a_network_without_any_subnet_is_not_let_off() -> None:
    assert recorded().judge_one(LOGS, subnets_suffice=True).status is Status.FAIL


def test_flow_logs_that_cannot_be_listed_leave_no_verdict() -> None:
    estate = Estate().add(Vpc, vpc()).add(Subnet, subnet()).refuse(FlowLog, denied("ec2:DescribeFlowLogs"), US)
    assert estate.judge_one(LOGS).status is Status.ERROR


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (endpoint(), Status.PASS),
        (endpoint(state="Available"), Status.PASS),
        (endpoint(state="pending"), Status.FAIL),
        (endpoint("s3"), Status.FAIL),
        (endpoint("not-ec2"), Status.FAIL),
        (endpoint(in_=PEER), Status.FAIL),
        (endpoint(None), Status.FAIL),
    ],
)
def test_endpoints_that_count(one: Document, status: Status) -> None:
    assert Estate().add(Vpc, vpc()).add(VpcEndpoint, one).judge_one("vpc_endpoints_used").status is status


def test_all_services_that_are_set_must_have_an_endpoint() -> None:
    estate = Estate().add(Vpc, vpc()).add(VpcEndpoint, endpoint(), endpoint("ecr.api"))
    finding = estate.judge_one("vpc_endpoints_used", services="ec2, ecr.api,ecr.dkr")
    assert (finding.status, finding.reason) == (Status.FAIL, f"{VPC} has no endpoint for ecr.dkr")


WIDE = [
    pytest.param([route("0.0.0.0/0", peering=PEERING)], VPC, id="everything"),
    pytest.param([route("::/0", peering=PEERING)], VPC, id="everything, IPv6"),
    pytest.param([route("10.1.0.0/16", peering=PEERING)], VPC, id="the other VPC"),
    pytest.param([route("10.0.0.0/8", peering=PEERING)], VPC, id="more than the other VPC"),
    pytest.param([route("100.64.0.0/16", peering=PEERING)], VPC, id="its second block"),
    pytest.param(
        [route("10.1.0.0/17", peering=PEERING), route("10.1.128.0/17", peering=PEERING)], VPC, id="both its halves"
    ),
    pytest.param([route("2001:db8::/56", peering=PEERING)], VPC, id="its IPv6 block"),
    pytest.param([route("10.0.0.0/16", peering=PEERING)], PEER, id="from the other side"),
]
NARROW = [
    pytest.param([route("10.1.5.0/24", peering=PEERING)], VPC, id="a subnet"),
    pytest.param([route("10.1.0.0/17", peering=PEERING)], VPC, id="one half"),
    pytest.param([route("10.1.0.0/16", peering="pcx-another")], VPC, id="by another connection"),
    pytest.param([route("0.0.0.0/0", gateway="igw-0a1b2c3d")], VPC, id="everything, but elsewhere"),
    pytest.param([], VPC, id="nothing"),
]


def _connected() -> Document:
    return peering(peer_blocks=["10.1.0.0/16", "100.64.0.0/16"], peer_ipv6=["2001:db8::/56"])


@pytest.mark.parametrize(("routes", "side"), WIDE)
def test_routes_to_all_of_a_peer(routes: list[dict[str, Any]], side: str) -> None:
    finding = peered(_connected(), route_table(*routes, in_=side)).judge_one(WAYS)
    assert (finding.status, finding.reason) == (
        Status.FAIL,
        f"rtb-0a1b2c3d lead(s) to all of a network behind {PEERING}",
    )


@pytest.mark.parametrize(("routes", "side"), NARROW)
def test_routes_to_a_part_of_a_peer(routes: list[dict[str, Any]], side: str) -> None:
    assert peered(_connected(), route_table(*routes, in_=side)).judge_one(WAYS).status is Status.PASS


def test_routes_of_different_tables_do_not_add_up() -> None:
    halves = [
        route_table(route(cidr, peering=PEERING), id_=f"rtb-{number}")
        for number, cidr in enumerate(("10.1.0.0/17", "10.1.128.0/17"))
    ]
    assert peered(_connected(), *halves).judge_one(WAYS).status is Status.PASS


@pytest.mark.parametrize("state", ["deleted", "rejected", "expired", "pending-acceptance", "failed"])
def test_a_connection_that_carries_nothing_is_not_judged(state: str) -> None:
    assert peered(peering(state=state)).judge_one(WAYS).status is Status.NOT_APPLICABLE


def test_a_peer_without_blocks_or_a_list_that_is_not_known_leaves_no_verdict() -> None:
    table = route_table(route("10.1.5.0/24", peering=PEERING))
    broken = peering()
    del broken.item["AccepterVpcInfo"]["CidrBlock"]
    assert peered(broken, table).judge_one(WAYS).status is Status.ERROR
    by_list = route_table(route("pl-gone", peering=PEERING))
    known = [prefix_list("pl-a", "10.1.5.0/24")]
    assert peered(peering(), by_list, lists=known).judge_one(WAYS).status is Status.ERROR


@pytest.mark.parametrize("missing", ["MapPublicIpOnLaunch", "SubnetArn"])
def test_a_subnet_without_what_it_must_have_cannot_be_judged(missing: str) -> None:
    item = {name: value for name, value in subnet().item.items() if name != missing}
    estate = holding(Subnet, document(Subnet, item, {}))
    assert estate.judge_one("vpc_subnets_no_auto_public_ip").status is Status.ERROR
