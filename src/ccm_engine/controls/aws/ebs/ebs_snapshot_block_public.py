"""Snapshots cannot be made public."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ebs import BLOCK_ALL, BLOCK_NEW, EbsSettings


@control(
    title="Public sharing of EBS snapshots is blocked",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    security_hub=("EC2.182",),
    remedy="Block all public sharing of snapshots, in every region.",
)
def ebs_snapshot_block_public(settings: EbsSettings) -> Verdict:
    """One wrong click on a snapshot gives its disk to everyone; the block makes that click fail."""
    if settings.snapshot_block == BLOCK_ALL:
        return passed(f"public sharing of snapshots is blocked in {settings.region}")
    if settings.snapshot_block == BLOCK_NEW:
        return failed(f"only new sharing of snapshots is blocked in {settings.region}: what is public stays public")
    return failed(f"public sharing of snapshots is not blocked in {settings.region}")
