"""Neptune and DocumentDB clusters are encrypted at rest."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBCluster


@control(
    title="Neptune and DocumentDB clusters encrypted at rest",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("Neptune.1", "DocumentDB.1"),
    remedy="Restore a snapshot of the cluster with a KMS key, and switch over to it.",
)
def neptune_docdb_encrypted(cluster: DBCluster) -> Verdict:
    """Graphs and documents hold the same secrets as tables do, and their snapshots go the same ways."""
    if not cluster.is_of_other_service():
        return not_applicable(f"{cluster.id} runs {cluster.engine}, which another control judges")
    if cluster.encrypted:
        return passed(f"{cluster.id} ({cluster.engine}) is encrypted")
    return failed(f"{cluster.id} ({cluster.engine}) is not encrypted")
