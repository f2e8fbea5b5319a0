"""Databases refuse connections without TLS."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBCluster, DBInstance
from ccm_engine.resources.aws.rds_parameters import (
    DBClusterParameterGroup,
    DBParameterGroup,
    has_tls_switch,
    tls_gap,
)


@control(
    title="RDS instances require TLS",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("RDS.38", "RDS.39", "RDS.41", "RDS.44"),
    remedy="Set rds.force_ssl or require_secure_transport to 1 in the parameter group, and restart if it is pending.",
)
def rds_tls_required(
    database: DBInstance,
    clusters: Every[DBCluster],
    groups: Every[DBParameterGroup],
    cluster_groups: Every[DBClusterParameterGroup],
) -> Verdict:
    """Where TLS is only offered, some client does without, and its password travels in the clear."""
    if database.is_of_other_service():
        return not_applicable(f"{database.id} runs {database.engine}, which has controls of its own")
    if not has_tls_switch(database):
        return not_applicable(f"{database.engine} has no parameter that requires TLS")
    if gap := tls_gap(database, clusters, groups, cluster_groups):
        return failed(f"{database.id} takes connections without TLS: {gap}")
    return passed(f"{database.id} requires TLS")
