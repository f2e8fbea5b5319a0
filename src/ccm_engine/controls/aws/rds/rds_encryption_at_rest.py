"""Databases are encrypted at rest."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBInstance


@control(
    title="All RDS instances encrypted at rest",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    security_hub=("RDS.3",),
    remedy="Copy a snapshot with encryption on, restore from the copy, and switch over to it.",
)
def rds_encryption_at_rest(database: DBInstance) -> Verdict:
    """Unencrypted storage hands the data to whoever gets at a disk, a snapshot or a backup."""
    if database.is_of_other_service():
        return not_applicable(f"{database.id} runs {database.engine}, which has controls of its own")
    if database.encrypted:
        return passed(f"{database.storage()} is encrypted")
    return failed(f"{database.storage()} is not encrypted")
