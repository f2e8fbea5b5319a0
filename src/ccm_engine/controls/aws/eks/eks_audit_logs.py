"""Clusters keep an audit log."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.eks import Cluster


@control(
    title="EKS clusters keep an audit log",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("EKS.8",),
    remedy="Turn on the audit log of the control plane.",
)
def eks_audit_logs(cluster: Cluster, *, kinds: str = "audit") -> Verdict:
    """Who did what in Kubernetes stands in its audit log, and nowhere else.

    `kinds` are the logs that must be on, with commas between.
    """
    wanted = [kind.strip() for kind in kinds.split(",")]
    if missing := [kind for kind in wanted if kind not in cluster.logs()]:
        return failed(f"{cluster.id} does not keep: {', '.join(missing)}")
    return passed(f"{cluster.id} keeps: {', '.join(wanted)}")
