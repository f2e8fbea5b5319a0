"""Secrets in Kubernetes are encrypted."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.eks import Cluster


@control(
    title="EKS clusters encrypt their secrets",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("EKS.3",),
    remedy="Add a KMS key for secrets to the cluster, or move it to Kubernetes 1.28 or later.",
)
def eks_secrets_encrypted(cluster: Cluster) -> Verdict:
    """Without a key of KMS, whoever gets at a copy of the store reads every password in it."""
    if cluster.encrypts_secrets():
        return passed(f"{cluster.id} encrypts its secrets")
    return failed(f"{cluster.id} (Kubernetes {cluster.kubernetes}) does not encrypt its secrets")
