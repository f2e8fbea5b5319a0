"""File systems are backed up."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.efs import FileSystem, ProtectedResource


@control(
    title="EFS file systems are backed up",
    severity=Severity.MEDIUM,
    category=Category.RESILIENCE,
    security_hub=("EFS.2",),
    remedy="Turn on automatic backups of the file system, or add it to a plan of AWS Backup.",
)
def efs_backup(system: FileSystem, protected: Every[ProtectedResource]) -> Verdict:
    """Without a backup, a mistaken delete or a ransom note is the end of the files."""
    if system.is_backed_up(protected):
        return passed(f"{system.id} is backed up")
    return failed(f"{system.id} is in no backup")
