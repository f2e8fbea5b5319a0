"""Controls over buckets, through moto."""

from typing import Any

from moto_account import statuses
from raw_buckets import grant, only_tls, policy_text

FULL = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def test_s3_account_block_public(moto_session: Any) -> None:
    assert statuses("s3_account_block_public") == {"123456789012": "FAIL"}
    moto_session.client("s3control").put_public_access_block(
        AccountId="123456789012", PublicAccessBlockConfiguration={**FULL, "BlockPublicAcls": False}
    )
    assert statuses("s3_account_block_public") == {"123456789012": "FAIL"}
    moto_session.client("s3control").put_public_access_block(
        AccountId="123456789012", PublicAccessBlockConfiguration=FULL
    )
    assert statuses("s3_account_block_public") == {"123456789012": "PASS"}


def test_s3_bucket_block_public(moto_session: Any) -> None:
    s3 = moto_session.client("s3")
    s3.create_bucket(Bucket="open")
    s3.create_bucket(Bucket="shut")
    s3.put_public_access_block(Bucket="shut", PublicAccessBlockConfiguration=FULL)
    assert statuses("s3_bucket_block_public") == {"open": "FAIL", "shut": "PASS"}


def test_s3_access_logging(moto_session: Any) -> None:
    s3 = moto_session.client("s3")
    for name in ("web", "web-log", "other"):
        s3.create_bucket(Bucket=name)
    s3.put_bucket_acl(
        Bucket="web-log",
        AccessControlPolicy={
            "Owner": {"ID": "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"},
            "Grants": [
                {
                    "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"},
                    "Permission": one,
                }
                for one in ("WRITE", "READ_ACP")
            ],
        },
    )
    s3.put_bucket_logging(
        Bucket="web", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "web-log", "TargetPrefix": "web/"}}
    )
    assert statuses("s3_access_logging") == {"web": "PASS", "web-log": "PASS", "other": "FAIL"}


def test_s3_acls_disabled(moto_session: Any) -> None:
    s3 = moto_session.client("s3")
    s3.create_bucket(Bucket="with-acls", ObjectOwnership="ObjectWriter")
    s3.create_bucket(Bucket="without", ObjectOwnership="BucketOwnerEnforced")
    s3.create_bucket(Bucket="old")
    assert statuses("s3_acls_disabled") == {"with-acls": "FAIL", "without": "PASS", "old": "FAIL"}


def test_s3_encryption(moto_session: Any) -> None:
    s3 = moto_session.client("s3")
    for name in ("plain", "sse-s3", "sse-kms"):
        s3.create_bucket(Bucket=name)
    s3.delete_bucket_encryption(Bucket="plain")
    for name, algorithm in (("sse-s3", "AES256"), ("sse-kms", "aws:kms")):
        s3.put_bucket_encryption(
            Bucket=name,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}]
            },
        )
    assert statuses("s3_default_encryption") == {"plain": "FAIL", "sse-s3": "PASS", "sse-kms": "PASS"}
    assert statuses("s3_kms_encryption") == {"plain": "FAIL", "sse-s3": "FAIL", "sse-kms": "PASS"}


def test_s3_lifecycle_and_mfa_delete(moto_session: Any) -> None:
    s3 = moto_session.client("s3")
    for name in ("aging", "keeping", "guarded"):
        s3.create_bucket(Bucket=name)
    s3.put_bucket_lifecycle_configuration(
        Bucket="aging",
        LifecycleConfiguration={
            "Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}]
        },
    )
    s3.put_bucket_versioning(
        Bucket="guarded", MFA="device 123456", VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"}
    )
    assert statuses("s3_lifecycle") == {"aging": "PASS", "keeping": "FAIL", "guarded": "FAIL"}
    told = statuses("s3_mfa_delete")
    assert (told["aging"], told["keeping"]) == ("NOT_APPLICABLE", "FAIL")


def test_s3_object_lock(moto_session: Any) -> None:
    s3 = moto_session.client("s3")
    s3.create_bucket(Bucket="audit-locked", ObjectLockEnabledForBucket=True)
    s3.create_bucket(Bucket="audit-open")
    s3.create_bucket(Bucket="website")
    assert statuses("s3_object_lock") == {"audit-locked": "PASS", "audit-open": "FAIL", "website": "NOT_APPLICABLE"}


def test_s3_policies(moto_session: Any) -> None:
    s3 = moto_session.client("s3")
    for name in ("strict", "given-away", "plain"):
        s3.create_bucket(Bucket=name)
    resources = ["arn:aws:s3:::strict", "arn:aws:s3:::strict/*"]
    s3.put_bucket_policy(Bucket="strict", Policy=policy_text(only_tls(Resource=resources))["Policy"])
    partner = {"AWS": "arn:aws:iam::111122223333:root"}
    s3.put_bucket_policy(Bucket="given-away", Policy=policy_text(grant(partner, "s3:*"))["Policy"])
    assert statuses("s3_tls_only") == {"strict": "PASS", "given-away": "FAIL", "plain": "FAIL"}
    assert statuses("s3_cross_account_policy") == {"strict": "PASS", "given-away": "FAIL", "plain": "PASS"}


def test_s3_versioning(moto_session: Any) -> None:
    s3 = moto_session.client("s3")
    for name in ("kept", "stopped", "plain"):
        s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_versioning(Bucket="stopped", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_versioning(Bucket="stopped", VersioningConfiguration={"Status": "Suspended"})
    assert statuses("s3_versioning") == {"kept": "PASS", "stopped": "FAIL", "plain": "FAIL"}
