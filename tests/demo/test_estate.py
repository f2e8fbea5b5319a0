"""The larger account has exactly the size that was asked for, in memory and behind the server."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ccm_engine.demo.estate import REGIONS, estate
from ccm_engine.demo.server import EmulatedAWS
from ccm_engine.demo.world import PRODUCTION, World


@pytest.fixture
def in_memory() -> Iterator[Callable[[str, str], Any]]:
    with mock_aws():
        session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
        yield lambda service, region: session.client(service, region_name=region)  # type: ignore[call-overload]  # any service


@pytest.fixture
def behind_a_server() -> Iterator[Callable[[str, str], Any]]:
    with EmulatedAWS() as aws:
        yield World(aws.endpoint).clients(PRODUCTION)


@pytest.mark.parametrize("where", ["in_memory", "behind_a_server"])
def test_the_estate_has_its_size(where: str, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(where)
    estate(client)
    groups = [g for r in REGIONS for g in client("ec2", r).describe_security_groups()["SecurityGroups"]]
    instances = [d for r in REGIONS for d in client("rds", r).describe_db_instances()["DBInstances"]]
    iam = client("iam", "us-east-1")
    s3 = client("s3", "us-east-1")
    assert len(iam.list_users()["Users"]) == 50
    assert len(s3.list_buckets()["Buckets"]) == 61
    assert len(instances) == 20
    assert len(groups) == 43
    assert len(iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]) == 38
    assert sum(not instance["StorageEncrypted"] for instance in instances) == 5
    assert any(rule["PrefixListIds"] for group in groups for rule in group["IpPermissions"])
    assert [trail["IsMultiRegionTrail"] for trail in client("cloudtrail", REGIONS[2]).describe_trails()["trailList"]]


def test_another_size_is_kept_too(in_memory: Callable[[str, str], Any]) -> None:
    estate(in_memory, users=2, buckets=1, databases=0, groups=4, regions=("eu-west-1", "us-east-1"))
    assert len(in_memory("iam", "us-east-1").list_users()["Users"]) == 2
    assert len(in_memory("s3", "us-east-1").list_buckets()["Buckets"]) == 1
    assert len(in_memory("ec2", "eu-west-1").describe_security_groups()["SecurityGroups"]) == 2


@pytest.mark.parametrize("size", [{"buckets": 0}, {"groups": 5}])
def test_an_impossible_size_is_named(size: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=f"not .*{next(iter(size.values()))}"):
        estate(lambda *_: None, **size)
