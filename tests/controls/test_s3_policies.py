"""Bucket policies: whether plain HTTP is refused, and what other accounts may do."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_buckets import bucket, grant, only_tls, policy_text, storage
from raw_documents import Raw, denied

from ccm_engine.core.document import Failure
from ccm_engine.core.vocabulary import Status

PASS, FAIL, ERROR = Status.PASS, Status.FAIL, Status.ERROR
OWN = {"AWS": "arn:aws:iam::123456789012:root"}
PARTNER = {"AWS": "arn:aws:iam::111122223333:role/etl"}
OF_ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}


def _told(control_id: str, policy: Raw | Failure) -> tuple[Status, str]:
    finding = storage(bucket(policy_document=policy)).judge_one(control_id)
    return finding.status, finding.reason


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, PASS),
        ({"Principal": {"AWS": "*"}}, PASS),
        ({"Action": ["s3:GetObject", "s3:PutObject"]}, PASS),
        ({"Resource": "*"}, PASS),
        ({"Condition": {"Bool": {"aws:SecureTransport": False}}}, PASS),
        ({"Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}}, PASS),
        ({"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.1"}}}, FAIL),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, FAIL),
        ({"Resource": "arn:aws:s3:::records/*"}, FAIL),
        ({"Resource": "arn:aws:s3:::records"}, FAIL),
        ({"Resource": ["arn:aws:s3:::other", "arn:aws:s3:::other/*"]}, FAIL),
        ({"Action": "s3:GetObject"}, FAIL),
        ({"Principal": OWN}, FAIL),
        ({"Effect": "Allow"}, FAIL),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, FAIL),
    ],
)
def test_plain_http(changed: dict[str, Any], status: Status) -> None:
    assert _told("s3_tls_only", policy_text(grant(OWN, "s3:*"), only_tls(**changed)))[0] is status


def test_bucket_and_objects_may_be_denied_by_two_statements() -> None:
    halves = [only_tls(Resource="arn:aws:s3:::records"), only_tls(Resource="arn:aws:s3:::records/*")]
    assert _told("s3_tls_only", policy_text(*halves)) == (PASS, "records refuses requests without TLS")


@pytest.mark.parametrize("control_id", ["s3_tls_only", "s3_cross_account_policy"])
@pytest.mark.parametrize(
    "policy",
    [{}, {"Policy": ""}, {"Policy": "{"}, {"Policy": "[]"}, {"Policy": "{}"}, denied("s3:GetBucketPolicy")],
)
def test_a_policy_that_cannot_be_read_leaves_no_verdict(control_id: str, policy: Raw | Failure) -> None:
    assert _told(control_id, policy)[0] is ERROR


@pytest.mark.parametrize(
    ("statement", "granted"),
    [
        (grant(PARTNER, "s3:PutBucketPolicy"), "111122223333: s3:PutBucketPolicy"),
        (grant({"AWS": "111122223333"}, "S3:putobjectacl"), "111122223333: s3:PutObjectAcl"),
        (grant(PARTNER, "s3:Put*Acl"), "111122223333: s3:PutBucketAcl, s3:PutObjectAcl"),
        (grant("*", "s3:DeleteBucket*"), "everyone: s3:DeleteBucketPolicy"),
        (grant({"AWS": ["123456789012", "444455556666"]}, "s3:PutBucketAcl"), "444455556666: s3:PutBucketAcl"),
        (
            grant("*", "s3:PutBucketAcl", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-example"}}),
            "everyone: s3:PutBucketAcl",
        ),
        (
            {"Effect": "Allow", "Principal": PARTNER, "NotAction": "s3:*Bucket*", "Resource": "*"},
            "111122223333: s3:PutEncryptionConfiguration, s3:PutObjectAcl",
        ),
        (
            {"Effect": "Allow", "NotPrincipal": OWN, "Action": "s3:PutBucketAcl", "Resource": "*"},
            "everyone: s3:PutBucketAcl",
        ),
    ],
)
def test_what_others_may_do_is_named(statement: dict[str, Any], granted: str) -> None:
    told = _told("s3_cross_account_policy", policy_text(grant(OWN, "s3:*"), statement))
    assert told == (FAIL, f"the policy of records grants to {granted}")


@pytest.mark.parametrize(
    "statement",
    [
        grant(OWN, "s3:*"),
        grant(PARTNER, "s3:GetObject", "s3:PutObject", "s3:ListBucket"),
        grant({"Service": "logging.s3.amazonaws.com"}, "s3:*"),
        grant("*", "s3:*", Condition=OF_ACCOUNT),
        {**grant(PARTNER, "s3:*"), "Effect": "Deny"},
    ],
)
def test_what_others_may_not_do_passes(statement: dict[str, Any]) -> None:
    assert _told("s3_cross_account_policy", policy_text(statement))[0] is PASS


statements = st.builds(
    grant,
    st.sampled_from(["*", OWN, PARTNER, {"Service": "ec2.amazonaws.com"}]),
    st.sampled_from(["s3:*", "s3:GetObject", "s3:PutBucketPolicy", "s3:Put*"]),
)


@given(st.lists(statements, max_size=3), statements)
def test_one_more_grant_never_turns_fail_into_pass(held: list[dict[str, Any]], more: dict[str, Any]) -> None:
    before = _told("s3_cross_account_policy", policy_text(*held))[0]
    if before is FAIL:
        assert _told("s3_cross_account_policy", policy_text(*held, more))[0] is FAIL
