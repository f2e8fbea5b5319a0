"""Buckets and public access blocks, as S3 and S3 Control describe them."""

import json
from typing import Any

from raw_documents import EU, Estate, Raw, denied, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.s3 import AccountS3, Bucket

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
NO_POLICY = denied("s3:GetBucketPolicyStatus", "NoSuchBucketPolicy")
NO_BLOCK = denied("s3:GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration")
NO_ACCOUNT_BLOCK = denied("s3control:GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration")
NO_POLICY_TEXT = denied("s3:GetBucketPolicy", "NoSuchBucketPolicy")
NO_LIFECYCLE = denied("s3:GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration")
NO_OWNERSHIP = denied("s3:GetBucketOwnershipControls", "OwnershipControlsNotFoundError")
NO_ENCRYPTION = denied("s3:GetBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError")
NO_LOCK = denied("s3:GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError")
NO_LOGGING: Raw = {}
SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
OWNER = {"ID": "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"}


def acl(*groups: str) -> Raw:
    """Return an ACL that grants its owner everything and these groups reading."""
    grants: list[dict[str, Any]] = [{"Grantee": {**OWNER, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}]
    grants += [{"Grantee": {"Type": "Group", "URI": group}, "Permission": "READ"} for group in groups]
    return {"Owner": OWNER, "Grants": grants}


def policy(*, public: bool) -> Raw:
    """Return AWS's analysis of a bucket's policy."""
    return {"PolicyStatus": {"IsPublic": public}}


def block(*on: str) -> Raw:
    """Return a public access block with these switches on and the others off."""
    return {"PublicAccessBlockConfiguration": {name: name in on for name in SWITCHES}}


def policy_text(*statements: dict[str, Any]) -> Raw:
    """Return a bucket policy as S3 gives it: a text."""
    return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}


def only_tls(**changed: Any) -> dict[str, Any]:
    """Return the statement that denies everything without TLS, with these members changed."""
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::records", "arn:aws:s3:::records/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        **changed,
    }


def grant(principal: Any, *actions: str, **members: Any) -> dict[str, Any]:
    """Return a statement that grants these actions on the bucket and its objects."""
    resources = ["arn:aws:s3:::records", "arn:aws:s3:::records/*"]
    return {"Effect": "Allow", "Principal": principal, "Action": list(actions), "Resource": resources, **members}


def logging_to(target: str) -> Raw:
    """Return that access is logged to a bucket."""
    return {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "records/"}}


def owned(rule: str) -> Raw:
    """Return who owns uploaded objects."""
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": rule}]}}


def encrypted_by(*algorithms: str) -> Raw:
    """Return a default encryption, a rule for each algorithm; an empty one says nothing of it."""
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": one}} if one else {} for one in algorithms]
    return {"ServerSideEncryptionConfiguration": {"Rules": [{**rule, "BucketKeyEnabled": True} for rule in rules]}}


def aging(*statuses: str) -> Raw:
    """Return lifecycle rules with these statuses."""
    return {
        "Rules": [
            {"ID": f"rule-{i}", "Filter": {"Prefix": ""}, "Status": status, "Expiration": {"Days": 90}}
            for i, status in enumerate(statuses)
        ]
    }


def locked(lock: str = "Enabled") -> Raw:
    """Return an Object Lock."""
    return {"ObjectLockConfiguration": {"ObjectLockEnabled": lock}}


def bucket(
    name: str = "records",
    *,
    grants: Raw | Failure | None = None,
    policy_status: Raw | Failure = NO_POLICY,
    public_access_block: Raw | Failure = NO_BLOCK,
    **asked: Raw | Failure,
) -> Document:
    """Return a new bucket, private unless told otherwise; `asked` are further answers by the name of a field."""
    answers: dict[str, Raw | Failure] = {
        "policy_document": NO_POLICY_TEXT,
        "log_target": NO_LOGGING,
        "ownership_rules": owned("BucketOwnerEnforced"),
        "encryption_rules": encrypted_by("AES256"),
        "lifecycle_rules": NO_LIFECYCLE,
        "versioning_status": {},
        "object_lock": NO_LOCK,
        "grants": grants or acl(),
        "policy_is_public": policy_status,
        "public_access_block": public_access_block,
    }
    return document(Bucket, {"Name": name, "BucketRegion": EU}, {**answers, **asked}, EU)


def account(public_access_block: Raw | Failure = NO_ACCOUNT_BLOCK) -> Document:
    """Return the account's own public access block."""
    return document(AccountS3, {}, {"public_access_block": public_access_block}, GLOBAL)


def storage(held: Document, of_account: Document | None = None, *others: Document) -> Estate:
    """Return an account with one bucket, and others beside it."""
    return Estate().add(Bucket, held, *others).add(AccountS3, of_account or account())


def account_alone(public_access_block: Raw | Failure) -> Estate:
    """Return an account without buckets."""
    return Estate().add(AccountS3, account(public_access_block))
