"""The script really changes the account, in both directions, and can be played again and again."""

import pytest
from botocore.exceptions import ClientError

from ccm_engine.demo.drift import ROUND_SECONDS, drift
from ccm_engine.demo.world import BASTION, PRODUCTION, STATIC_ASSETS, US, World


def ssh_is_open(world: World) -> bool:
    ec2 = world.clients(PRODUCTION)("ec2", US)
    [group] = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [BASTION]}])["SecurityGroups"]
    return any(
        source["CidrIp"] == "0.0.0.0/0"
        for rule in group["IpPermissions"]
        if rule["FromPort"] == 22
        for source in rule["IpRanges"]
    )


def bucket_is_public(world: World) -> bool:
    s3 = world.clients(PRODUCTION)("s3", US)
    try:
        s3.get_public_access_block(Bucket=STATIC_ASSETS)
    except ClientError as absent:
        if absent.response["Error"]["Code"] != "NoSuchPublicAccessBlockConfiguration":
            raise
        return bool(s3.get_bucket_policy_status(Bucket=STATIC_ASSETS)["PolicyStatus"]["IsPublic"])
    return False


@pytest.mark.parametrize("round_number", [1, 2])
def test_a_round_breaks_and_mends(world: World, round_number: int) -> None:
    assert round_number
    seen = [(ssh_is_open(world), bucket_is_public(world))]
    for step in drift(world):
        step.act()
        step.act()
        seen.append((ssh_is_open(world), bucket_is_public(world)))
    assert seen == [(False, False), (True, False), (True, True), (False, True), (False, False)]


def test_a_round_leaves_the_offices_rule_alone(world: World) -> None:
    for step in drift(world):
        step.act()
    ec2 = world.clients(PRODUCTION)("ec2", US)
    [group] = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [BASTION]}])["SecurityGroups"]
    assert [source["CidrIp"] for rule in group["IpPermissions"] for source in rule["IpRanges"]] == ["203.0.113.0/24"]


def test_a_viewer_sees_it_all_within_two_minutes(world: World) -> None:
    steps = drift(world)
    times = [step.after_seconds for step in steps]
    assert times == sorted(times)
    assert times[0] == 15
    assert times[-1] < ROUND_SECONDS <= 120


def test_each_step_is_one_plain_line_by_someone_who_exists(world: World) -> None:
    iam = world.clients(PRODUCTION)("iam", US)
    people = {user["UserName"] for user in iam.list_users()["Users"]}
    for step in drift(world):
        assert step.who in people
        assert step.what
        assert "\n" not in step.what
