"""The stand-in speaks AWS's protocols to boto3 as it is, tells accounts apart, throttles, and counts."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from benchmarks.scenarios import SMALL
from benchmarks.standin.estates import account_id
from benchmarks.standin.limits import Limits
from benchmarks.standin.running import Running
from botocore.config import Config
from botocore.exceptions import ClientError

ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture(scope="module")
def aws() -> Iterator[Running]:
    with Running(replace(SMALL.size, accounts=45), limits=None) as running:
        yield running


def client(aws: Running, service: str, number: int = 1) -> Any:
    key = aws.environment(number)["AWS_ACCESS_KEY_ID"]
    make: Any = boto3.Session(key, "testing", region_name="us-east-1").client
    return make(service, endpoint_url=aws.endpoint, config=ONCE)


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "listed"),
    [
        ("lambda", "list_functions", {}, "Functions"),
        ("kms", "list_keys", {}, "Keys"),
        ("elbv2", "describe_load_balancers", {}, "LoadBalancers"),
        ("elb", "describe_load_balancers", {}, "LoadBalancerDescriptions"),
        ("efs", "describe_file_systems", {}, "FileSystems"),
        ("ec2", "describe_instances", {}, "Reservations"),
        ("iam", "get_account_authorization_details", {}, "RoleDetailList"),
        ("sns", "list_topics", {}, "Topics"),
        ("stepfunctions", "list_state_machines", {}, "stateMachines"),
        ("opensearch", "list_domain_names", {}, "DomainNames"),
        ("wafv2", "list_web_acls", {"Scope": "REGIONAL"}, "WebACLs"),
        ("organizations", "list_tags_for_resource", {"ResourceId": "r-cann"}, "Tags"),
    ],
)
def test_what_is_not_canned_is_an_empty_list(
    aws: Running, service: str, operation: str, arguments: dict[str, str], listed: str
) -> None:
    assert getattr(client(aws, service), operation)(**arguments)[listed] == []


def test_the_credentials_tell_the_account(aws: Running) -> None:
    assert client(aws, "sts", 7).get_caller_identity()["Account"] == account_id(7)
    role = f"arn:aws:iam::{account_id(9)}:role/canned"
    given = client(aws, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    assert given["AccessKeyId"].endswith(account_id(9))


def test_listings_come_in_pages_and_are_all_there(aws: Running) -> None:
    organizations = client(aws, "organizations")
    pages = list(organizations.get_paginator("list_accounts").paginate())
    assert [len(page["Accounts"]) for page in pages] == [20, 20, 5]
    buckets = list(client(aws, "s3").get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 25}))
    assert [len(page["Buckets"]) for page in buckets] == [25, 25, 10]


def test_what_is_asked_twice_is_counted(aws: Running) -> None:
    aws.reset()
    iam = client(aws, "iam")
    iam.list_mfa_devices(UserName="user-1")
    iam.list_mfa_devices(UserName="user-2")
    client(aws, "iam", 2).list_mfa_devices(UserName="user-1")
    assert aws.counts()["identical"] == 0
    iam.list_mfa_devices(UserName="user-1")
    counts = aws.counts()
    assert (counts["requests"], counts["identical"], counts["twice"]) == (4, 1, {"iam.ListMFADevices": 1})
    assert counts["accounts"] == {account_id(1): 3, account_id(2): 1}


def test_errors_are_those_that_aws_gives(aws: Running) -> None:
    s3 = client(aws, "s3")
    with pytest.raises(ClientError) as policy:
        s3.get_bucket_policy_status(Bucket="bucket-000000000001-1")
    assert policy.value.response["Error"]["Code"] == "NoSuchBucketPolicy"


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("ec2", "describe_regions", "RequestLimitExceeded"),
        ("iam", "list_users", "Throttling"),
        ("s3", "list_buckets", "SlowDown"),
        ("lambda", "list_functions", "ThrottlingException"),
    ],
)
def test_an_empty_bucket_throttles_as_the_service_does(service: str, operation: str, code: str) -> None:
    with Running(SMALL.size, limits=0.001) as aws:
        with pytest.raises(ClientError) as refused:
            getattr(client(aws, service), operation)()
        assert aws.counts()["throttled"] == 1
    assert refused.value.response["Error"]["Code"] == code


def test_a_bucket_fills_again_at_its_rate_alone() -> None:
    now = [0.0]
    limits = Limits(1.0, clock=lambda: now[0])
    admitted = [limits.admits("1", "us-east-1", "cloudtrail") for _ in range(25)]
    assert admitted == [True] * 20 + [False] * 5
    assert limits.admits("1", "eu-west-1", "cloudtrail")
    assert limits.admits("2", "us-east-1", "cloudtrail")
    now[0] = 0.25
    assert [limits.admits("1", "us-east-1", "cloudtrail") for _ in range(3)] == [True, True, False]
