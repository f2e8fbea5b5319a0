"""No database snapshot is open to everyone."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBClusterSnapshot, DBSnapshot, may_be_restored_by_all


@control(
    title="No RDS snapshots are public",
    severity=Severity.CRITICAL,
    category=Category.DATA_PROTECTION,
    security_hub=("RDS.1",),
    remedy="Take the snapshot back from everyone, and share it with single accounts if at all.",
)
def rds_no_public_snapshots(snapshot: DBSnapshot | DBClusterSnapshot) -> Verdict:
    """A public snapshot is the whole database, for every AWS account there is to restore."""
    if snapshot.kind_of_snapshot != "manual":
        return not_applicable(f"{snapshot.id} is {snapshot.kind_of_snapshot}; only manual snapshots can be shared")
    if may_be_restored_by_all(snapshot):
        return failed(f"{snapshot.id} can be restored by any AWS account")
    return passed(f"{snapshot.id} is not public")
