"""Migration servers stay off the internet."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.dms import ReplicationInstance


@control(
    title="No DMS replication instances have a public address",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    security_hub=("DMS.1",),
    remedy="Replace the instance by one without public access.",
)
def dms_not_public(instance: ReplicationInstance) -> Verdict:
    """It holds credentials of two databases and everything that passes between them."""
    if instance.public:
        return failed(f"{instance.id} has a public address")
    return passed(f"{instance.id} has no public address")
