"""Disks are encrypted."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.ebs import Volume


@control(
    title="EBS volumes are encrypted",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("EC2.3",),
    remedy="Copy a snapshot of the volume with encryption on, and use a volume made from the copy.",
)
def ebs_volume_encrypted(volume: Volume, *, attached_only: bool = False) -> Verdict:
    """An unencrypted disk hands its data to whoever gets at a snapshot or a copy of it.

    `attached_only`: volumes that are in use nowhere do not count.
    """
    if attached_only and not volume.attachments:
        return not_applicable(f"{volume.id} is not attached")
    if volume.encrypted:
        return passed(f"{volume.id} is encrypted")
    return failed(f"{volume.id} is not encrypted")
