"""Networks: examples of their controls."""

from collections.abc import Sequence

from raw_documents import Estate
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of
from raw_instances import holding
from raw_network import prefix_list
from raw_vpc import PEERING, acl, acl_rule, endpoint, flow_log, peering, route, route_table, subnet, vpc

from ccm_engine.core.document import Document
from ccm_engine.resources.aws.ec2 import PrefixList
from ccm_engine.resources.aws.vpc import FlowLog, Subnet, Vpc, VpcEndpoint
from ccm_engine.resources.aws.vpc_acl import NetworkAcl
from ccm_engine.resources.aws.vpc_routes import PeeringConnection, RouteTable


def recorded(*logs: Document, subnets: Sequence[Document] = ()) -> Estate:
    """Return an account with one VPC and these flow logs."""
    return Estate().add(Vpc, vpc()).add(FlowLog, *logs).add(Subnet, *subnets)


def peered(one: Document, *tables: Document, lists: Sequence[Document] = ()) -> Estate:
    """Return an account with this peering connection."""
    return Estate().add(PeeringConnection, one).add(RouteTable, *tables).add(PrefixList, *lists)


EXAMPLES: list[Example] = [
    *examples_of(
        "vpc_nacl_no_admin_ports",
        {
            "nothing admitted": (PASS, lambda: holding(NetworkAcl, acl())),
            "SSH from anywhere": (FAIL, lambda: holding(NetworkAcl, acl(acl_rule(100, "allow", "0.0.0.0/0")))),
        },
    ),
    *examples_of(
        "vpc_subnets_no_auto_public_ip",
        {
            "off": (PASS, lambda: holding(Subnet, subnet())),
            "on": (FAIL, lambda: holding(Subnet, subnet(public=True))),
        },
    ),
    *examples_of(
        "vpc_endpoints_used",
        {
            "an endpoint": (PASS, lambda: Estate().add(Vpc, vpc()).add(VpcEndpoint, endpoint())),
            "to another service": (FAIL, lambda: Estate().add(Vpc, vpc()).add(VpcEndpoint, endpoint("s3"))),
        },
    ),
    *examples_of(
        "vpc_flow_logs",
        {
            "all traffic": (PASS, lambda: recorded(flow_log())),
            "accepted traffic only": (FAIL, lambda: recorded(flow_log(traffic="ACCEPT"))),
        },
    ),
    *examples_of(
        "vpc_peering_least_access",
        {
            "a narrow list": (
                PASS,
                lambda: peered(
                    peering(),
                    route_table(route("pl-a", peering=PEERING)),
                    lists=[prefix_list("pl-a", "10.1.5.0/24")],
                ),
            ),
            "the whole VPC": (FAIL, lambda: peered(peering(), route_table(route("10.1.0.0/16", peering=PEERING)))),
            "the whole VPC by a list": (
                FAIL,
                lambda: peered(
                    peering(), route_table(route("pl-a", peering=PEERING)), lists=[prefix_list("pl-a", "10.1.0.0/16")]
                ),
            ),
            "deleted": (NOT_APPLICABLE, lambda: peered(peering(state="deleted"))),
        },
    ),
]
