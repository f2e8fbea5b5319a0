"""Remote Desktop stays off the internet."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup


@control(
    title="No security group opens Remote Desktop to the internet",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    security_hub=("EC2.14", "EC2.53", "EC2.54"),
    remedy="Narrow the rule's source to known addresses, or remove it and use Fleet Manager.",
)
def ec2_no_open_rdp(group: SecurityGroup, prefix_lists: Every[PrefixList]) -> Verdict:
    """A Remote Desktop port that anyone can reach is a favourite door of ransomware."""
    for protocol in ("tcp", "udp"):
        if open_to := group.world_reaches(3389, prefix_lists, protocol):
            return failed(f"{group.name} admits Remote Desktop over {protocol.upper()} from {open_to}")
    return passed(f"{group.name} admits no Remote Desktop from the internet")
