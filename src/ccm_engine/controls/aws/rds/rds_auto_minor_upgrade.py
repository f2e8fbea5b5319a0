"""Databases take minor upgrades by themselves."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBInstance


@control(
    title="RDS instances upgrade to minor versions automatically",
    severity=Severity.HIGH,
    category=Category.COMPUTE,
    security_hub=("RDS.13",),
    remedy="Turn on automatic minor version upgrades.",
)
def rds_auto_minor_upgrade(database: DBInstance) -> Verdict:
    """Minor versions carry the security fixes; a database that waits for a person waits too long."""
    if database.is_of_other_service():
        return not_applicable(f"{database.id} runs {database.engine}, which has controls of its own")
    if database.is_custom():
        return not_applicable(f"{database.id} is RDS Custom, whose owner upgrades it")
    if database.minor_upgrades:
        return passed(f"{database.id} takes minor upgrades automatically")
    return failed(f"{database.id} does not take minor upgrades automatically")
