"""Warehouses log who connects and what they ask."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.redshift import Cluster


@control(
    title="Redshift clusters have audit logging turned on",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("Redshift.4",),
    remedy="Turn on audit logging to CloudWatch Logs or to a bucket.",
)
def redshift_audit_logging(cluster: Cluster) -> Verdict:
    """Without the log nobody can tell afterwards who read which table."""
    if cluster.audit_logging:
        return passed(f"{cluster.id} keeps an audit log")
    return failed(f"{cluster.id} keeps no audit log")
