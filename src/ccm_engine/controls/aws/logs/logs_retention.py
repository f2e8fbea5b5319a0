"""Logs are kept long enough."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.logs import LogGroup


@control(
    title="Log groups keep their events for at least a year",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.16",),
    remedy="Set the retention of the log group to at least a year, or let it never expire.",
)
def logs_retention(group: LogGroup, *, min_days: int = 365) -> Verdict:
    """Intruders are found months later, and what they did is then to be read in old logs."""
    days = group.retention_days
    if days is None:
        return passed(f"{group.id} keeps its events for ever")
    if days < min_days:
        return failed(f"{group.id} keeps its events for {days} days, fewer than {min_days}")
    return passed(f"{group.id} keeps its events for {days} days")
