"""EBS: volumes, snapshots that are shared, and the region's settings for both."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import REGION, Call, One, Resource, ask, named
from ccm_engine.resources.aws.account import Account

BLOCK_ALL, BLOCK_NEW = "block-all-sharing", "block-new-sharing"


class EbsSettings(Account):
    """What a region's volumes and snapshots get by default, and what is forbidden there."""

    listed_by = One("ec2", scope=REGION)

    encrypts_by_default: bool = ask("get_ebs_encryption_by_default", "EbsEncryptionByDefault")
    snapshot_block: str = ask("get_snapshot_block_public_access_state", "State")


class Attachment(Part):
    """Where a volume is in use."""

    instance: str | None = at("InstanceId")


class Volume(Resource):
    """A disk."""

    type = "AWS::EC2::Volume"
    listed_by = Call("ec2", "describe_volumes", "Volumes", one_by="VolumeIds", page_size=1000)
    shown_by = "id"

    id: str = at("VolumeId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:volume/{id}")
    encrypted: bool = at("Encrypted")
    attachments: tuple[Attachment, ...] = at("Attachments", default=())


class SharedSnapshot(Resource):
    """A snapshot of the account's own whose permissions let everyone restore it: no other is listed."""

    type = "AWS::EC2::Snapshot"
    listed_by = Call(
        "ec2",
        "describe_snapshots",
        "Snapshots",
        one_by="SnapshotIds",
        page_size=1000,
        arguments={"OwnerIds": ["self"], "RestorableByUserIds": ["all"]},
    )
    shown_by = "id"

    id: str = at("SnapshotId")
    arn: str = named("arn:{partition}:ec2:{region}::snapshot/{id}")
    volume: str | None = at("VolumeId")
