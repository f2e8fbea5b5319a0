"""Warehouses stay off the internet."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.redshift import Cluster


@control(
    title="No Redshift clusters have a public address",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    security_hub=("Redshift.1",),
    remedy="Turn off public access and reach the cluster from inside its VPC.",
)
def redshift_not_public(cluster: Cluster) -> Verdict:
    """A warehouse holds a copy of everything; a public address puts one password before it."""
    if cluster.public:
        return failed(f"{cluster.id} has a public address")
    return passed(f"{cluster.id} has no public address")
