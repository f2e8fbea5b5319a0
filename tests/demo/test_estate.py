"""The larger account has exactly the size that was asked for, in memory and behind the server."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ccm_engine.demo.estate import REGIONS, estate
from ccm_engine.demo.server import EmulatedAWS
from ccm_engine.demo.world import World

EMPTY_ACCOUNT = "444455556666"


@pytest.fixture
def in_memory() -> Iterator[Callable[[str, str], Any]]:
    with mock_aws():
        session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
        yield lambda service, region: session.client(service, region_name=region)  # type: ignore[call-overload]  # any service


def test_the_estate_has_its_size(in_memory: Callable[[str, str], Any]) -> None:
    client = in_memory
    estate(client)
    groups = [g for r in REGIONS for g in client("ec2", r).describe_security_groups()["SecurityGroups"]]
    instances = [d for r in REGIONS for d in client("rds", r).describe_db_instances()["DBInstances"]]
    trails = client("cloudtrail", REGIONS[2]).describe_trails()["trailList"]
    iam = client("iam", "us-east-1")
    assert len(iam.list_users()["Users"]) == 50
    assert len(client("s3", "us-east-1").list_buckets()["Buckets"]) == 61
    assert len(instances) == 20
    assert len(groups) == 43
    assert len(iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]) == 38
    assert sum(not instance["StorageEncrypted"] for instance in instances) == 5
    assert any(rule["PrefixListIds"] for group in groups for rule in group["IpPermissions"])
    assert [trail["IsMultiRegionTrail"] for trail in trails] == [True]


def test_another_size_is_kept_too_and_behind_a_server(aws: EmulatedAWS) -> None:
    client = World(aws.endpoint).clients(EMPTY_ACCOUNT)
    estate(client, users=2, buckets=3, databases=1, groups=5, regions=("eu-west-1", "us-east-1"))
    assert len(client("iam", "us-east-1").list_users()["Users"]) == 2
    assert len(client("s3", "us-east-1").list_buckets()["Buckets"]) == 3
    assert len(client("rds", "eu-west-1").describe_db_instances()["DBInstances"]) == 1
    assert len(client("ec2", "eu-west-1").describe_security_groups()["SecurityGroups"]) == 3
    assert len(client("ec2", "us-east-1").describe_security_groups()["SecurityGroups"]) == 2


@pytest.mark.parametrize(("buckets", "groups"), [(0, 43), (61, 5)])
def test_an_impossible_size_is_named(buckets: int, groups: int) -> None:
    with pytest.raises(ValueError, match=f"not {buckets} and {groups}"):
        estate(lambda *_: None, buckets=buckets, groups=groups)
