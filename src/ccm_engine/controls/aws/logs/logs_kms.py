"""Log groups are encrypted by keys of KMS."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.logs import LogGroup


@control(
    title="Log groups are encrypted with KMS keys",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    remedy="Associate a KMS key whose policy lets CloudWatch Logs of the region use it.",
)
def logs_kms(group: LogGroup) -> Verdict:
    """Logs hold what nobody meant to write there; with a key of their own, reading them takes a second right."""
    if group.group_key:
        return passed(f"{group.id} is encrypted by {group.group_key}")
    return failed(f"{group.id} is not encrypted by a KMS key")
