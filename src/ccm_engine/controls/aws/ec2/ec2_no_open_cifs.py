"""Windows file sharing stays off the internet."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup
from ccm_engine.resources.aws.network import ports_in


@control(
    title="No security group opens Windows file sharing to the internet",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    remedy="Narrow the rule's source to the networks that share files, or remove it.",
)
def ec2_no_open_cifs(group: SecurityGroup, prefix_lists: Every[PrefixList], *, ports: str = "445") -> Verdict:
    """File sharing was made for trusted networks: worms spread through it on their own.

    `ports` are TCP ports with commas between; "139,445" adds the older way over NetBIOS.
    """
    if reached := group.ports_the_world_reaches(ports_in(ports), prefix_lists):
        return failed(f"{group.name} admits file sharing from the internet: TCP {', '.join(map(str, reached))}")
    return passed(f"{group.name} admits no file sharing from the internet")
