"""Examples: resources from documents, for testing a control offline."""

import pytest

from ccm_engine import Every, Status, example
from ccm_engine.controls.aws.ec2.ec2_no_open_ssh import ec2_no_open_ssh
from ccm_engine.controls.aws.s3.s3_no_public_buckets import s3_no_public_buckets
from ccm_engine.core.document import UnreadableError
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup
from ccm_engine.resources.aws.s3 import AccountS3, Bucket

NO_BLOCK = {"get_public_access_block": "NoSuchPublicAccessBlockConfiguration"}


def test_a_control_judges_an_example() -> None:
    rule = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    group = example(SecurityGroup, {"GroupId": "sg-1", "GroupName": "web", "IpPermissions": [rule]})
    assert ec2_no_open_ssh(group, Every()).status is Status.FAIL
    assert (group.account_id, group.region) == ("123456789012", "us-east-1")
    assert group.arn == "arn:aws:ec2:us-east-1:123456789012:security-group/sg-1"


def test_answers_are_given_by_operation_and_errors_by_code() -> None:
    bucket = example(
        Bucket,
        {"Name": "pictures"},
        answers={
            **NO_BLOCK,
            "get_bucket_acl": {"Grants": []},
            "get_bucket_policy_status": {"PolicyStatus": {"IsPublic": True}},
        },
    )
    assert bucket.region == "global"
    assert s3_no_public_buckets(bucket, example(AccountS3, answers=NO_BLOCK)).status is Status.FAIL
    block = {"get_public_access_block": {"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": True}}}
    assert s3_no_public_buckets(bucket, example(AccountS3, answers=block)).status is Status.PASS


def test_an_answer_may_be_given_by_the_fields_name() -> None:
    entries = example(PrefixList, {"PrefixListId": "pl-1"}, answers={"entries": {"Entries": [{"Cidr": "10.0.0.0/8"}]}})
    assert [one.cidr for one in entries.entries] == ["10.0.0.0/8"]


def test_what_is_left_out_or_refused_cannot_be_read() -> None:
    with pytest.raises(UnreadableError, match="s3:get_bucket_acl failed: NotCollected"):
        _ = example(Bucket, {"Name": "x"}).grants
    refused = example(Bucket, {"Name": "x"}, answers={"get_bucket_acl": "AccessDenied"})
    with pytest.raises(UnreadableError, match="s3:get_bucket_acl failed: AccessDenied"):
        _ = refused.grants


def test_an_answer_that_nothing_asks_for_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"Bucket asks for no 'get_acl' \(it asks: get_bucket_acl, "):
        example(Bucket, {"Name": "x"}, answers={"get_acl": {}})
    with pytest.raises(ValueError, match="its listing tells everything"):
        example(SecurityGroup, answers={"x": {}})


def test_place_can_be_said() -> None:
    group = example(SecurityGroup, {"GroupId": "sg-1"}, account_id="111122223333", region="eu-west-1")
    assert (group.account_id, group.region) == ("111122223333", "eu-west-1")
