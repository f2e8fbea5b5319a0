"""Peered networks see of each other only what they must."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.ec2 import PrefixList
from ccm_engine.resources.aws.vpc_routes import PeeringConnection, RouteTable


@control(
    title="Routes into VPC peering are narrow",
    severity=Severity.LOW,
    category=Category.NETWORK,
    remedy="Replace the route by routes to the subnets or hosts that are really needed.",
)
def vpc_peering_least_access(
    connection: PeeringConnection, route_tables: Every[RouteTable], prefix_lists: Every[PrefixList]
) -> Verdict:
    """A route to the whole of the other network lets an intruder in one of them look at all of the other."""
    if not connection.is_active():
        return not_applicable(f"{connection.id} is {connection.state}")
    if wide := connection.wide_tables(route_tables, prefix_lists):
        return failed(f"{', '.join(wide)} lead(s) to all of a network behind {connection.id}")
    return passed(f"no route table leads to all of a network behind {connection.id}")
