"""Caches are encrypted at rest and on the way."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.elasticache import ReplicationGroup


@control(
    title="ElastiCache replication groups are encrypted at rest and in transit",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("ElastiCache.4", "ElastiCache.5"),
    remedy="Require TLS; for encryption at rest restore a backup into a new group.",
)
def elasticache_tls(group: ReplicationGroup) -> Verdict:
    """A cache holds sessions and copies of records, and its old protocol sends them in the clear.

    TLS in mode `preferred` is for moving clients over: it still takes connections without.
    """
    if gaps := group.encryption_gaps():
        return failed(f"{group.id} does not encrypt {gaps}")
    return passed(f"{group.id} encrypts data at rest and connections")
