"""Network ACLs keep the internet from SSH and Remote Desktop."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.network import ports_in
from ccm_engine.resources.aws.vpc_acl import NetworkAcl


@control(
    title="No network ACL admits the internet to SSH or Remote Desktop",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    security_hub=("EC2.21",),
    remedy="Put a deny rule for the port before the rule that admits it, or narrow that rule to known addresses.",
)
def vpc_nacl_no_admin_ports(acl: NetworkAcl, *, ports: str = "22,3389") -> Verdict:
    """The ACL of a subnet is the second lock behind the security group: it holds when a group is opened by mistake.

    `ports` are TCP ports with commas between.
    """
    told = [(port, acl.world_reaches(port)) for port in ports_in(ports)]
    if reached := [f"{port} from {source}" for port, source in told if source]:
        return failed(f"{acl.id} admits TCP {', '.join(reached)}")
    return passed(f"{acl.id} does not admit the internet to TCP {ports}")
