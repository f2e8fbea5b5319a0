"""New disks are encrypted without anyone asking for it."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ebs import EbsSettings


@control(
    title="New EBS volumes are encrypted by default",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("EC2.7",),
    remedy="Turn on EBS encryption by default, in every region.",
)
def ebs_default_encryption(settings: EbsSettings) -> Verdict:
    """What is encrypted by default is encrypted also where somebody forgets it."""
    if settings.encrypts_by_default:
        return passed(f"new volumes in {settings.region} are encrypted")
    return failed(f"new volumes in {settings.region} are not encrypted unless asked for")
