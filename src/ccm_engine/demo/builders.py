"""One function per kind of resource, each harmless to call twice, for whatever fills an emulated account."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import IpPermissionTypeDef
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_rds import RDSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import PublicAccessBlockConfigurationTypeDef

ClientFor = Callable[[str, str], Any]
"""A boto3 client of a service in a region: `client("ec2", "eu-west-1")`."""

BLOCKED: "PublicAccessBlockConfigurationTypeDef" = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
"""A whole public access block."""

NEUTRALISED: "PublicAccessBlockConfigurationTypeDef" = {
    **BLOCKED,
    "BlockPublicAcls": False,
    "BlockPublicPolicy": False,
}
"""A public access block that lets public settings be written and gives them no effect."""


@contextmanager
def tolerating(*codes: str) -> Iterator[None]:
    """Let a ClientError with one of these codes pass as success."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in codes:
            raise


def user(client: ClientFor, name: str, *, mfa: bool = True) -> None:
    """Make an IAM user, with a virtual MFA device unless told otherwise."""
    iam: IAMClient = client("iam", "us-east-1")
    with tolerating("EntityAlreadyExists"):
        iam.create_user(UserName=name)
        if mfa:
            device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
            iam.enable_mfa_device(
                UserName=name,
                SerialNumber=device["SerialNumber"],
                AuthenticationCode1="123456",
                AuthenticationCode2="654321",
            )


def bucket(
    client: ClientFor,
    name: str,
    region: str,
    *,
    block: "PublicAccessBlockConfigurationTypeDef | None" = None,
    public_policy: bool = False,
    public_acl: bool = False,
) -> None:
    """Make a bucket; `block` is its public access block (None: it has none)."""
    s3: S3Client = client("s3", region)
    with tolerating("BucketAlreadyOwnedByYou"):
        if region == "us-east-1":
            s3.create_bucket(Bucket=name)
        else:
            place: Any = {"LocationConstraint": region}
            s3.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    if public_policy:
        s3.put_bucket_policy(Bucket=name, Policy=everyone_may_read(name))
    if public_acl:
        s3.put_bucket_acl(Bucket=name, ACL="public-read")
    if block is not None:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)


def everyone_may_read(bucket_name: str) -> str:
    """Return the bucket policy, as JSON text, by which a static web site is usually made public."""
    statement = {
        "Sid": "PublicRead",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket_name}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def database(
    client: ClientFor,
    name: str,
    region: str,
    *,
    engine: str = "postgres",
    encrypted: bool = True,
    cluster: str | None = None,
) -> None:
    """Make an RDS instance, as a member of an Aurora `cluster` when one is named."""
    rds: RDSClient = client("rds", region)
    more: dict[str, Any] = (
        {"DBClusterIdentifier": cluster}
        if cluster
        else {"StorageEncrypted": encrypted, "AllocatedStorage": 100, "MasterUsername": "owner"}
        | {"ManageMasterUserPassword": True}
    )
    with tolerating("DBInstanceAlreadyExists"):
        rds.create_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.r6g.large", Engine=engine, **more)


def aurora(client: ClientFor, name: str, region: str, *, members: int = 1, encrypted: bool = True) -> None:
    """Make an Aurora PostgreSQL cluster with its instances `NAME-1`, `NAME-2`, …"""
    rds: RDSClient = client("rds", region)
    # moto makes a second cluster of the same name over the first: ask before, instead of being refused.
    if name in {known.get("DBClusterIdentifier") for known in rds.describe_db_clusters()["DBClusters"]}:
        return
    rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        StorageEncrypted=encrypted,
        MasterUsername="owner",
        ManageMasterUserPassword=True,
    )
    for number in range(1, members + 1):
        database(client, f"{name}-{number}", region, engine="aurora-postgresql", cluster=name)


def opening(
    first: int, last: int | None = None, *, source: str = "", prefix_list: str = "", why: str = ""
) -> "IpPermissionTypeDef":
    """Return one ingress permission over TCP from a CIDR block (IPv4 or IPv6) or a prefix list's id."""
    rule: IpPermissionTypeDef = {
        "IpProtocol": "tcp",
        "FromPort": first,
        "ToPort": first if last is None else last,
    }
    if prefix_list:
        rule["PrefixListIds"] = [{"PrefixListId": prefix_list, "Description": why}]
    elif ":" in source:
        rule["Ipv6Ranges"] = [{"CidrIpv6": source, "Description": why}]
    else:
        rule["IpRanges"] = [{"CidrIp": source, "Description": why}]
    return rule


def group(client: ClientFor, name: str, region: str, about: str, rules: Sequence["IpPermissionTypeDef"]) -> None:
    """Make a security group in the region's default VPC."""
    ec2: EC2Client = client("ec2", region)
    with tolerating("InvalidGroup.Duplicate"):
        made = ec2.create_security_group(GroupName=name, Description=about)["GroupId"]
        if rules:
            ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(rules))


def prefix_list(client: ClientFor, name: str, region: str, cidrs: Sequence[str]) -> str:
    """Make a customer managed prefix list of IPv4 blocks and return its id."""
    ec2: EC2Client = client("ec2", region)
    for known in ec2.describe_managed_prefix_lists()["PrefixLists"]:
        if known.get("PrefixListName") == name:
            return known["PrefixListId"]
    made = ec2.create_managed_prefix_list(
        PrefixListName=name,
        AddressFamily="IPv4",
        MaxEntries=max(5, len(cidrs)),
        Entries=[{"Cidr": cidr} for cidr in cidrs],
    )
    return made["PrefixList"]["PrefixListId"]


def trail(client: ClientFor, name: str, region: str, *, logs_to: str, multi_region: bool) -> None:
    """Make a trail that logs all management events to the bucket `logs_to`, which must exist."""
    cloudtrail: CloudTrailClient = client("cloudtrail", region)
    with tolerating("TrailAlreadyExistsException"):
        cloudtrail.create_trail(
            Name=name,
            S3BucketName=logs_to,
            IsMultiRegionTrail=multi_region,
            IncludeGlobalServiceEvents=True,
            EnableLogFileValidation=True,
        )
    cloudtrail.start_logging(Name=name)
    cloudtrail.put_event_selectors(
        TrailName=name, EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}]
    )
