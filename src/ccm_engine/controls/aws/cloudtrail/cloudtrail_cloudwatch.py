"""Trails deliver to CloudWatch Logs."""

from datetime import datetime, timedelta

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.cloudtrail import Trail


@control(
    title="CloudTrail delivers its events to CloudWatch Logs",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudTrail.5",),
    remedy="Give the trail a log group and a role that may write to it.",
)
def cloudtrail_cloudwatch(trail: Trail, now: datetime, *, max_age_hours: int = 24) -> Verdict:
    """In a log group events can be watched as they come; in a bucket they are read when it is too late."""
    if trail.is_foreign():
        return not_applicable(f"{trail.id} belongs to {trail.owner()} and is judged there")
    if not trail.log_group:
        return failed(f"{trail.id} delivers to no log group")
    last = trail.delivered_to_logs_at
    if last is None or now - last > timedelta(hours=max_age_hours):
        return failed(f"{trail.id} delivered nothing to its log group in the last {max_age_hours} hours")
    return passed(f"{trail.id} delivers to {trail.log_group}")
