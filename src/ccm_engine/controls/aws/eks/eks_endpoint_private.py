"""The API of a cluster is closed to the internet."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.eks import Cluster


@control(
    title="No EKS cluster is open to the internet",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    security_hub=("EKS.1",),
    remedy="Turn off the public endpoint, or name the ranges that may reach it.",
)
def eks_endpoint_private(cluster: Cluster) -> Verdict:
    """An API that everyone reaches is one stolen token, or one hole in Kubernetes, away from being taken over."""
    if open_to := cluster.endpoint_is_open_to():
        return failed(f"the API of {cluster.id} can be reached from {open_to}")
    return passed(f"the API of {cluster.id} is closed to the internet")
