"""Tasks have no public addresses."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ecs import Service


@control(
    title="No ECS service gives its tasks public addresses",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    security_hub=("ECS.2",),
    remedy="Turn off public addresses, and let the tasks out through a NAT gateway or VPC endpoints.",
)
def ecs_no_public_ip(service: Service) -> Verdict:
    """A task with a public address is one open port away from the internet."""
    if service.gives_public_addresses():
        return failed(f"{service.id} gives its tasks public addresses")
    return passed(f"{service.id} gives its tasks no public addresses")
