"""No firewall stands wide open."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup


@control(
    title="No security group opens every port to the internet",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    security_hub=("EC2.18",),
    remedy="Remove the rule and allow the few ports that are served, each from where it is used.",
)
def ec2_no_open_all_ports(group: SecurityGroup, prefix_lists: Every[PrefixList]) -> Verdict:
    """A group that admits everything protects nothing: whatever listens, also by mistake, is on the internet."""
    if protocol := group.protocol_open_on_every_port(prefix_lists):
        return failed(f"{group.name} admits the internet to every {protocol.upper()} port")
    return passed(f"{group.name} does not admit the internet to every port")
