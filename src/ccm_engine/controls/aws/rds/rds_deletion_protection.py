"""Databases cannot be deleted by one call."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBCluster, DBInstance


@control(
    title="RDS databases have deletion protection",
    severity=Severity.LOW,
    category=Category.RESILIENCE,
    security_hub=("RDS.8", "RDS.7"),
    remedy="Turn on deletion protection, on the cluster for members of one.",
)
def rds_deletion_protection(database: DBInstance, clusters: Every[DBCluster]) -> Verdict:
    """A slip, or an intruder, must not be able to delete a database with a single call."""
    if database.is_of_other_service():
        return not_applicable(f"{database.id} runs {database.engine}, which has controls of its own")
    home = database.home(clusters)
    if home.protected:
        return passed(f"{home.id} has deletion protection")
    return failed(f"{home.id} can be deleted by a single call")
