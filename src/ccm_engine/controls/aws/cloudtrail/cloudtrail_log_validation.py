"""Changes to written logs can be told."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.cloudtrail import Trail


@control(
    title="CloudTrail validates its log files",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudTrail.4",),
    remedy="Turn on log file validation of the trail.",
)
def cloudtrail_log_validation(trail: Trail) -> Verdict:
    """Signed digests show whether a log was changed or removed after it was written."""
    if trail.is_foreign():
        return not_applicable(f"{trail.id} belongs to {trail.owner()} and is judged there")
    if trail.digests_written:
        return passed(f"{trail.id} writes signed digests of its logs")
    return failed(f"{trail.id} writes no digests of its logs")
