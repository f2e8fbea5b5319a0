"""What the two accounts hold: each control has something good and something bad to find."""

from typing import Any

import pytest

from ccm_engine.demo.guard import RealCloudError
from ccm_engine.demo.world import AP, EU, PRODUCTION, STAGING, STATIC_ASSETS, US, World, seed


def groups(world: World, account: str, region: str) -> dict[str, Any]:
    ec2 = world.clients(account)("ec2", region)
    return {group["GroupName"]: group for group in ec2.describe_security_groups()["SecurityGroups"]}


def databases(world: World, account: str) -> dict[str, bool]:
    client = world.clients(account)
    return {
        instance["DBInstanceIdentifier"]: instance["StorageEncrypted"]
        for region in world.regions
        for instance in client("rds", region).describe_db_instances()["DBInstances"]
    }


def names(world: World, account: str) -> set[str]:
    """Every resource of an account by name, over all kinds and regions."""
    client = world.clients(account)
    iam = client("iam", US)
    return {
        *(user["UserName"] for user in iam.list_users()["Users"]),
        *(device["SerialNumber"] for device in iam.list_virtual_mfa_devices()["VirtualMFADevices"]),
        *(role["RoleName"] for role in iam.list_roles()["Roles"]),
        *(bucket["Name"] for bucket in client("s3", US).list_buckets()["Buckets"]),
        *databases(world, account),
        *(group["GroupId"] for region in world.regions for group in groups(world, account, region).values()),
        *(
            held["PrefixListId"]
            for region in world.regions
            for held in client("ec2", region).describe_managed_prefix_lists()["PrefixLists"]
        ),
        *(trail["TrailARN"] for trail in client("cloudtrail", US).describe_trails()["trailList"]),
    }


def test_dev_user_is_the_one_of_twelve_without_mfa(world: World) -> None:
    iam = world.clients(PRODUCTION)("iam", US)
    without = {
        user["UserName"]: not iam.list_mfa_devices(UserName=user["UserName"])["MFADevices"]
        for user in iam.list_users()["Users"]
    }
    assert len(without) == 12
    assert [name for name, lacks in without.items() if lacks] == ["dev-user"]


@pytest.mark.parametrize("account", [PRODUCTION, STAGING])
def test_root_has_no_access_keys(world: World, account: str) -> None:
    summary = world.clients(account)("iam", US).get_account_summary()["SummaryMap"]
    assert summary["AccountAccessKeysPresent"] == 0


def test_every_database_is_encrypted(world: World) -> None:
    held = databases(world, PRODUCTION)
    assert {"analytics-1", "analytics-2"} <= held.keys()
    assert all(held.values())
    assert all(databases(world, STAGING).values())
    [cluster] = world.clients(PRODUCTION)("rds", EU).describe_db_clusters()["DBClusters"]
    assert cluster["StorageEncrypted"]
    assert len(cluster["DBClusterMembers"]) == 2


def test_both_accounts_are_trailed_everywhere(world: World) -> None:
    for account in (PRODUCTION, STAGING):
        for region in world.regions:
            cloudtrail = world.clients(account)("cloudtrail", region)
            trails = cloudtrail.describe_trails()["trailList"]
            assert trails
            assert all(cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"] for trail in trails)


def test_what_is_public_on_paper_is_blocked(world: World) -> None:
    s3 = world.clients(PRODUCTION)("s3", US)
    assert s3.get_bucket_policy_status(Bucket="acme-press-kit")["PolicyStatus"]["IsPublic"]
    block = s3.get_public_access_block(Bucket="acme-press-kit")["PublicAccessBlockConfiguration"]
    assert block["RestrictPublicBuckets"]
    grants = s3.get_bucket_acl(Bucket="acme-legacy-uploads")["Grants"]
    assert any(grant["Grantee"].get("URI", "").endswith("/AllUsers") for grant in grants)
    block = s3.get_public_access_block(Bucket="acme-legacy-uploads")["PublicAccessBlockConfiguration"]
    assert block["IgnorePublicAcls"]
    assert s3.get_bucket_website(Bucket=STATIC_ASSETS)


def test_stagings_public_site_is_blocked_by_the_account(world: World) -> None:
    client = world.clients(STAGING)
    assert client("s3", US).get_bucket_policy_status(Bucket="acme-staging-site")["PolicyStatus"]["IsPublic"]
    block = client("s3control", US).get_public_access_block(AccountId=STAGING)
    assert all(block["PublicAccessBlockConfiguration"].values())


def test_ssh_is_open_in_staging_only_and_only_in_the_hard_ways(world: World) -> None:
    [rule] = groups(world, STAGING, AP)["load-test"]["IpPermissions"]
    assert (rule["FromPort"], rule["ToPort"]) == (20, 30)
    assert [source["CidrIpv6"] for source in rule["Ipv6Ranges"]] == ["::/0"]
    [rule] = groups(world, STAGING, EU)["contractor-access"]["IpPermissions"]
    [held] = rule["PrefixListIds"]
    ec2 = world.clients(STAGING)("ec2", EU)
    entries = ec2.get_managed_prefix_list_entries(PrefixListId=held["PrefixListId"])["Entries"]
    assert [entry["Cidr"] for entry in entries] == ["0.0.0.0/0"]
    for region in world.regions:
        for group in groups(world, PRODUCTION, region).values():
            for rule in group["IpPermissions"]:
                open_to = {source["CidrIp"] for source in rule["IpRanges"]}
                assert "0.0.0.0/0" not in open_to or rule["FromPort"] in (80, 443)


def test_the_accounts_share_nothing(world: World) -> None:
    production, staging = names(world, PRODUCTION), names(world, STAGING)
    aws_owned = {name for name in production & staging if name.startswith("pl-")}
    shared_by_design = {world.role_name, "amira.haddad", "david.chen", "grace.kim"}
    assert production & staging - aws_owned == shared_by_design


def test_seeding_again_changes_nothing(world: World) -> None:
    before = [names(world, account) for account in world.accounts]
    seed(world)
    assert [names(world, account) for account in world.accounts] == before


def test_a_world_on_a_real_endpoint_is_refused() -> None:
    with pytest.raises(RealCloudError, match="AWS itself"):
        World("https://ec2.us-east-1.amazonaws.com").clients(PRODUCTION)
