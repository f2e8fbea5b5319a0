"""Which conditions keep strangers out."""

from typing import Any

import pytest

from ccm_engine.core.document import Sealed, UnreadableError
from ccm_engine.resources.aws.policy_conditions import comparisons

ACCOUNT = "123456789012"


def _narrows(operator: str, key: str, value: Any) -> bool:
    return any(one.narrows() for one in comparisons({operator: {key: value}}))


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:SourceAccount", ACCOUNT),
        ("StringEquals", "AWS:SourceOwner", [ACCOUNT, "111122223333"]),
        ("stringequals", "aws:sourceaccount", [ACCOUNT]),
        ("StringEqualsIgnoreCase", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("StringLike", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5"),
        ("StringEquals", "aws:SourceVpc", "vpc-111bbb22"),
        ("StringEquals", "aws:SourceVpce", "vpce-1a2b3c4d"),
        ("StringEquals", "kms:CallerAccount", ACCOUNT),
        ("StringEquals", "aws:PrincipalAccount", ACCOUNT),
        ("StringEquals", "aws:userid", "AIDAJQABLZS4A3QDU576Q"),
        ("StringEquals", "s3:DataAccessPointAccount", ACCOUNT),
        ("StringLike", "s3:DataAccessPointArn", f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/*"),
        ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::bucket"),
        ("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:{ACCOUNT}:*"),
        ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/team-*"),
        ("StringLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/team-*"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"),
        ("ForAnyValue:StringEquals", "aws:SourceOrgPaths", ["o-a1b2c3d4e5/*"]),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("IpAddress", "aws:SourceIp", ["11.0.0.0/8", "198.51.100.7", "2001:db8::/32"]),
        ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]),
    ],
)
def test_what_names_who_may_come_narrows(operator: str, key: str, value: Any) -> None:
    assert _narrows(operator, key, value)


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:SourceAccount", "*"),
        ("StringLike", "aws:SourceAccount", "1234*"),
        ("StringEquals", "aws:SourceAccount", [ACCOUNT, "*"]),
        ("StringEquals", "aws:SourceAccount", []),
        ("StringEquals", "aws:SourceAccount", ""),
        ("StringEquals", "aws:SourceAccount", None),
        ("StringEquals", "aws:SourceAccount", {"a": "b"}),
        ("StringEquals", "aws:SourceAccount", "${aws:PrincipalAccount}"),
        ("StringEqualsIfExists", "aws:SourceAccount", ACCOUNT),
        ("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("StringNotEquals", "aws:SourceAccount", ACCOUNT),
        ("Null", "aws:PrincipalOrgID", "false"),
        ("Bool", "aws:SecureTransport", "true"),
        ("StringLike", "aws:SourceVpc", "vpc-*"),
        ("StringEquals", "aws:userid", "anonymous"),
        ("StringLike", "aws:userid", "AROAEXAMPLEID:*"),
        ("StringEquals", "aws:PrincipalTag/team", "blue"),
        ("StringEquals", "aws:UserAgent", "ours"),
        ("StringEquals", "aws:Referer", "https://example.com"),
        ("StringEquals", "sts:ExternalId", "known"),
        ("ArnLike", "aws:SourceArn", "*"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:us-east-1:*:topic"),
        ("StringLike", "aws:PrincipalArn", f"arn:*:iam::{ACCOUNT}:role/x"),
        ("StringLike", "aws:SourceArn", f"arn:aws:sns:*:{ACCOUNT}:*"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-*/r-ab12/*"),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/1"),
        ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "64.0.0.0/7"]),
        ("IpAddress", "aws:SourceIp", ["12.0.0.0/8", "13.0.0.0/8"]),
        ("IpAddress", "aws:SourceIp", "2000::/3"),
        ("IpAddress", "aws:SourceIp", "here"),
        ("IpAddressIfExists", "aws:SourceIp", "203.0.113.0/24"),
        ("IpAddress", "aws:VpcSourceIp", "10.0.0.0/16"),
        ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("NumericEquals", "aws:SourceAccount", int(ACCOUNT)),
    ],
)
def test_what_strangers_can_meet_does_not_narrow(operator: str, key: str, value: Any) -> None:
    assert not _narrows(operator, key, value)


@pytest.mark.parametrize(
    ("operator", "key", "value", "told"),
    [
        ("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5", True),
        ("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-a1b2c3d4e5", True),
        ("ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*", True),
        ("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/team-*", True),
        ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", True),
        ("ForAnyValue:StringNotLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*", False),
        ("StringNotEquals", "aws:PrincipalOrgID", "*", False),
        ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5", False),
        ("NotIpAddress", "aws:SourceIp", "0.0.0.0/0", False),
        ("Bool", "aws:SecureTransport", "false", False),
    ],
)
def test_what_a_denial_leaves_to_chosen_callers(operator: str, key: str, value: Any, told: bool) -> None:
    (one,) = comparisons({operator: {key: value}})
    assert one.excludes_strangers() is told


def test_scalars_and_lists_numbers_and_switches_are_the_same() -> None:
    for scalar in (True, 5, "x"):
        assert list(comparisons({"Bool": {"k": scalar}})) == list(comparisons({"Bool": {"k": [scalar]}}))
    (one,) = comparisons({"ForAnyValue:StringLikeIfExists": {"AWS:SourceVpc": True}})
    assert (one.operator, one.key, one.values, one.quantifier, one.if_exists) == (
        "stringlike",
        "aws:sourcevpc",
        ("true",),
        "foranyvalue",
        True,
    )


@pytest.mark.parametrize("value", [Sealed(), ["octo-org", Sealed()]])
def test_a_value_that_was_left_out_is_not_taken_for_anything(value: Any) -> None:
    with pytest.raises(UnreadableError, match="SecretLeftOut"):
        list(comparisons({"StringEquals": {"aws:PrincipalAccount": value}}))
