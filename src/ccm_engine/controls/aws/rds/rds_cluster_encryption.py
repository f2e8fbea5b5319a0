"""Database clusters are encrypted at rest."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBCluster


@control(
    title="All RDS clusters encrypted at rest",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    security_hub=("RDS.27",),
    remedy="Restore a snapshot of the cluster with a KMS key, and switch over to it.",
)
def rds_cluster_encryption(cluster: DBCluster) -> Verdict:
    """The volume holds the data of every member; unencrypted, so are all its snapshots."""
    if cluster.is_of_other_service():
        return not_applicable(f"{cluster.id} runs {cluster.engine}, which has controls of its own")
    if cluster.encrypted:
        return passed(f"{cluster.id} is encrypted")
    return failed(f"{cluster.id} is not encrypted")
