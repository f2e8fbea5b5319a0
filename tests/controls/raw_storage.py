"""Disks, snapshots and a region's settings for them, as EC2 describes them."""

from raw_documents import ACCOUNT_ID, Raw, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.resources.aws.ebs import EbsSettings, SharedSnapshot, Volume


def settings(*, encrypts: bool | Failure | None = None, block: str | Failure | None = None) -> Document:
    """Return a region's settings: what is None was not asked."""
    told: dict[str, Raw | Failure] = {}
    if encrypts is not None:
        told["encrypts_by_default"] = (
            encrypts if isinstance(encrypts, Failure) else {"EbsEncryptionByDefault": encrypts, "SseType": "none"}
        )
    if block is not None:
        told["snapshot_block"] = block if isinstance(block, Failure) else {"State": block, "ManagedBy": "account"}
    return document(EbsSettings, {}, told)


def volume(*, encrypted: bool = True, attached: bool = True) -> Document:
    """Return a volume."""
    item = {
        "VolumeId": "vol-0a1b2c3d",
        "Encrypted": encrypted,
        "State": "in-use" if attached else "available",
        "Size": 8,
        "Attachments": [{"InstanceId": "i-0a1b2c3d", "State": "attached", "Device": "/dev/xvda"}] if attached else [],
    }
    return document(Volume, item, {})


def shared_snapshot() -> Document:
    """Return a snapshot whose permissions let everyone restore it."""
    item = {"SnapshotId": "snap-0a1b2c3d", "VolumeId": "vol-0a1b2c3d", "OwnerId": ACCOUNT_ID, "State": "completed"}
    return document(SharedSnapshot, item, {})
