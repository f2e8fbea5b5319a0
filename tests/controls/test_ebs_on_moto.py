"""Controls over disks and snapshots, from EC2's API (in moto) to the verdict.

moto does not know GetSnapshotBlockPublicAccessState: what rests on it can only end in ERROR there. It also lists
every snapshot of its own as shared with everyone once that is asked for, so which are public is not shown here.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto_account import statuses


@pytest.fixture
def ec2() -> Iterator[Any]:
    """An EC2 client of an empty account."""
    with mock_aws():
        yield boto3.client("ec2", region_name="us-east-1")


def test_encryption_by_default_on_and_off(ec2: Any) -> None:
    assert statuses("ebs_default_encryption") == {"123456789012": "FAIL"}
    ec2.enable_ebs_encryption_by_default()
    assert statuses("ebs_default_encryption") == {"123456789012": "PASS"}


def test_volumes_with_and_without_encryption(ec2: Any) -> None:
    good, bad = (
        ec2.create_volume(AvailabilityZone="us-east-1a", Size=1, Encrypted=encrypted)["VolumeId"]
        for encrypted in (True, False)
    )
    assert statuses("ebs_volume_encrypted") == {good: "PASS", bad: "FAIL"}


def test_the_block_of_public_sharing_cannot_be_read_there(ec2: Any) -> None:
    assert statuses("ebs_snapshot_block_public") == {"123456789012": "ERROR"}


def test_a_shared_snapshot_is_never_judged_without_the_block(ec2: Any) -> None:
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    assert statuses("ebs_no_public_snapshots")[snapshot] == "ERROR"
