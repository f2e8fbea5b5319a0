"""Instances keep off the internet."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.ec2_instances import Instance
from ccm_engine.resources.aws.vpc_routes import RouteTable


@control(
    title="Instances have no public address",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    security_hub=("EC2.9",),
    remedy="Start the instance anew in a private subnet, behind a load balancer or NAT gateway.",
)
def ec2_no_public_ip(instance: Instance, route_tables: Every[RouteTable]) -> Verdict:
    """A server with a public address is one mistaken firewall rule away from everyone.

    An IPv6 address counts where its subnet routes IPv6 through an internet gateway.
    """
    if instance.is_gone():
        return not_applicable(f"{instance.id} is {instance.state}")
    if address := instance.internet_address(route_tables):
        return failed(f"{instance.id} has the public address {address}")
    return passed(f"{instance.id} has no public address")
