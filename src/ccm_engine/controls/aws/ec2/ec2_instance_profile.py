"""Instances act through a role."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.ec2_instances import Instance


@control(
    title="Instances have an instance profile",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    remedy="Attach an instance profile that grants what the software needs, and delete keys stored on the instance.",
)
def ec2_instance_profile(instance: Instance) -> Verdict:
    """Software on an instance without a role gets keys that are copied onto it, never change and leak."""
    if instance.is_gone():
        return not_applicable(f"{instance.id} is {instance.state}")
    if instance.profile:
        return passed(f"{instance.id} has {instance.profile}")
    return failed(f"{instance.id} has no instance profile")
