"""Warehouses refuse connections without TLS."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.redshift import Cluster, ParameterGroup


@control(
    title="Redshift clusters require TLS",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("Redshift.2",),
    remedy="Set require_ssl to true in the parameter group and restart the cluster.",
)
def redshift_tls(cluster: Cluster, groups: Every[ParameterGroup]) -> Verdict:
    """Where TLS is only offered, some client does without, and its password travels in the clear."""
    if gap := cluster.tls_gap(groups):
        return failed(f"{cluster.id} takes connections without TLS: {gap}")
    return passed(f"{cluster.id} requires TLS")
