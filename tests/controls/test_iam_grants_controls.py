"""What is granted, and to whom: the hard cases."""

import json
from typing import Any

import pytest
from raw_documents import Estate
from raw_iam_grants import (
    EVERYTHING,
    GITHUB,
    READING,
    by_issuer,
    customer_policy,
    granted,
    granted_group,
    granted_user,
    role,
    trusting,
)

from ccm_engine.core.vocabulary import Status

TRUST = "iam_role_trust_not_public"


def _sub(value: Any, operator: str = "StringLike", issuer: str = GITHUB) -> dict[str, Any]:
    return {operator: {f"{issuer}:sub": value}, "StringEqualsIgnoreCase": {f"{issuer}:aud": "sts.amazonaws.com"}}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (trusting("*"), "deploy can be assumed by anyone"),
        (trusting({"AWS": ["*"]}, {"StringEquals": {"sts:ExternalId": "x"}}), "deploy can be assumed by anyone"),
        (by_issuer(GITHUB), f"deploy can be assumed by anyone with an account at {GITHUB}"),
        (by_issuer(GITHUB, {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}), GITHUB),
        (by_issuer(GITHUB, _sub("*")), GITHUB),
        (by_issuer(GITHUB, _sub("repo:*")), GITHUB),
        (by_issuer(GITHUB, _sub("repo:octo*")), GITHUB),
        (by_issuer(GITHUB, _sub("repo:octo*/x:ref:refs/heads/main")), GITHUB),
        (by_issuer(GITHUB, _sub(["repo:octo-org/x:*", "repo:*/x:*"])), GITHUB),
        (by_issuer(GITHUB, _sub([])), GITHUB),
        (by_issuer(GITHUB, _sub("repo:octo-org/x:*", "StringLikeIfExists")), GITHUB),
        (by_issuer(GITHUB, _sub("repo:octo-org/x:*", "ForAllValues:StringLike")), GITHUB),
        (by_issuer(GITHUB, _sub("repo:octo-org/x:*", "StringNotLike")), GITHUB),
        (by_issuer("gitlab.com"), "gitlab.com"),
        (trusting({"Federated": "cognito-identity.amazonaws.com"}), "cognito-identity.amazonaws.com"),
    ],
)
def test_who_nobody_chose_may_not_assume_a_role(statement: dict[str, Any], told: str) -> None:
    finding = granted(role(trusting({"Service": "ec2.amazonaws.com"}), statement)).judge_one(TRUST)
    assert (finding.status, told in finding.reason) == (Status.FAIL, True)


@pytest.mark.parametrize(
    "statement",
    [
        trusting({"AWS": "arn:aws:iam::111122223333:root"}),
        trusting({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
        by_issuer(GITHUB, _sub("repo:octo-org/octo-repo:ref:refs/heads/main", "StringEquals")),
        by_issuer(GITHUB, _sub("repo:octo-org/*")),
        by_issuer("gitlab.com", _sub("project_path:group/*", issuer="gitlab.com")),
        by_issuer("oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E"),
        {**by_issuer(GITHUB), "Effect": "Deny"},
        trusting({"Federated": "accounts.google.com"}, {"StringEquals": {"accounts.google.com:aud": "app.example"}}),
    ],
)
def test_those_it_names_may(statement: dict[str, Any]) -> None:
    assert granted(role(statement)).judge_one(TRUST).status is Status.PASS


def test_a_trust_policy_that_is_still_text_or_none_at_all() -> None:
    one = role(trusting("*"))
    one.item["AssumeRolePolicyDocument"] = json.dumps(one.item["AssumeRolePolicyDocument"])
    assert granted(one).judge_one(TRUST).status is Status.FAIL
    del one.item["AssumeRolePolicyDocument"]
    assert granted(one).judge_one(TRUST).status is Status.ERROR


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, Status.FAIL),
        ({"Effect": "Allow", "Action": "*:*", "Resource": "*"}, Status.FAIL),
        ({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::x/*"}, Status.PASS),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, Status.PASS),
    ],
)
def test_what_counts_as_everything_is_the_same_inline_and_managed(statement: dict[str, Any], status: Status) -> None:
    assert customer_policy(statement).judge_one("iam_no_star_policies").status is status
    for holder in (granted_user(own=statement), granted_group(own=statement), role(own=statement)):
        assert granted(holder).judge_one("iam_no_star_inline").status is status


def test_only_the_version_in_force_counts() -> None:
    # The older version of this policy grants everything.
    assert customer_policy(READING).judge_one("iam_no_star_policies").status is Status.PASS
    estate = customer_policy(READING)
    for _, told in estate.collection.documents():
        told.item["DefaultVersionId"] = "v9"
    assert estate.judge_one("iam_no_star_policies").reason.endswith("MalformedResponse")


def test_service_wildcards_are_named_and_count_unattached_too() -> None:
    statement = {"Effect": "Allow", "Action": ["s3:*", "EC2:*"], "Resource": "*"}
    finding = customer_policy(statement, attachments=0).judge_one("iam_no_service_wildcards")
    assert finding.reason == "ops grants every action of ec2, s3 on every resource"
    assert customer_policy(EVERYTHING).judge_one("iam_no_service_wildcards").status is Status.FAIL


def test_each_holder_is_a_finding_of_its_own_kind() -> None:
    estate: Estate = granted(granted_user(own=READING), granted_group(own=EVERYTHING), role(own=EVERYTHING))
    told = [(one.resource_type, one.resource_id, one.status) for one in estate.judge("iam_no_star_inline")]
    assert told == [
        ("AWS::IAM::User", "ann", Status.PASS),
        ("AWS::IAM::Group", "dev", Status.FAIL),
        ("AWS::IAM::Role", "deploy", Status.FAIL),
    ]


def test_a_boundary_is_no_policy_of_a_user_and_both_kinds_are_named() -> None:
    assert granted(granted_user()).judge_one("iam_no_user_policies").status is Status.PASS
    finding = granted(granted_user(attached=["ReadOnlyAccess"], own=READING)).judge_one("iam_no_user_policies")
    assert finding.reason == "ann has policies of its own: own, ReadOnlyAccess"
