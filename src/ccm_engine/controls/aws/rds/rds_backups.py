"""Databases are backed up long enough."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBCluster, DBInstance


@control(
    title="RDS instances keep automatic backups for a week or longer",
    severity=Severity.MEDIUM,
    category=Category.RESILIENCE,
    security_hub=("RDS.11",),
    remedy="Raise the backup retention period, on the cluster for members of one.",
)
def rds_backups(
    database: DBInstance, clusters: Every[DBCluster], *, min_days: int = 7, replicas_too: bool = False
) -> Verdict:
    """Damage is often noticed days later; only a backup from before it helps."""
    if database.is_of_other_service():
        return not_applicable(f"{database.id} runs {database.engine}, which has controls of its own")
    if database.is_replica() and not replicas_too:
        return not_applicable(f"{database.id} is a replica; its source is backed up")
    home = database.home(clusters)
    if home.backup_days >= min_days:
        return passed(f"the backup retention of {home.id} is {home.backup_days} days")
    if home.backup_days:
        return failed(f"the backup retention of {home.id} is {home.backup_days}, not {min_days} days")
    return failed(f"{home.id} has no automatic backups")
