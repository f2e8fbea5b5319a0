"""Backups are encrypted."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.backup import RecoveryPoint


@control(
    title="Recovery points of AWS Backup are encrypted",
    severity=Severity.MEDIUM,
    category=Category.RESILIENCE,
    security_hub=("Backup.1",),
    remedy="Copy the recovery point into a vault with a KMS key, delete it, and encrypt the resource it was made from.",
)
def backup_vault_encrypted(point: RecoveryPoint) -> Verdict:
    """A backup holds all that the resource holds, and is looked after less."""
    if point.encrypted:
        return passed(f"{point.id} is encrypted")
    return failed(f"{point.id} is not encrypted")
