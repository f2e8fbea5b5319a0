"""Databases, consoles and old protocols stay off the internet."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup
from ccm_engine.resources.aws.network import ports_in

RISKY = "20,21,23,25,110,135,143,445,1433,1434,3000,3306,4333,5000,5432,5500,5601,8080,8088,8888,9200,9300,27017"


@control(
    title="No security group opens a port of high risk to the internet",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    security_hub=("EC2.19",),
    remedy="Narrow the rule's source to those who use the service, or put a load balancer or VPN before it.",
)
def ec2_no_open_risky_ports(group: SecurityGroup, prefix_lists: Every[PrefixList], *, ports: str = RISKY) -> Verdict:
    """Databases, search engines, admin consoles and protocols without encryption are scanned for all day long.

    `ports` are the TCP ports that count, with commas between.
    """
    if reached := group.ports_the_world_reaches(ports_in(ports), prefix_lists):
        return failed(f"{group.name} opens ports of high risk to the internet: TCP {', '.join(map(str, reached))}")
    return passed(f"{group.name} opens no port of high risk to the internet")
