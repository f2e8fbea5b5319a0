"""Warehouses are encrypted at rest."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.redshift import Cluster


@control(
    title="Redshift clusters are encrypted at rest",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("Redshift.10",),
    remedy="Turn on encryption with a KMS key; Redshift moves the data meanwhile.",
)
def redshift_encrypted(cluster: Cluster) -> Verdict:
    """Disks and snapshots of a warehouse hold a copy of everything."""
    if cluster.encrypted:
        return passed(f"{cluster.id} is encrypted")
    return failed(f"{cluster.id} is not encrypted")
