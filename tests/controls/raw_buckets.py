"""Buckets and public access blocks, as S3 and S3 Control describe them."""

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
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return {"PublicAccessBlockConfiguration": {name: name in on for name in names}}


def bucket(
    *,
    grants: Raw | Failure | None = None,
    policy_status: Raw | Failure = NO_POLICY,
    public_access_block: Raw | Failure = NO_BLOCK,
) -> Document:
    """Return a bucket, private unless told otherwise."""
    answers = {
        "grants": grants or acl(),
        "policy_is_public": policy_status,
        "public_access_block": public_access_block,
    }
    return document(Bucket, {"Name": "records", "BucketRegion": EU}, answers, EU)


def account(public_access_block: Raw | Failure = NO_ACCOUNT_BLOCK) -> Document:
    """Return the account's own public access block."""
    return document(AccountS3, {}, {"public_access_block": public_access_block}, GLOBAL)


def storage(held: Document, of_account: Document | None = None) -> Estate:
    """Return an account with one bucket."""
    return Estate().add(Bucket, held).add(AccountS3, of_account or account())
