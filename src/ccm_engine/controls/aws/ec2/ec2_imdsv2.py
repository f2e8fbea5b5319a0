"""Instances give credentials out only against a session token."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.ec2_instances import Instance


@control(
    title="Instances require IMDSv2",
    severity=Severity.HIGH,
    category=Category.COMPUTE,
    security_hub=("EC2.8",),
    remedy="Require session tokens on the instance, after seeing that its software uses IMDSv2.",
)
def ec2_imdsv2(instance: Instance) -> Verdict:
    """Without session tokens a forged request from inside an application hands out the credentials of the instance."""
    if instance.is_gone():
        return not_applicable(f"{instance.id} is {instance.state}")
    if instance.metadata.demand_tokens():
        return passed(f"{instance.id} requires IMDSv2 or has no metadata service")
    return failed(f"{instance.id} answers metadata requests without a session token (IMDSv1)")
