"""SSH stays off the internet."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup


@control(
    title="No security groups allow 0.0.0.0/0 on port 22",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    security_hub=("EC2.13", "EC2.53", "EC2.54"),
    remedy="Narrow the rule's source to known addresses, or remove it and use Session Manager.",
)
def ec2_no_open_ssh(group: SecurityGroup, prefix_lists: Every[PrefixList]) -> Verdict:
    """An SSH port that the whole internet can reach is found and attacked within minutes."""
    if open_to := group.world_reaches(port=22, via=prefix_lists):
        return failed(f"{group.name} admits SSH from {open_to}")
    return passed(f"{group.name} admits no SSH from the internet")
