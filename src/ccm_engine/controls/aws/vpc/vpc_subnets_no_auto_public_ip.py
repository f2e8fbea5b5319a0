"""Subnets give out no public addresses by themselves."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.vpc import Subnet


@control(
    title="Subnets do not assign public addresses",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    security_hub=("EC2.15",),
    remedy="Turn off the subnet's automatic public IPv4 address.",
)
def vpc_subnets_no_auto_public_ip(subnet: Subnet) -> Verdict:
    """Where every new server gets a public address, someone has to remember to take it away."""
    if subnet.gives_public_addresses:
        return failed(f"{subnet.id} gives every new instance a public address")
    return passed(f"{subnet.id} gives out no public addresses")
