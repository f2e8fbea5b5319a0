"""Controls over trails, what watches them and log groups, from their APIs (in moto) to the verdict.

moto's trails never deliver to a log group: cloudtrail_cloudwatch can only fail there.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from examples_cloudwatch import WATCHES, shown_pattern
from moto import mock_aws
from moto_account import statuses

REGION = "us-east-1"
ACCOUNT = "123456789012"
GROUP = "audit-trail"


def _client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]  # any service


@pytest.fixture
def trails() -> Iterator[Any]:
    """A CloudTrail client of an account with two buckets."""
    with mock_aws():
        for name in ("good-logs", "bad-logs"):
            _client("s3").create_bucket(Bucket=name)
        yield _client("cloudtrail")


def test_trails_with_and_without_digests(trails: Any) -> None:
    for name, validated in (("good", True), ("bad", False)):
        trails.create_trail(Name=name, S3BucketName=f"{name}-logs", EnableLogFileValidation=validated)
    assert statuses("cloudtrail_log_validation") == {"good": "PASS", "bad": "FAIL"}


def test_trails_with_and_without_a_key(trails: Any) -> None:
    key = _client("kms").create_key()["KeyMetadata"]["Arn"]
    trails.create_trail(Name="good", S3BucketName="good-logs", KmsKeyId=key)
    trails.create_trail(Name="bad", S3BucketName="bad-logs")
    assert statuses("cloudtrail_kms") == {"good": "PASS", "bad": "FAIL"}


def test_a_trail_that_delivers_nothing(trails: Any) -> None:
    trails.create_trail(Name="bad", S3BucketName="bad-logs")
    assert statuses("cloudtrail_cloudwatch") == {"bad": "FAIL"}


@pytest.mark.parametrize(
    ("control_id", "kind", "status"),
    [
        ("cloudtrail_s3_read_events", "ReadOnly", "PASS"),
        ("cloudtrail_s3_read_events", "WriteOnly", "FAIL"),
        ("cloudtrail_s3_write_events", "WriteOnly", "PASS"),
        ("cloudtrail_s3_write_events", "ReadOnly", "FAIL"),
    ],
)
def test_events_of_objects(trails: Any, control_id: str, kind: str, status: str) -> None:
    trails.create_trail(Name="main", S3BucketName="good-logs", IsMultiRegionTrail=True)
    trails.start_logging(Name="main")
    objects = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
    selector = {"ReadWriteType": kind, "IncludeManagementEvents": True, "DataResources": objects}
    trails.put_event_selectors(TrailName="main", EventSelectors=[selector])
    assert statuses(control_id) == {ACCOUNT: status}


def test_buckets_that_hold_logs(trails: Any) -> None:
    for name in ("good", "bad"):
        trails.create_trail(Name=name, S3BucketName=f"{name}-logs")
    s3 = _client("s3")
    s3.create_bucket(Bucket="other")
    log_delivery = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
    owner = s3.get_bucket_acl(Bucket="other")["Owner"]
    grants = [{"Grantee": log_delivery, "Permission": permission} for permission in ("WRITE", "READ_ACP")]
    s3.put_bucket_acl(Bucket="other", AccessControlPolicy={"Owner": owner, "Grants": grants})
    s3.put_bucket_logging(
        Bucket="good-logs", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "other", "TargetPrefix": "a/"}}
    )
    s3.put_bucket_acl(Bucket="bad-logs", ACL="public-read")
    told = {"good-logs": "PASS", "bad-logs": "FAIL", "other": "NOT_APPLICABLE"}
    assert statuses("cloudtrail_bucket_logging") == told
    assert statuses("cloudtrail_bucket_not_public") == told


def _watch(trails: Any, pattern: str) -> None:
    logs, sns = _client("logs"), _client("sns")
    logs.create_log_group(logGroupName=GROUP)
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}:*"
    role = f"arn:aws:iam::{ACCOUNT}:role/audit-trail"
    trails.create_trail(
        Name="main",
        S3BucketName="good-logs",
        IsMultiRegionTrail=True,
        CloudWatchLogsLogGroupArn=arn,
        CloudWatchLogsRoleArn=role,
    )
    trails.start_logging(Name="main")
    counted = {"metricName": "events", "metricNamespace": "Audit", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName=GROUP, filterName="watch", filterPattern=pattern, metricTransformations=[counted]
    )
    topic = sns.create_topic(Name="audit")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@example.com")
    _client("cloudwatch").put_metric_alarm(
        AlarmName="events",
        Namespace="Audit",
        MetricName="events",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[topic],
    )


@pytest.mark.parametrize("control_id", WATCHES)
def test_a_watch_from_the_trail_to_whom_it_tells(trails: Any, control_id: str) -> None:
    assert statuses(control_id) == {ACCOUNT: "FAIL"}
    _watch(trails, shown_pattern(control_id))
    assert statuses(control_id) == {ACCOUNT: "PASS"}
    _client("cloudwatch").disable_alarm_actions(AlarmNames=["events"])
    assert statuses(control_id) == {ACCOUNT: "FAIL"}


@mock_aws
def test_log_groups_that_keep_long_enough_and_others() -> None:
    logs = _client("logs")
    for name, days in (("good", 365), ("bad", 30), ("for-ever", 0)):
        logs.create_log_group(logGroupName=name)
        if days:
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    assert statuses("logs_retention") == {"good": "PASS", "bad": "FAIL", "for-ever": "PASS"}


@mock_aws
def test_log_groups_with_and_without_a_key() -> None:
    key = _client("kms").create_key()["KeyMetadata"]["Arn"]
    _client("logs").create_log_group(logGroupName="good", kmsKeyId=key)
    _client("logs").create_log_group(logGroupName="bad")
    assert statuses("logs_kms") == {"good": "PASS", "bad": "FAIL"}
