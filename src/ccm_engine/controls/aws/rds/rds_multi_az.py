"""Databases survive the loss of a zone."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBInstance


@control(
    title="RDS instances run in two availability zones",
    severity=Severity.MEDIUM,
    category=Category.RESILIENCE,
    security_hub=("RDS.5",),
    remedy="Turn on Multi-AZ.",
)
def rds_multi_az(database: DBInstance) -> Verdict:
    """When its only zone fails, so does everything that needs the database."""
    if database.is_of_other_service():
        return not_applicable(f"{database.id} runs {database.engine}, which has controls of its own")
    if database.cluster:
        return not_applicable(f"{database.id} is a member of {database.cluster}, which is judged as a whole")
    if database.is_replica():
        return not_applicable(f"{database.id} is a replica")
    if database.multi_az:
        return passed(f"{database.id} has a standby in another zone")
    return failed(f"{database.id} runs in one availability zone")
