"""Database snapshots are encrypted."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.rds import DBClusterSnapshot, DBSnapshot


@control(
    title="All RDS snapshots are encrypted",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("RDS.4",),
    remedy="Copy the snapshot with a KMS key and delete the plain one.",
)
def rds_snapshot_encrypted(snapshot: DBSnapshot | DBClusterSnapshot) -> Verdict:
    """A snapshot travels further than its database; unencrypted, whoever gets it can read it."""
    if snapshot.encrypted:
        return passed(f"{snapshot.id} is encrypted")
    return failed(f"{snapshot.id} is not encrypted")
