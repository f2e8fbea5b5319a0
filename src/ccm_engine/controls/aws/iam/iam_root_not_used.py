"""The root user rests."""

from datetime import datetime, timedelta

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_report import ReportedCredentials


@control(
    title="Root user is not used",
    severity=Severity.HIGH,
    category=Category.IDENTITY,
    remedy="Work with roles that have the rights they need, and keep root for what only root can do.",
)
def iam_root_not_used(account: ReportedCredentials, now: datetime, *, days: int = 1) -> Verdict:
    """No policy can limit what root does, and no name stands behind it.

    AWS's report that tells when it was used is up to four hours old, so the reason says when it was made.
    """
    report = account.credential_report
    source = f"by the report made on {report.generated_on:%Y-%m-%d at %H:%M} UTC"
    used = report.table.root.last_used()
    if used is None:
        return passed(f"the root user was never used, {source}")
    if used >= now - timedelta(days=days):
        return failed(f"the root user was used on {used:%Y-%m-%d at %H:%M} UTC, {source}")
    return passed(f"the root user was last used on {used:%Y-%m-%d}, {source}")
