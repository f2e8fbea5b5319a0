"""File systems are encrypted at rest."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.efs import FileSystem


@control(
    title="EFS file systems are encrypted",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=(
        "EFS.1",
        "EFS.8",
    ),
    remedy="Make a new encrypted file system and copy the data with DataSync; encryption cannot be turned on later.",
)
def efs_encrypted(system: FileSystem) -> Verdict:
    """Unencrypted files are readable to whoever gets at the disks or a copy of them."""
    if system.encrypted:
        return passed(f"{system.id} is encrypted")
    return failed(f"{system.id} is not encrypted")
