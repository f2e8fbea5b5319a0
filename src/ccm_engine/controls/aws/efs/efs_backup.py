"""File systems are backed up."""

from datetime import datetime, timedelta

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.efs import FileSystem, ProtectedResource


@control(
    title="EFS file systems are backed up",
    severity=Severity.MEDIUM,
    category=Category.RESILIENCE,
    security_hub=("EFS.2",),
    remedy="Turn on automatic backups of the file system, or add it to a plan of AWS Backup.",
)
def efs_backup(
    system: FileSystem, protected: Every[ProtectedResource], now: datetime, *, max_age_days: int = 35
) -> Verdict:
    """Without a backup, a mistaken delete or a ransom note is the end of the files.

    AWS Backup tells what was backed up once, also by a plan that is gone. So the last backup counts, if it is at most
    `max_age_days` old: a monthly plan passes.
    """
    if system.has_backup_policy():
        return passed(f"{system.id} is backed up by its own policy")
    last = system.last_backup(protected)
    if last is None:
        return failed(f"{system.id} is in no backup")
    if now - last > timedelta(days=max_age_days):
        return failed(f"{system.id} was last backed up on {last:%Y-%m-%d}, more than {max_age_days} days ago")
    return passed(f"{system.id} is backed up by AWS Backup")
