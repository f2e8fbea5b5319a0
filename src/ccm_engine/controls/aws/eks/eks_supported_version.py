"""Clusters run a supported version."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.eks import Cluster, ClusterVersion


@control(
    title="EKS clusters run a version in standard support",
    severity=Severity.HIGH,
    category=Category.COMPUTE,
    security_hub=("EKS.2",),
    remedy="Upgrade the control plane one version at a time, then the nodes.",
)
def eks_supported_version(cluster: Cluster, versions: Every[ClusterVersion]) -> Verdict:
    """An old Kubernetes gets no fixes, or gets them at six times the price."""
    support = cluster.support(versions)
    told = f"{cluster.id} runs Kubernetes {cluster.kubernetes} ({support.lower().replace('_', ' ')})"
    return passed(told) if support == "STANDARD_SUPPORT" else failed(told)
