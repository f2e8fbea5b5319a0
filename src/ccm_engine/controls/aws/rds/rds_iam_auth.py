"""Databases let IAM decide who logs in."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBCluster, DBInstance


@control(
    title="RDS databases accept IAM authentication",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=("RDS.10", "RDS.12"),
    remedy="Turn on IAM database authentication, on the cluster for members of one.",
)
def rds_iam_auth(database: DBInstance, clusters: Every[DBCluster]) -> Verdict:
    """Tokens of IAM last minutes and end with the role; a password of the database outlives whoever knew it."""
    if database.is_of_other_service():
        return not_applicable(f"{database.id} runs {database.engine}, which has controls of its own")
    if not database.takes_iam_logins():
        return not_applicable(f"{database.engine} {database.engine_version} has no IAM authentication")
    home = database.home(clusters)
    if home.iam_logins:
        return passed(f"{home.id} accepts IAM authentication")
    return failed(f"{home.id} knows no logins but its own passwords")
