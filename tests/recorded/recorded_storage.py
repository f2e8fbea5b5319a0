"""The recorded account's storage: buckets, volumes, file systems, tables, images and backups."""

from typing import Any

from botocore.exceptions import ClientError
from recorded_identity import ACCOUNT, EU, US, ClientFor, Raw, allow, policy

ALL_ON = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
IGNORED = {**ALL_ON, "BlockPublicAcls": False, "BlockPublicPolicy": False}


def tls_only(name: str, principal: Any = "*") -> dict[str, Any]:
    """Return a statement that refuses requests without TLS."""
    both = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    return {"Effect": "Deny", "Principal": principal, "Action": "s3:*", "Resource": both, "Condition": insecure}


def _bucket(client: ClientFor, name: str, region: str = US, **how: Any) -> None:
    s3 = client("s3", region)
    place: Raw = {} if region == US else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    if how.get("lock"):
        place["ObjectLockEnabledForBucket"] = True
    if owner := how.get("owner"):
        place["ObjectOwnership"] = owner
    s3.create_bucket(Bucket=name, **place)
    if block := how.get("block"):
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    if statements := how.get("policy"):
        s3.put_bucket_policy(Bucket=name, Policy=policy(*statements))
    if acl := how.get("acl"):
        s3.put_bucket_acl(Bucket=name, ACL=acl)
    if algorithm := how.get("encrypted"):
        default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [default]})
    if versions := how.get("versions"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versions})
    if status := how.get("lifecycle"):
        rule: Raw = {"ID": "old", "Status": status, "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})


def _grants(name: str, principal: Any, action: str = "s3:GetObject", **more: Any) -> dict[str, Any]:
    return {**allow(action, f"arn:aws:s3:::{name}/*"), "Principal": principal, **more}


def buckets(client: ClientFor) -> None:
    """Make buckets that are closed and open, encrypted and not, logged and not."""
    good: Raw = {"block": ALL_ON, "encrypted": "aws:kms", "versions": "Enabled", "owner": "BucketOwnerEnforced"}
    for number in range(6):
        name = f"good-{number:02}"
        _bucket(client, name, (US, EU)[number % 2], **good, lifecycle="Enabled", policy=[tls_only(name)])
    for name in ("trail-logs", "access-logs", "second-trail-logs"):
        _bucket(client, name, **good, policy=[tls_only(name)])
    _bucket(client, "open-by-policy", policy=[_grants("open-by-policy", "*")])
    _bucket(client, "open-by-acl", acl="public-read", owner="ObjectWriter")
    _bucket(client, "open-to-aws-users", acl="authenticated-read", owner="ObjectWriter")
    for name in ("open-but-restricted", "open-acl-ignored"):
        _bucket(client, name, block=IGNORED, policy=[_grants(name, "*")], acl="public-read", owner="ObjectWriter")
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    _bucket(client, "open-to-an-office", policy=[_grants("open-to-an-office", "*", Condition=office)])
    other = {"AWS": "arn:aws:iam::111122223333:root"}
    _bucket(client, "shared-to-read", policy=[_grants("shared-to-read", other)])
    owners = {**allow("s3:PutBucketPolicy", "arn:aws:s3:::shared-to-own"), "Principal": other}
    _bucket(client, "shared-to-own", policy=[owners])
    _bucket(client, "tls-for-some", policy=[tls_only("tls-for-some", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"})])
    for number in range(6):
        _bucket(client, f"plain-{number:02}", (EU, US)[number % 2])
    _bucket(client, "suspended", versions="Enabled", lifecycle="Disabled")
    client("s3", US).put_bucket_versioning(Bucket="suspended", VersioningConfiguration={"Status": "Suspended"})
    _bucket(client, "audit-archive", lock=True, **good)
    _bucket(client, "backup-plain", encrypted="AES256")
    for name in ("good-00", "good-02", "trail-logs"):
        grant_log_delivery(client, "access-logs")
        client("s3", US).put_bucket_logging(
            Bucket=name,
            BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "access-logs", "TargetPrefix": f"{name}/"}},
        )


def grant_log_delivery(client: ClientFor, name: str) -> None:
    """Let S3 write access logs to a bucket, as moto asks for."""
    write = {
        **allow("s3:PutObject", f"arn:aws:s3:::{name}/*"),
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    client("s3", US).put_bucket_policy(Bucket=name, Policy=policy(tls_only(name, {"AWS": "*"}), write))


def disks(client: ClientFor) -> None:
    """Make volumes and snapshots, and turn encryption by default on in one region."""
    for region, zone in ((US, "us-east-1a"), (EU, "eu-west-1b")):
        ec2 = client("ec2", region)
        for number in range(5):
            made = ec2.create_volume(AvailabilityZone=zone, Size=8, Encrypted=number % 2 == 0)
        ec2.create_snapshot(VolumeId=made["VolumeId"])
    client("ec2", US).enable_ebs_encryption_by_default()


def files(client: ClientFor) -> None:
    """Make file systems, backup plans and vaults."""
    efs = client("efs", US)
    for number in range(4):
        efs.create_file_system(CreationToken=f"files-{number}", Encrypted=number % 2 == 0, Backup=number < 2)
    backup = client("backup", US)
    rule = {"RuleName": "daily", "TargetBackupVaultName": "Default"}
    backup.create_backup_vault(BackupVaultName="Default")
    backup.create_backup_plan(BackupPlan={"BackupPlanName": "daily", "Rules": [rule]})


def tables(client: ClientFor) -> None:
    """Make tables of DynamoDB."""
    for region in (US, EU):
        dynamodb = client("dynamodb", region)
        for number in range(4):
            good = number % 2 == 0
            dynamodb.create_table(
                TableName=f"orders-{number}",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
                DeletionProtectionEnabled=number == 0,
                **({"SSESpecification": {"Enabled": True, "SSEType": "KMS"}} if good else {}),
            )
            if good:
                recovery = {"PointInTimeRecoveryEnabled": True}
                dynamodb.update_continuous_backups(
                    TableName=f"orders-{number}", PointInTimeRecoverySpecification=recovery
                )


def images(client: ClientFor) -> None:
    """Make repositories of images."""
    ecr = client("ecr", US)
    for number in range(4):
        ecr.create_repository(
            repositoryName=f"shop/part-{number}", imageScanningConfiguration={"scanOnPush": number % 2 == 0}
        )
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
    other = {**everyone, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}
    ecr.set_repository_policy(repositoryName="shop/part-0", policyText=policy(other))
    ecr.set_repository_policy(repositoryName="shop/part-1", policyText=policy(everyone))


def account_block(client: ClientFor) -> None:
    """Turn on part of the account's own block of public access to S3."""
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": False}
    try:
        client("s3control", US).put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=block)
    except ClientError as error:
        raise RuntimeError("moto takes no block of an account") from error
