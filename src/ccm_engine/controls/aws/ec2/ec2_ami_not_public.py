"""Machine images are not for everyone."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ec2_instances import Image


@control(
    title="No machine image of the account is public",
    severity=Severity.CRITICAL,
    category=Category.DATA_PROTECTION,
    remedy="Make the image private, replace every secret it held, and block public access to images in the region.",
)
def ec2_ami_not_public(image: Image) -> Verdict:
    """A public image gives everyone the software, data and secrets that were on its disks."""
    if image.public:
        return failed(f"{image.id} is public")
    return passed(f"{image.id} is not public")
