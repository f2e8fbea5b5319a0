"""The default security group lets nothing through."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.ec2 import SecurityGroup


@control(
    title="Default security groups have no rules",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    security_hub=("EC2.2",),
    remedy="Give what uses the default group a group of its own, then delete all rules of the default group.",
)
def vpc_default_sg_closed(group: SecurityGroup) -> Verdict:
    """Whatever is started without a group gets the default one, so its rules apply to what nobody thought about."""
    if group.name != "default":
        return not_applicable(f"{group.name} is not a default group")
    if group.ingress or group.egress:
        return failed(
            f"default group {group.id} has {len(group.ingress)} inbound and {len(group.egress)} outbound rule(s)"
        )
    return passed(f"default group {group.id} has no rules")
