"""Running instances are under management."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.ec2_instances import Instance
from ccm_engine.resources.aws.ssm import ManagedInstance, managed


@control(
    title="Running instances are managed by Systems Manager",
    severity=Severity.MEDIUM,
    category=Category.COMPUTE,
    security_hub=("SSM.1",),
    remedy="Let the agent run, give the instance AmazonSSMManagedInstanceCore, and a way to the service.",
)
def ssm_managed_instances(instance: Instance, machines: Every[ManagedInstance]) -> Verdict:
    """What is not managed is not patched, not in the inventory, and reached only through an open port."""
    if not instance.is_running():
        return not_applicable(f"{instance.id} is {instance.state}")
    machine = managed(instance.id, machines)
    if machine is None:
        return failed(f"{instance.id} is not registered with Systems Manager")
    if machine.ping != "Online":
        return failed(f"Systems Manager lost {instance.id}: {machine.ping}")
    return passed(f"{instance.id} is managed by Systems Manager")
