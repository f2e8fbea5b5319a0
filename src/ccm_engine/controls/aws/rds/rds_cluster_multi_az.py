"""Database clusters survive the loss of a zone."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBCluster, DBInstance


@control(
    title="RDS clusters run in two availability zones",
    severity=Severity.MEDIUM,
    category=Category.RESILIENCE,
    security_hub=("RDS.15",),
    remedy="Add a reader in another availability zone.",
)
def rds_cluster_multi_az(cluster: DBCluster, databases: Every[DBInstance]) -> Verdict:
    """Without a member in another zone, nothing can take over when the zone fails."""
    if cluster.is_of_other_service():
        return not_applicable(f"{cluster.id} runs {cluster.engine}, which has controls of its own")
    if cluster.multi_az or len(cluster.zones(databases)) > 1:
        return passed(f"{cluster.id} has members in several availability zones")
    return failed(f"{cluster.id} has no member in a second availability zone")
