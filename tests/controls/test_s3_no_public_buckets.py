"""Public buckets: policy and ACL, and the two public access blocks that overrule them."""

import pytest
from raw_buckets import (
    ALL_USERS,
    AUTHENTICATED_USERS,
    LOG_DELIVERY,
    NO_ACCOUNT_BLOCK,
    NO_BLOCK,
    NO_POLICY,
    account,
    acl,
    block,
    bucket,
    policy,
    storage,
)
from raw_documents import EU, US, Estate, Raw, denied

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.resources.aws.s3 import AccountS3, Bucket

CONTROL = "s3_no_public_buckets"
PUBLIC = policy(public=True)
WITHOUT_SETTING: Raw = {"PublicAccessBlockConfiguration": {}}


@pytest.mark.parametrize(
    ("held", "of_account", "ways"),
    [
        pytest.param(bucket(policy_status=PUBLIC), account(), "its policy", id="policy"),
        pytest.param(bucket(grants=acl(ALL_USERS)), account(), "its ACL", id="ACL: everyone"),
        pytest.param(bucket(grants=acl(AUTHENTICATED_USERS)), account(), "its ACL", id="ACL: every AWS user"),
        pytest.param(
            bucket(grants=acl(ALL_USERS), policy_status=PUBLIC), account(), "its policy and its ACL", id="both"
        ),
        pytest.param(
            bucket(policy_status=PUBLIC, public_access_block=block("BlockPublicPolicy", "IgnorePublicAcls")),
            account(block("BlockPublicPolicy", "BlockPublicAcls")),
            "its policy",
            id="BlockPublicPolicy refuses new policies only",
        ),
        pytest.param(
            bucket(grants=acl(ALL_USERS), public_access_block=block("BlockPublicAcls", "RestrictPublicBuckets")),
            account(block("BlockPublicAcls")),
            "its ACL",
            id="BlockPublicAcls refuses new ACLs only",
        ),
        pytest.param(
            bucket(grants=acl(ALL_USERS), policy_status=PUBLIC, public_access_block=block("RestrictPublicBuckets")),
            account(),
            "its ACL",
            id="policy overruled, ACL not",
        ),
        pytest.param(
            bucket(grants=acl(ALL_USERS), policy_status=PUBLIC),
            account(block("IgnorePublicAcls")),
            "its policy",
            id="ACL overruled, policy not",
        ),
        pytest.param(
            bucket(policy_status=PUBLIC, public_access_block=WITHOUT_SETTING),
            account(WITHOUT_SETTING),
            "its policy",
            id="switches that are missing are off",
        ),
    ],
)
def test_public(held: Document, of_account: Document, ways: str) -> None:
    finding = storage(held, of_account).judge_one(CONTROL)
    assert (finding.status, finding.reason) == (Status.FAIL, f"records is public by {ways}")


@pytest.mark.parametrize(
    ("held", "of_account"),
    [
        pytest.param(bucket(), account(), id="no policy, no block"),
        pytest.param(bucket(policy_status=policy(public=False)), account(), id="policy is not public"),
        pytest.param(bucket(grants=acl(LOG_DELIVERY)), account(), id="ACL grants to log delivery"),
        pytest.param(bucket(grants={"Grants": []}), account(), id="empty ACL (bucket owner enforced)"),
        pytest.param(
            bucket(policy_status=PUBLIC, public_access_block=block("RestrictPublicBuckets")),
            account(),
            id="policy overruled on the bucket",
        ),
        pytest.param(
            bucket(policy_status=PUBLIC),
            account(block("RestrictPublicBuckets")),
            id="policy overruled on the account",
        ),
        pytest.param(
            bucket(grants=acl(ALL_USERS), public_access_block=block("IgnorePublicAcls")),
            account(),
            id="ACL overruled on the bucket",
        ),
        pytest.param(
            bucket(grants=acl(AUTHENTICATED_USERS)),
            account(block("IgnorePublicAcls")),
            id="ACL overruled on the account",
        ),
        pytest.param(
            bucket(grants=acl(ALL_USERS), policy_status=PUBLIC, public_access_block=block("RestrictPublicBuckets")),
            account(block("IgnorePublicAcls")),
            id="policy overruled on the bucket, ACL on the account",
        ),
    ],
)
def test_not_public(held: Document, of_account: Document) -> None:
    finding = storage(held, of_account).judge_one(CONTROL)
    assert (finding.status, finding.reason) == (Status.PASS, "records is not public")


@pytest.mark.parametrize(
    ("held", "of_account", "call"),
    [
        (bucket(grants=denied("s3:GetBucketAcl")), account(), "s3:GetBucketAcl"),
        (bucket(policy_status=denied("s3:GetBucketPolicyStatus")), account(), "s3:GetBucketPolicyStatus"),
        (bucket(public_access_block=denied("s3:GetPublicAccessBlock")), account(), "s3:GetPublicAccessBlock"),
        (bucket(), account(denied("s3control:GetPublicAccessBlock")), "s3control:GetPublicAccessBlock"),
        # Public as it is, but what might overrule it was not told.
        (
            bucket(policy_status=PUBLIC, public_access_block=denied("s3:GetPublicAccessBlock")),
            account(),
            "s3:GetPublicAccessBlock",
        ),
    ],
)
def test_a_refused_call_leaves_no_verdict(held: Document, of_account: Document, call: str) -> None:
    finding = storage(held, of_account).judge_one(CONTROL)
    assert (finding.status, finding.reason) == (Status.ERROR, f"{call} failed in us-east-1: AccessDenied")
    error = finding.evidence["error"]
    assert error == {"call": call, "code": "AccessDenied", "message": "not authorized", "region": US}


@pytest.mark.parametrize(
    ("held", "of_account"),
    [
        pytest.param(bucket(grants=NO_POLICY), account(), id="ACL"),
        pytest.param(bucket(policy_status=NO_BLOCK), account(), id="policy status"),
        pytest.param(bucket(public_access_block=NO_POLICY), account(), id="the bucket's block"),
        pytest.param(bucket(), account(denied("s3control:GetPublicAccessBlock", "NoSuchBucket")), id="account's block"),
    ],
)
def test_a_code_means_absent_only_where_it_is_declared(held: Document, of_account: Document) -> None:
    assert storage(held, of_account).judge_one(CONTROL).status is Status.ERROR


@pytest.mark.parametrize(
    ("held", "of_account"),
    [
        pytest.param(bucket(grants={"Owner": {}}), account(), id="ACL without grants"),
        pytest.param(bucket(policy_status={"PolicyStatus": {}}), account(), id="policy status without its member"),
        pytest.param(bucket(policy_status={"PolicyStatus": {"IsPublic": "false"}}), account(), id="text for a bool"),
        pytest.param(bucket(public_access_block={"PublicAccessBlockConfiguration": []}), account(), id="a list"),
        pytest.param(bucket(public_access_block={"ResponseMetadata": {}}), account(), id="empty response"),
        pytest.param(bucket(), account({"ResponseMetadata": {}}), id="empty response for the account"),
    ],
)
def test_a_broken_response_leaves_no_verdict(held: Document, of_account: Document) -> None:
    finding = storage(held, of_account).judge_one(CONTROL)
    assert finding.status is Status.ERROR
    assert finding.reason.endswith("MalformedResponse")


def test_a_bucket_is_named_as_people_know_it() -> None:
    finding = storage(bucket()).judge_one(CONTROL)
    assert (finding.resource_id, finding.shown, finding.region) == ("records", "arn:aws:s3:::records", EU)


def test_evidence_shows_both_blocks_and_where_each_was_read() -> None:
    estate = storage(bucket(policy_status=PUBLIC), account(block("RestrictPublicBuckets")))
    evidence = estate.judge_one(CONTROL).evidence
    assert evidence["facts"] == {
        "id": "records",
        "public_access_block": None,
        "account.public_access_block": "present",
        "account.public_access_block.restrict_public_buckets": True,
        "account.public_access_block.ignore_public_acls": False,
        "grants.count": 1,
        "grants[0].group": None,
        "policy_is_public": True,
    }
    assert {one["call"] for one in evidence["sources"]} == {
        "s3:ListBuckets",
        "s3:GetBucketAcl",
        "s3:GetBucketPolicyStatus",
        "s3:GetPublicAccessBlock",
        "s3control:GetPublicAccessBlock",
    }


def test_buckets_that_cannot_be_listed_are_one_error_of_the_account() -> None:
    estate = Estate().refuse(Bucket, denied("s3:ListBuckets"), GLOBAL).add(AccountS3, account(NO_ACCOUNT_BLOCK))
    finding = estate.judge_one(CONTROL)
    assert (finding.status, finding.blind, finding.resource_type) == (Status.ERROR, True, "AWS::::Account")


def test_an_absent_answer_is_an_error_not_a_pass() -> None:
    held = bucket()
    held.answers.popitem()
    finding = storage(held).judge_one(CONTROL)
    assert finding.status is Status.ERROR
    assert finding.reason.endswith("NotCollected")


def test_any_failure_is_told_as_a_failure() -> None:
    told = Failure("s3:GetBucketAcl", "SlowDown")
    assert storage(bucket(grants=told)).judge_one(CONTROL).reason == "s3:GetBucketAcl failed: SlowDown"
