"""What watches the recorded account: trails, log groups, filters, alarms, and the security services."""

from typing import Any

from recorded_identity import ACCOUNT, EU, US, ClientFor

GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:audit-trail:*"
OBJECTS = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
CHANGES_OF_TRAILS = " || ".join(
    f"($.eventName = {name})" for name in ("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")
)
PATTERNS = {
    "trails": f"{{ {CHANGES_OF_TRAILS} }}",
    "root": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }',
    "refused": '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    "everything": "{ $.eventVersion EXISTS }",
    "not-a-pattern": "{ $.eventName = }",
}


def trails(client: ClientFor) -> None:
    """Make trails, log groups, filters and alarms."""
    cloudtrail, logs, sns = client("cloudtrail", US), client("logs", US), client("sns", US)
    key = client("kms", US).create_key()["KeyMetadata"]["Arn"]
    for name, days in (("audit-trail", 365), ("application", 30), ("for-ever", 0), ("short", 1)):
        logs.create_log_group(logGroupName=name, **({"kmsKeyId": key} if name == "audit-trail" else {}))
        if days:
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    client("logs", EU).create_log_group(logGroupName="abroad")
    cloudtrail.create_trail(
        Name="main",
        S3BucketName="trail-logs",
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
        KmsKeyId=key,
        CloudWatchLogsLogGroupArn=GROUP,
        CloudWatchLogsRoleArn=f"arn:aws:iam::{ACCOUNT}:role/audit-trail",
    )
    selector = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": OBJECTS}
    every = {"ReadWriteType": "All", "IncludeManagementEvents": True}
    cloudtrail.put_event_selectors(TrailName="main", EventSelectors=[every, selector])
    cloudtrail.start_logging(Name="main")
    cloudtrail.create_trail(Name="local", S3BucketName="second-trail-logs")
    client("cloudtrail", EU).create_trail(Name="asleep", S3BucketName="plain-00", EnableLogFileValidation=True)
    told = sns.create_topic(Name="audit")["TopicArn"]
    sns.subscribe(TopicArn=told, Protocol="email", Endpoint="security@example.com")
    unheard = sns.create_topic(Name="unheard")["TopicArn"]
    for name, pattern in PATTERNS.items():
        counted = {"metricName": name, "metricNamespace": "Audit", "metricValue": "1"}
        logs.put_metric_filter(
            logGroupName="audit-trail", filterName=name, filterPattern=pattern, metricTransformations=[counted]
        )
    for name, topic in (("trails", told), ("root", unheard), ("everything", told), ("not-a-pattern", told)):
        _alarm(client("cloudwatch", US), name, topic)


def _alarm(cloudwatch: Any, name: str, topic: str) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Audit",
        MetricName=name,
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[topic],
    )


def services(client: ClientFor) -> None:
    """Turn on security services in one region."""
    config = client("config", US)
    group = {"allSupported": True, "includeGlobalResourceTypes": True}
    recorder = {"name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/config", "recordingGroup": group}
    config.put_configuration_recorder(ConfigurationRecorder=recorder)
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "trail-logs"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    client("guardduty", US).create_detector(Enable=True)
    client("guardduty", EU).create_detector(Enable=False)
    client("securityhub", US).enable_security_hub()
    client("inspector2", US).enable(accountIds=[ACCOUNT], resourceTypes=["EC2", "ECR", "LAMBDA"])
    client("inspector2", EU).enable(accountIds=[ACCOUNT], resourceTypes=["EC2"])
    client("macie2", US).enable_macie(status="ENABLED")
    client("wafv2", EU).create_web_acl(
        Name="shield",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "shield"},
    )
