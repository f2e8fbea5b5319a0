"""Databases hand their logs over."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBCluster, DBInstance


@control(
    title="RDS databases export their logs to CloudWatch",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("RDS.9",),
    remedy="Export every log of the engine to CloudWatch Logs.",
)
def rds_logs_exported(database: DBInstance, clusters: Every[DBCluster]) -> Verdict:
    """Logs that stay on the server are gone after days, or with the server."""
    if database.is_of_other_service():
        return not_applicable(f"{database.id} runs {database.engine}, which has controls of its own")
    if database.is_custom():
        return not_applicable(f"{database.id} is RDS Custom, which exports no logs")
    home = database.home(clusters)
    if missing := database.missing_logs(home):
        return failed(f"{home.id} does not export {', '.join(missing)}")
    return passed(f"{home.id} exports all logs of {database.engine}")
