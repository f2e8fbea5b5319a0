"""No snapshot is public."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ebs import BLOCK_ALL, EbsSettings, SharedSnapshot


@control(
    title="No EBS snapshot of the account is public",
    severity=Severity.CRITICAL,
    category=Category.DATA_PROTECTION,
    security_hub=("EC2.1",),
    remedy="Make the snapshot private, replace every secret its disk held, and block public sharing in the region.",
)
def ebs_no_public_snapshots(snapshot: SharedSnapshot, settings: EbsSettings) -> Verdict:
    """Anyone can make a disk of a public snapshot and read it, and there are those who do so all the time.

    Only snapshots that are shared with everyone are listed, so one that is made private is gone from here. Where
    the region blocks all public sharing, AWS treats even those as private.
    """
    if settings.snapshot_block == BLOCK_ALL:
        return passed(f"{snapshot.id} is shared with everyone, but {snapshot.region} blocks all public sharing")
    return failed(f"{snapshot.id} is public: everyone can restore it")
